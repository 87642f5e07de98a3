"""`handrail check URL`: walk guides in a browser, for people without pytest."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from handrail_cms.errors import NotThere

if TYPE_CHECKING:
    from handrail_guides.errors import Problem
    from handrail_guides.walk.cases import Ask, Bundle, Case
    from handrail_guides.walk.findings import Walk
    from handrail_guides.walk.results import Run

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("check")
@click.argument("url")
@click.option(
    "--guides", "folder", type=click.Path(path_type=Path, file_okay=False), help="Walk the guides in this folder."
)
@click.option("--environment", help="Walk what is live in this environment of a server; needs --server and --token.")
@click.option("--server", envvar="HANDRAIL_URL", help="The Handrail server's address (HANDRAIL_URL).")
@click.option("--token", envvar="HANDRAIL_TOKEN", help="An API token that may read guides (HANDRAIL_TOKEN).")
@click.option("--guide", "only", multiple=True, help="Walk this guide only. May be repeated, as may the next four.")
@click.option("--language", "languages", multiple=True, help="A language, instead of all that a guide has.")
@click.option(
    "--viewport",
    "viewports",
    multiple=True,
    default=["desktop"],
    show_default=True,
    help="desktop, wide, tablet, phone, or a size like 1280x800.",
)
@click.option(
    "--theme",
    "themes",
    multiple=True,
    type=click.Choice(["light", "dark"]),
    default=["light"],
    show_default=True,
    help="The colour scheme that the browser asks for.",
)
@click.option("--persona", "personas", multiple=True, help="A segment with a persona, or a name that your login knows.")
@click.option(
    "--profile",
    type=click.Choice(["quick", "thorough"]),
    default="quick",
    show_default=True,
    help="thorough adds keyboard, focus, Escape, axe, contrast and reduced motion.",
)
@click.option(
    "--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Browsers at work at the same time."
)
@click.option("--storage-state", type=_FILE, help="Start every walk signed in with this Playwright storage state.")
@click.option("--login", help="A function that signs in, as module:function(page, persona).")
@click.option("--live", is_flag=True, help="Walk the widget that the application has itself, instead of bringing one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on standard output.")
@click.option("--junit", type=_FILE, help="Write JUnit XML to this file.")
@click.option("--html", type=_FILE, help="Write a report for people to this file, pictures included.")
@click.option("--comment", type=_FILE, help="Write what a pull request is told, as Markdown, to this file.")
@click.option("--baseline", type=_FILE, help="Compare with an earlier --json: only what this build broke fails.")
@click.option("--since", help="Walk only guides whose pages changed since this Git commit; needs handrail-pages.json.")
@click.option(
    "--pages",
    type=_FILE,
    default=Path("handrail-pages.json"),
    show_default=True,
    help="Which source files make which pages, for --since.",
)
@click.option("--task", help="Run this usability task instead of walking: a task file, or a server's link.")
@click.option("--by", help="The script that does the task: module:function(page, task). People do it otherwise.")
@click.option(
    "--sessions", type=click.IntRange(1, 1000), default=1, show_default=True, help="Participants of the task."
)
@click.option("--build", default="unnamed", show_default=True, help="The build under test, as the report names it.")
@click.option("--production", type=_FILE, help="Production's funnel of the guide, as report funnel --json prints it.")
def check_command(url: str, **given: Any) -> None:
    """Walk guides on the running application at URL as its users would, and judge every step.

    Exit code 1: a guide is broken, or a guide file does not validate. 3: something could not be tried.
    """
    try:
        import playwright  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError:
        raise NotThere("The walker needs Playwright. Install it with: pip install 'handrail[qa]'") from None
    from handrail_guides.walk.results import exit_code
    from handrail_guides.walk.widget import WalkerNotReady

    if given["task"] is not None:
        (_run_by_link if given["task"].startswith(("http://", "https://")) else _run_task)(url, given)
        return
    try:
        run = _walk_all(url, given)
    except WalkerNotReady as error:
        raise NotThere(str(error)) from None
    _write(run, given)
    raise click.exceptions.Exit(exit_code(run))


def _walk_all(url: str, given: dict[str, Any]) -> Run:
    from handrail_guides.walk.baseline import compare
    from handrail_guides.walk.cases import cases
    from handrail_guides.walk.results import Run

    began, started_at = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    before = _baseline(given["baseline"])
    bundle, problems = _bundle(given)
    ask = _ask(bundle, given)
    todo = list(cases(bundle, ask))
    _refuse_nothing(todo, problems, given)
    walks = list(_with_progress(_job(url, bundle, given), todo, given))
    order = {case.id: place for place, case in enumerate(todo)}
    walks.sort(key=lambda walk: order[walk.id])
    made = Run(url, given["profile"], started_at, time.monotonic() - began, walks, problems)
    return made if before is None else replace(made, comparison=compare(before, walks))


def _run_task(url: str, given: dict[str, Any]) -> None:
    """Run a usability task and print its report; the exit code says nothing about the participants."""
    from handrail_guides.errors import GuideProblems
    from handrail_guides.usability.report import as_text, report
    from handrail_guides.usability.tasks import read_task
    from handrail_guides.walk.study import Study, run_study
    from handrail_guides.walk.widget import WalkerNotReady

    file = Path(given["task"])
    try:
        task = read_task(file.read_text(encoding="utf-8"), str(file))
        bundle, problems = _bundle(given)
        if problems or not bundle.guides:
            raise WalkerNotReady(f"The guides cannot be used: {problems[0].message if problems else 'there are none.'}")
        production = json.loads(given["production"].read_text(encoding="utf-8")) if given["production"] else None
        study = Study(task, _job(url, bundle, given).setup, given["sessions"], given["build"], given["by"])
        told = report(task, list(run_study(study)), {None: production} if production else None)
    except FileNotFoundError:
        raise NotThere(f"There is no task file {file}.") from None
    except GuideProblems as error:
        for problem in error.problems:
            click.echo(
                f"{problem.file}:{problem.line or 1} {problem.pointer} {problem.message} {problem.mend}", err=True
            )
        raise click.exceptions.Exit(1) from None
    except WalkerNotReady as error:
        raise NotThere(str(error)) from None
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if given["as_json"] else as_text(told))


def _run_by_link(url: str, given: dict[str, Any]) -> None:
    """Let a script take part by a server's link; the server has the report."""
    from collections import Counter

    from handrail_guides.walk.study import run_by_link
    from handrail_guides.walk.widget import WalkerNotReady

    if not given["by"]:
        raise click.UsageError("People take part by opening the link themselves; a script is named with --by.")
    try:
        ended = Counter(run_by_link(given["task"], url.rstrip("/"), given["by"], given["sessions"]))
    except WalkerNotReady as error:
        raise NotThere(str(error)) from None
    if given["as_json"]:
        click.echo(json.dumps({"link": given["task"], "sessions": ended.total(), "ended": dict(ended)}))
    else:
        told = ", ".join(f"{n} {name}" for name, n in ended.items())
        click.echo(
            f"{ended.total()} session(s) are on the server: {told}. handrail usability report prints the figures."
        )


def _bundle(given: dict[str, Any]) -> tuple[Bundle, list[Problem]]:
    from handrail_guides.walk.sources import from_folder, from_server

    if (given["folder"] is None) == (given["environment"] is None):
        raise click.UsageError("Say which guides to walk: --guides DIR, or --environment E with --server and --token.")
    if given["environment"] is not None:
        if not given["server"] or not given["token"]:
            raise click.UsageError("--environment needs --server and --token.")
        bundle = from_server(given["server"], given["token"], given["environment"], given["only"])
        live = [guide["key"] for guide in bundle.guides]
        _refuse([f"No guide “{key}” is live in {given['environment']}." for key in given["only"] if key not in live])
        return bundle, []
    bundle, problems = from_folder(given["folder"], given["only"])
    if all(problem.code == "unknown_guide" for problem in problems):  # else it may be one that does not validate
        _refuse([f"{problem.message} {problem.mend}" for problem in problems])
    if given["since"]:
        from handrail_guides.walk.since import changed_files, read_pages, touched

        changed = changed_files(given["since"], given["folder"])
        bundle = replace(bundle, guides=touched(bundle, changed, read_pages(given["pages"])))
    return bundle, problems


def _refuse(sentences: Sequence[str]) -> None:
    if sentences:
        raise click.UsageError(" ".join(sentences))


def _ask(bundle: Bundle, given: dict[str, Any]) -> Ask:
    from handrail_guides.walk.cases import Ask, parse_viewport
    from handrail_guides.walk.sources import personas

    try:
        viewports = [parse_viewport(text) for text in given["viewports"]]
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    people = personas(bundle, given["personas"])
    return Ask(given["languages"] or None, viewports, given["themes"], people, given["profile"])


def _job(url: str, bundle: Bundle, given: dict[str, Any]) -> Any:
    from handrail_guides.walk.runner import Job
    from handrail_guides.walk.stage import Setup
    from handrail_guides.walk.widget import built_widget

    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise click.UsageError(f"“{url}” is not an address; write http://localhost:3000.")
    state = given["storage_state"]
    if state is not None:
        _refuse_state(state)
    setup = Setup(built_widget(), bundle, url.rstrip("/"), str(state) if state else None, given["live"])
    return Job(setup, pictures=given["html"] is not None, login=given["login"])


def _refuse_state(path: Path) -> None:
    try:
        json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotThere(f"There is no storage state {path}.") from None
    except (OSError, ValueError) as error:
        raise NotThere(f"The storage state {path} cannot be read: {error}") from None


def _with_progress(job: Any, todo: Sequence[Case], given: dict[str, Any]) -> Iterator[Walk]:
    """Walk, with a bar on a terminal and a line for each walk elsewhere; standard output stays for the result."""
    from handrail_guides.walk.runner import run

    if sys.stderr.isatty():
        yield from _with_bar(run(job, todo, given["workers"]), len(todo))
        return
    for number, walk in enumerate(run(job, todo, given["workers"]), 1):
        click.echo(f"[{number}/{len(todo)}] {_result(walk):9} {walk.id} {walk.ms / 1000:.1f} s", err=True)
        yield walk


def _with_bar(walks: Iterator[Walk], length: int) -> Iterator[Walk]:
    with click.progressbar(walks, length=length, label="Walks", file=sys.stderr) as bar:
        yield from bar


def _refuse_nothing(todo: Sequence[Case], problems: Sequence[Problem], given: dict[str, Any]) -> None:
    if not todo and not problems and not given["since"]:
        raise NotThere(f"There is no guide to walk in {given['folder'] or given['environment']}.")


def _baseline(path: Path | None) -> list[dict[str, Any]] | None:
    from handrail_guides.walk.baseline import read_baseline

    if path is None:
        return None
    try:
        return read_baseline(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise NotThere(f"There is no baseline {path}.") from None
    except ValueError as error:
        raise NotThere(f"{path}: {error}") from None


def _write(run: Run, given: dict[str, Any]) -> None:
    from handrail_guides.walk.results import as_json, as_junit

    if given["junit"] is not None:
        given["junit"].write_text(as_junit(run), encoding="utf-8")
    if given["html"] is not None:
        from handrail_guides.walk.html import as_html

        given["html"].write_text(as_html(run), encoding="utf-8")
    if given["comment"] is not None:
        from handrail_guides.walk.comment import as_comment

        given["comment"].write_text(as_comment(run), encoding="utf-8")
    if given["as_json"]:
        click.echo(json.dumps(as_json(run), ensure_ascii=False, indent=2))
    else:
        _print_table(run)


def _result(walk: Walk) -> str:
    return walk.state.replace("_", " ")


def _print_table(run: Run) -> None:
    from handrail_guides.walk.html import verdict

    for problem in run.problems:
        place = f"{problem.file}:{problem.line or 1} {problem.pointer} " if problem.file else ""
        click.echo(f"{place}{problem.message} {problem.mend}")
    width = max((len(walk.id) for walk in run.walks), default=0)
    for walk in run.walks:
        noun = "step" if len(walk.steps) == 1 else "steps"
        click.echo(f"{walk.id:{width}}  {_result(walk):9}  {len(walk.steps):2} {noun:5}  {walk.ms / 1000:5.1f} s")
        for finding in walk.all():
            known = f" (expected: {finding.expected})" if finding.expected else ""
            click.echo(f"    {finding.severity}: {finding.sentence()}{known}")
    for reason, walks in _reasons(run.walks).items():
        left = "could not be tried" if not walks[0].tried else "left out"
        click.echo(f"{', '.join(walk.id for walk in walks[:3])}{' …' if len(walks) > 3 else ''}: {left}. {reason}")
    if run.comparison is not None:
        click.echo(run.comparison.sentence())
        for change in run.comparison.broke:
            click.echo(f"    broke {change.walk}, {change.step or 'the guide'}: {change.code}. {change.told}")
    click.echo(verdict(run))


def _reasons(walks: Sequence[Walk]) -> dict[str, list[Walk]]:
    """Return the walks that were not done by the reason why: a host that is down is said once."""
    found: dict[str, list[Walk]] = {}
    for walk in walks:
        if walk.reason:
            found.setdefault(walk.reason, []).append(walk)
    return found
