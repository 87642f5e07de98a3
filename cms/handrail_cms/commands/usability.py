"""`handrail usability`: tasks, links for participants, and reports, on the server's own machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handrail_cms.commands.opening import OPERATOR, app_option, chosen_app, chosen_environment, data_option, opened
from handrail_cms.commands.releases import environment_option, json_option

if TYPE_CHECKING:
    from handrail_cms.services import Services

_KEY = click.argument("key", metavar="TASK")


@click.group("usability")
def usability_command() -> None:
    """Usability tests: store tasks, make links for participants, print reports."""


@usability_command.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE…")
@data_option
@app_option
def add_command(files: tuple[Path, ...], data: Path | None, app_key: str | None) -> None:
    """Store the tasks of FILE…; a task that people have tried stays as it is. Ends with 1 where a file has problems."""
    from handrail_guides.validate import validate_text

    from handrail_cms import usability

    wrong = False
    with opened(data) as services:
        for file in files:
            body, problems = validate_text(file.read_text(encoding="utf-8"), str(file), "task")
            for problem in problems:
                click.echo(f"{file}:{problem.line or 1} {problem.pointer} {problem.message} {problem.mend}", err=True)
            if problems:
                wrong = True
                continue
            made = usability.save_task(services.content, OPERATOR, chosen_app(services, app_key).id, body)
            click.echo(f"The task {made.key} is stored.")
    raise click.exceptions.Exit(1 if wrong else 0)


@usability_command.command("list")
@json_option
@data_option
@app_option
def list_command(as_json: bool, data: Path | None, app_key: str | None) -> None:
    """List the tasks."""
    with opened(data) as services:
        found = services.content.usability.tasks(chosen_app(services, app_key).id)
    if as_json:
        click.echo(json.dumps({"items": [one.body for one in found], "next": None}, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one.key:24} {one.body['goal']}")


@usability_command.command("link")
@_KEY
@environment_option
@click.option(
    "--address", required=True, help="Where this build of the application runs, such as http://localhost:3000."
)
@click.option("--build", default="unnamed", show_default=True, help="The build under test, as the report names it.")
@data_option
@app_option
def link_command(key: str, environment: str, address: str, build: str, data: Path | None, app_key: str | None) -> None:
    """Make a link by which people and scripts take part in TASK, and print it alone."""
    from handrail_cms import usability

    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        task = services.content.usability.task(where.app_id, key)
        link = usability.open_link(services.content, OPERATOR, task, where, address=address, build=build)
        click.echo(f"{_server(services)}/t/{link.code}")


def _server(services: Services) -> str:
    config = services.config
    return config.public_url or f"http://{config.host}:{config.port}"


@usability_command.command("report")
@_KEY
@environment_option
@click.option("--mark", help="Beside the environment's walk, preview, usability or simulated runs, not real people's.")
@json_option
@data_option
@app_option
def report_command(
    key: str, environment: str, mark: str | None, as_json: bool, data: Path | None, app_key: str | None
) -> None:
    """Print what the sessions of TASK say, beside an environment's runs on the same steps."""
    from handrail_guides.usability.report import as_text

    from handrail_cms import usability
    from handrail_cms.facts import ContentFacts
    from handrail_cms.reports import ReportSource

    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        source = ReportSource(services.events, ContentFacts(services.content), services.clock.now_ms())
        task = services.content.usability.task(where.app_id, key)
        told = usability.task_report(services.content, source, task, where, mark)
    click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else as_text(told))
