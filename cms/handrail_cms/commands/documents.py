"""Commands on documents in files: `validate`, `lint`, `diff`, `import`. They need no server."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from handrail_guides.errors import Problem
    from handrail_guides.folder import Loaded

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")


@click.command("validate")
@_PATHS
@_JSON
def validate_command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check guides, segments, themes and environments: every problem at once, with its line and its mend.

    PATH is a file or a folder. Ends with 1 where there are problems, with 3 where a file cannot be read.
    """
    loaded = _load(paths)
    problems = [problem for each in loaded for problem in each.problems]
    errors = sum(problem.level == "error" for problem in problems)
    if as_json:
        _print_json({"files": len(loaded), "errors": errors, "problems": [problem.as_json() for problem in problems]})
    else:
        print_problems(problems)
        click.echo(f"{_count(len(loaded), 'document')}, {_count(errors, 'problem')}.", err=bool(errors))
    sys.exit(1 if errors else 0)


@click.command("lint")
@_PATHS
@click.option("--off", multiple=True, metavar="CODE", help="Turn an advice off; may be given several times.")
@_JSON
def lint_command(paths: tuple[Path, ...], off: tuple[str, ...], as_json: bool) -> None:
    """Give advice on guides, segments and themes that are valid: what breaks, confuses or tires visitors later.

    Ends with 1 where there is any advice, or a problem. The codes are explained in docs/lint.md; turn one off with
    --off, in a document's “lint”, or in the project's handrail.json.
    """
    from handrail_guides.lint import CODES, link

    if unknown := [code for code in off if code not in CODES]:
        raise click.UsageError(f"“{unknown[0]}” is no code. The codes are: {', '.join(CODES)}.")
    loaded = _load(paths)
    found = [advice for path in paths for advice in _advice(path, frozenset(off))]
    if as_json:
        shown = [advice.as_json() | {"link": link(advice.code)} for advice in found]
        _print_json({"files": len(loaded), "advice": shown})
    else:
        print_problems(found, link=link)
        click.echo(f"{_count(len(loaded), 'document')}, {len(found)} to look at.", err=bool(found))
    sys.exit(1 if found else 0)


def _advice(path: Path, off: frozenset[str]) -> list[Problem]:
    """Return the advice on what lies under a path, with its lines; the problems, where a document is not valid."""
    from dataclasses import replace

    from handrail_guides.document import located
    from handrail_guides.folder import project_settings, voice
    from handrail_guides.lint import lint, settings_from

    settings = settings_from(project_settings(path), voice(path))
    settings = replace(settings, off=settings.off | off)
    found: list[Problem] = []
    for each in _load((path,)):
        found += each.problems
        if not any(problem.level == "error" for problem in each.problems):
            found += located(lint(each.document, each.kind, settings), each.text, str(each.file))
    return found


@click.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@_JSON
def diff_command(before: Path, after: Path, as_json: bool) -> None:
    """Say in words how AFTER differs from BEFORE; both are files, or both are folders.

    Ends with 0 where they mean the same, with 1 where they differ.
    """
    from handrail_guides.differences import diff

    pairs = _pairs(before, after)
    changes = [
        (name, diff(old.document if old else {}, new.document if new else {}), old, new) for name, old, new in pairs
    ]
    differing = [change for change in changes if change[1]]
    if as_json:
        found = [{"document": name, "changes": [each.as_json() for each in said]} for name, said, _, _ in differing]
        _print_json({"documents": found})
    for name, said, old, new in [] if as_json else differing:
        click.echo(f"{name}:" + (" added" if old is None else " removed" if new is None else ""))
        for change in said if old and new else []:
            click.echo(f"  {change.words}")
    sys.exit(1 if differing else 0)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--from", "source", help="What it is, where its content does not tell: driver.js, shepherd, …")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=".", help="Where guides/ stands.")
@click.option("--force", is_flag=True, help="Write over guides that are there.")
@_JSON
def import_command(files: tuple[Path, ...], source: str | None, to: Path, force: bool, as_json: bool) -> None:
    """Make guides of what another product or library had, and say what could not be carried over.

    Reads configurations of driver.js, Shepherd.js and Intro.js as JSON, PostHog's product tours, Usertour's contents,
    and tours exported from Moodle. Nothing is written where one of the FILES cannot be read.
    """
    from handrail_guides.importers.reader import SOURCES, import_text, with_own_keys
    from handrail_guides.layout import lay_out
    from handrail_guides.validate import validate

    if source is not None and source not in SOURCES:
        raise click.UsageError(f"“{source}” is none of: {', '.join(SOURCES)}.")
    read = [import_text(file.read_bytes(), file.stem, source) for file in files]
    with_own_keys([imported for _, guides in read for imported in guides])
    made = [(chosen, imported, to / "guides" / f"{imported.document['key']}.json")
            for chosen, guides in read for imported in guides]  # fmt: skip
    if there := [target for _, _, target in made if target.exists() and not force]:
        raise click.UsageError(f"{there[0]} is there already. Add --force to write over it.")
    written: list[dict[str, Any]] = []
    for chosen, imported, target in made:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(lay_out(imported.document, "guide"), encoding="utf-8")
        problems = [problem.as_json() for problem in validate(imported.document)]
        said = {"changed": imported.changed, "left": imported.left, "problems": problems}
        written.append({"file": str(target), "source": chosen} | said)
    if as_json:
        _print_json({"guides": written})
    for each in [] if as_json else written:
        _say_imported(each)
    sys.exit(1 if any(each["problems"] for each in written) else 0)


def _say_imported(guide: dict[str, Any]) -> None:
    click.echo(f"{guide['file']} (from {guide['source']})")
    for note in guide["changed"]:
        click.echo(f"  carried over otherwise: {note}")
    for note in guide["left"]:
        click.echo(f"  not carried over: {note}")
    for problem in guide["problems"]:
        click.echo(f"  to mend: {problem['message']} {problem['mend']}")


def _pairs(before: Path, after: Path) -> list[tuple[str, Loaded | None, Loaded | None]]:
    """Return (name, before, after) of the documents on both sides, matched by kind and key."""
    sides = [_load((path,)) for path in (before, after)]
    broken = [problem for side in sides for each in side if each.document is None for problem in each.problems]
    if broken:
        print_problems(broken)
        sys.exit(1)
    if before.is_file() and after.is_file():
        return [(sides[1][0].key, sides[0][0], sides[1][0])]
    old, new = ({(each.kind, each.key): each for each in side} for side in sides)
    return [(f"{kind} {key}", old.get((kind, key)), new.get((kind, key))) for kind, key in sorted({*old, *new})]


def _load(paths: tuple[Path, ...]) -> list[Loaded]:
    from handrail_guides.folder import load

    return load(paths)


def print_problems(problems: list[Problem], link: Callable[[str], str] | None = None) -> None:
    """Print each problem with its place and its mend, and where advice is explained."""
    for problem in problems:
        place = f"{problem.file or ''}:{problem.line or 1}"
        level = "" if problem.level == "error" else f"{problem.level}: "
        more = f", {link(problem.code)}" if link and problem.level == "advice" else ""
        click.echo(f"{place}: {level}{problem.message}")
        click.echo(f"    {problem.mend}  [{problem.pointer or '/'}, {problem.code}{more}]")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
