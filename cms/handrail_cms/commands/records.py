"""Commands about what was recorded: `report`, `events`, `rollups`, `visitor`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handrail_cms.commands.opening import app_option, chosen_environment, data_option, opened
from handrail_cms.commands.releases import environment_option, json_option

if TYPE_CHECKING:
    from handrail_cms.services import Services
    from handrail_cms.storage.records import Environment

_REPORTS = ("funnel", "paths", "endings", "health", "compare", "runs", "overview")
_SHOWN_DIFFERENCES = 20


@click.command("report")
@click.argument("report", type=click.Choice(_REPORTS))
@click.argument("guide", required=False)
@environment_option
@click.option("--version", help="A version, or all; the newest that is or was live by default.")
@click.option("--versions", help="For compare: two versions, such as 2,3.")
@click.option("--from", "from_", help="The first day, such as 2026-11-01, in the environment's time zone.")
@click.option("--to", help="The day after the last one.")
@click.option("--unit", type=click.Choice(["runs", "visitors"]), help="What is counted; runs by default.")
@click.option("--mark", help="walk, preview, usability or simulated instead of real people.")
@click.option("--language", help="Runs in this language only.")
@click.option("--device", help="desktop, tablet or phone only.")
@click.option("--segment", help="Runs of visitors who were in this segment.")
@click.option("--automated", type=click.Choice(["yes", "no"]), help="Driven browsers only, or none of them.")
@click.option("--step", help="For runs: those that reached this step, or with --state ended there.")
@click.option("--state", help="For runs: those in this state.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
@data_option
@app_option
def report_command(
    report: str, guide: str | None, environment: str, as_csv: bool, as_json: bool, data: Path | None,
    app_key: str | None, versions: str | None, step: str | None, state: str | None, from_: str | None,
    **given: str | None,
) -> None:  # fmt: skip
    """Print a REPORT of GUIDE: funnel, paths, endings, health, compare, runs; or the overview of all guides."""
    from handrail_cms.report_csv import as_csv as to_csv

    if guide is None and report != "overview":
        raise click.UsageError(f"Say of which guide: handrail report {report} GUIDE.")
    arguments = {name: value for name, value in {**given, "from": from_}.items() if value is not None}
    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        told = _report(services, where, report, guide or "", arguments, versions, step, state)
    if as_csv:
        click.echo(to_csv(told), nl=False)
    elif as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        click.echo(_in_words(report, told))


def _report(
    services: Services, where: Environment, name: str, guide: str, arguments: Mapping[str, str],
    versions: str | None, step: str | None, state: str | None,
) -> dict[str, Any]:  # fmt: skip
    """Return the report; a question that can't be asked is a wrong call."""
    from handrail_cms import overviews, reports
    from handrail_cms.facts import ContentFacts, newest_version
    from handrail_cms.report_query import BadQuery, read_query

    now_ms = services.clock.now_ms()
    newest = newest_version(services.content, where, guide) if guide else 1
    try:
        query = read_query(where, guide, arguments, services.events, now_ms, newest=newest)
    except BadQuery as error:
        raise click.UsageError(str(error)) from error
    source = reports.ReportSource(services.events, ContentFacts(services.content), now_ms)
    if name == "compare":
        return reports.compare(source, query, _two_versions(versions))
    if name == "runs":
        return reports.run_list(source, query, reports.Which(step=step, state=state))
    if name == "overview":
        return overviews.overview(source, query)
    return {
        "funnel": reports.funnel, "paths": reports.paths, "endings": reports.endings, "health": reports.health,
    }[name](source, query)  # fmt: skip


def _two_versions(text: str | None) -> tuple[int, int]:
    parts = (text or "").split(",")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        raise click.UsageError("Say which two versions to compare: --versions 2,3.")
    return int(parts[0]), int(parts[1])


def _in_words(name: str, told: Mapping[str, Any]) -> str:
    """Return a funnel as a table for people; any other report as CSV, which people read too."""
    from handrail_cms.report_csv import as_csv

    if name != "funnel":
        return as_csv(told).rstrip()
    lines = [
        f"{told['guide']}, version {told['version']}, {told['environment']}, {told['from']} to {told['to']} "
        f"({told['time_zone']}), {told['mark'] or 'real people'}, by {told['unit']}",
        f"{told['runs']} runs of {told['attempts']} attempts; completed {_share(told['completion'])}; "
        f"goal {_share(told['goal'])}",
    ]
    if told["few"]:
        lines.append(told["few"])
    if told["steps"] and "acted" in told["steps"][0]:
        return "\n".join([*lines, *_use_lines(told["steps"])])
    lines.append(f"{'step':24} {'reached':>8} {'passed':>8}  {'drop-off':28} {'median':>8} {'p90':>8}")
    for step in told["steps"]:
        time_s = step["time_s"]
        drop_off = "" if step["drop_off"] is None else _share(step["drop_off"])
        median, p90 = (f"{time_s[part]:.1f} s" if time_s[part] is not None else "" for part in ("median", "p90"))
        lines.append(
            f"{step['step'][:24]:24} {step['reached']:8} {step['passed']:8}  {drop_off:28} {median:>8} {p90:>8}"
        )
    return "\n".join(lines)


def _use_lines(steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Give the table of a kind that has no drop-off."""
    yield f"{'step':24} {'shown':>8}  {'opened':28} {'acted on':28} {'closed':28}"
    for step in steps:
        shares = ("" if step[name] is None else _share(step[name]) for name in ("opened", "acted", "closed"))
        yield f"{step['step'][:24]:24} {step['reached']:8}  {' '.join(f'{share:28}' for share in shares)}".rstrip()


def _share(rate: Mapping[str, Any]) -> str:
    if rate["share"] is None:
        return "nothing to judge yet"
    return f"{rate['share']:.0%} ({rate['low']:.0%} to {rate['high']:.0%}, n {rate['n']})"


@click.group("events")
def events_command() -> None:
    """Take events out to files, and in from them."""


@events_command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@environment_option
@json_option
@data_option
@app_option
def export_command(file: Path, environment: str, as_json: bool, data: Path | None, app_key: str | None) -> None:
    """Write every event of an environment to FILE: Parquet where it ends in .parquet, else NDJSON."""
    from handrail_cms.event_files import write_events

    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        with _Bar(services.events.size()["events"], "Exporting", as_json) as advance:
            count = write_events(file, services.events.export(where.id), advance)
    click.echo(json.dumps({"events": count, "file": str(file)}) if as_json else f"{count} events are in {file}.")


@events_command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@environment_option
@json_option
@data_option
@app_option
def import_command(file: Path, environment: str, as_json: bool, data: Path | None, app_key: str | None) -> None:
    """Store the events of FILE, which `events export` wrote; those that are stored already count once.

    Ends with 1 where events were refused.
    """
    from handrail_cms.event_files import count_events, read_events

    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        with _Bar(count_events(file), "Importing", as_json) as advance:
            taken = services.events.import_events(
                where.id, where.time_zone, read_events(file), services.clock.now_ms(), advance
            )
    refused = sorted(taken.refused.items())
    if as_json:
        rejected = [{"index": place, "problem": code} for place, code in refused]
        click.echo(json.dumps({"accepted": taken.accepted, "duplicates": taken.duplicates, "rejected": rejected}))
    else:
        click.echo(f"{taken.accepted} events stored, {taken.duplicates} known already, {len(refused)} refused.")
        for place, code in refused[:_SHOWN_DIFFERENCES]:
            click.echo(f"  event {place + 1}: {code}", err=True)
    sys.exit(1 if refused else 0)


class _Bar:
    """A progress bar on standard error, for people only."""

    def __init__(self, length: int | None, label: str, quiet: bool) -> None:
        self._bar: Any = click.progressbar(length=length or 0, label=label, file=sys.stderr, hidden=quiet)

    def __enter__(self) -> Callable[[int], None]:
        return self._bar.__enter__().update

    def __exit__(self, *error: object) -> None:
        self._bar.__exit__(*error)


@click.group("rollups")
def rollups_command() -> None:
    """Prove that the reports' sums are right, or make them anew."""


@rollups_command.command("check")
@json_option
@data_option
def check_command(as_json: bool, data: Path | None) -> None:
    """Recount every cell of the rollups from the raw events, and name those that differ; ends with 1 where any does."""
    with opened(data) as services, _Bar(services.events.size()["runs"], "Counting", as_json) as advance:
        differences = services.events.check(services.clock.now_ms(), advance)
    if as_json:
        listed = [{"cell": one.cell, "stored": one.stored, "recounted": one.recounted} for one in differences]
        click.echo(json.dumps({"differences": listed}))
    else:
        for one in differences[:_SHOWN_DIFFERENCES]:
            click.echo(f"{one.cell}: stored {one.stored}, recounted {one.recounted}")
        click.echo(f"{len(differences)} cells differ." if differences else "Every cell equals its recount.")
    sys.exit(1 if differences else 0)


@rollups_command.command("rebuild")
@json_option
@data_option
def rebuild_command(as_json: bool, data: Path | None) -> None:
    """Fold every run again and write the rollups anew; what retention has frozen stays as it is."""
    with opened(data) as services, _Bar(services.events.size()["runs"], "Folding", as_json) as advance:
        count = services.events.rebuild(services.clock.now_ms(), advance)
    click.echo(json.dumps({"runs": count}) if as_json else f"{count} runs were folded again.")


@click.group("visitor")
def visitor_command() -> None:
    """Show or erase what is stored of one visitor."""


_ANONYMOUS = click.option("--anonymous", is_flag=True, help="ID is an anonymous id, made by a browser.")


@visitor_command.command("show")
@click.argument("visitor", metavar="ID")
@_ANONYMOUS
@environment_option
@data_option
@app_option
def show_command(visitor: str, anonymous: bool, environment: str, data: Path | None, app_key: str | None) -> None:
    """Print everything that is stored of visitor ID, as JSON."""
    from handrail_cms.errors import NotFound

    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        record = services.events.visitor_record(where.id, visitor, anonymous=anonymous)
    if record is None:
        raise NotFound("visitor", visitor)
    click.echo(json.dumps(record, ensure_ascii=False, indent=2))


@visitor_command.command("erase")
@click.argument("visitor", metavar="ID")
@_ANONYMOUS
@click.option("--yes", is_flag=True, help="Do not ask.")
@environment_option
@json_option
@data_option
@app_option
def erase_command(
    visitor: str, anonymous: bool, yes: bool, environment: str, as_json: bool, data: Path | None, app_key: str | None
) -> None:
    """Erase visitor ID, with every alias, from events, runs and reports, and print the receipt. There is no undo."""
    from handrail_cms import visitors
    from handrail_cms.commands.opening import OPERATOR

    if not yes and not as_json:
        click.confirm(f"Erase everything that is stored of {visitor}? This cannot be undone.", abort=True)
    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        receipt = visitors.erase(services.content, services.intake, OPERATOR, where, visitor, anonymous=anonymous)
    if as_json:
        click.echo(json.dumps(receipt))
    else:
        erased = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in receipt["erased"].items())
        click.echo(f"Erased: {erased}. Receipt {receipt['receipt']}.")
