"""Commands between a directory and a server: `pull`, `push`, `plan`, `apply`. They speak HTTP to the admin API."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from handrail_guides.folder import Loaded

    from handrail_cms.admin_client import AdminClient
    from handrail_cms.planning import Step
    from handrail_cms.workspace import Name, Outcome, Workspace

Command = TypeVar("Command", bound=Callable[..., Any])
_SHOWN_CHANGES = 12


def _server(command: Command) -> Command:
    """Give a command `--url`, `--token` and `--app`."""
    for option in (
        click.option("--app", help="The app's key, where there are several."),
        click.option("--token", help="An API token (HANDRAIL_TOKEN): handrail token create."),
        click.option("--url", help="The server's address (HANDRAIL_URL), such as https://guides.example.com."),
    ):
        command = option(command)
    return command


_FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="DIR")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
_ENVIRONMENT = click.option("--environment", required=True, help="The environment to change.")
_FROM = click.option("--from", "source", help="Another environment as the source, instead of DIR.")
_PRUNE_LIVE = click.option("--prune", is_flag=True, help="Take down live guides that the source lacks.")


@click.command("pull")
@_FOLDER
@_server
@click.option("--force", is_flag=True, help="Take the server's documents, whatever was edited here.")
@_JSON
def pull_command(folder: Path, url: str | None, token: str | None, app: str | None, force: bool, as_json: bool) -> None:
    """Write the server's guides, segments, themes and environments to DIR.

    What was edited here is kept; what was edited on both sides is merged field by field. Ends with 1 where the
    same field was edited on both sides.
    """
    from handrail_cms.workspace import Workspace, pull

    workspace = Workspace(folder)
    _end(pull(_client(url, token, app), workspace, force=force), as_json)


@click.command("push")
@_FOLDER
@_server
@click.option("--force", is_flag=True, help="Write over newer drafts on the server.")
@click.option(
    "--merge", "merging", is_flag=True, help="Merge with newer drafts where no field was changed on both sides."
)
@click.option("--prune", is_flag=True, help="Archive on the server what has been removed here.")
@_JSON
def push_command(
    folder: Path,
    url: str | None,
    token: str | None,
    app: str | None,
    force: bool,
    merging: bool,
    prune: bool,
    as_json: bool,
) -> None:
    """Bring the documents in DIR to the server as drafts.

    Nothing is sent while any document has a problem. A push over a newer draft is refused and shows the difference;
    then it ends with 1.
    """
    from handrail_cms.workspace import Workspace, push

    workspace = Workspace(folder)
    _checked(workspace)
    _end(push(_client(url, token, app), workspace, force=force, merging=merging, prune=prune), as_json)


@click.command("plan")
@_FOLDER
@_ENVIRONMENT
@_FROM
@_PRUNE_LIVE
@_server
@click.option("--check", is_flag=True, help="End with 1 where anything would change.")
@_JSON
def plan_command(
    folder: Path, environment: str, source: str | None, prune: bool, url: str | None, token: str | None,
    app: str | None, check: bool, as_json: bool,
) -> None:  # fmt: skip
    """Say what would change in an environment if the source (DIR, or another environment) were live there."""
    _, _, steps = _planned(_client(url, token, app), folder, environment, source, prune)
    _print_plan(steps, environment, as_json)
    sys.exit(1 if check and steps else 0)


@click.command("apply")
@_FOLDER
@_ENVIRONMENT
@_FROM
@_PRUNE_LIVE
@_server
@click.option("--note", default="", help="Why; it stands in the history of releases.")
@_JSON
def apply_command(
    folder: Path, environment: str, source: str | None, prune: bool, url: str | None, token: str | None,
    app: str | None, note: str, as_json: bool,
) -> None:  # fmt: skip
    """Make the source (DIR, or another environment) live: push the drafts, then publish them together."""
    from handrail_cms.planning import apply_plan
    from handrail_cms.workspace import failed, push

    client = _client(url, token, app)
    workspace, documents, steps = _planned(client, folder, environment, source, prune)
    if workspace is not None:
        outcomes = list(push(client, workspace))
        if failed(outcomes):
            _end(outcomes, as_json)
    releases = apply_plan(client, steps, environment, documents, note)
    if as_json:
        click.echo(json.dumps({"releases": releases, "steps": [step.as_json() for step in steps]}, ensure_ascii=False))
        return
    _print_plan(steps, environment, False)
    if releases:
        click.echo(f"Live in {environment} as release {', '.join(str(number) for number in releases)}.")


def _client(url: str | None, token: str | None, app: str | None) -> AdminClient:
    from handrail_cms.admin_client import AdminClient

    address = url or os.environ.get("HANDRAIL_URL")
    secret = token or os.environ.get("HANDRAIL_TOKEN")
    if not address:
        raise click.UsageError("Say which server is meant: --url https://guides.example.com, or HANDRAIL_URL.")
    if not address.startswith(("http://", "https://")):
        raise click.UsageError(f"“{address}” is no address of a server. Write it like https://guides.example.com.")
    if not secret:
        raise click.UsageError("A token is needed: --token, or HANDRAIL_TOKEN. Make one with handrail token create.")
    return AdminClient(address, secret, app)


def _planned(
    client: AdminClient, folder: Path, environment: str, source: str | None, prune: bool
) -> tuple[Workspace | None, dict[Name, Loaded], list[Step]]:
    from handrail_cms.planning import plan_from_directory, plan_from_environment
    from handrail_cms.workspace import Workspace

    if source:
        return None, {}, plan_from_environment(client, source, environment, prune=prune)
    workspace = Workspace(folder)
    documents = _checked(workspace)
    return workspace, documents, plan_from_directory(client, documents, environment, prune=prune)


def _checked(workspace: Workspace) -> dict[Name, Loaded]:
    """Return the directory's documents; end with 1 and every problem where any of them has one."""
    from handrail_cms.commands.documents import print_problems

    if not workspace.folder.is_dir():
        raise click.UsageError(f"There is no directory “{workspace.folder}”.")
    documents = workspace.documents()
    errors = [problem for each in documents.values() for problem in each.problems if problem.level == "error"]
    if errors:
        print_problems(errors)
        click.echo("Nothing was sent.", err=True)
        sys.exit(1)
    return documents


def _end(outcomes: Iterable[Outcome], as_json: bool) -> None:
    """Tell what happened to each document, as it happens, and end."""
    told: list[Outcome] = []
    for outcome in outcomes:
        told.append(outcome)
        if not as_json and outcome.did != "same":
            _print_outcome(outcome)
    if as_json:
        click.echo(json.dumps({"documents": [outcome.as_json() for outcome in told]}, ensure_ascii=False, indent=2))
    else:
        same = sum(outcome.did == "same" for outcome in told)
        click.echo(f"{len(told)} documents, {same} unchanged.")
    sys.exit(1 if any(outcome.failed for outcome in told) else 0)


def _print_outcome(outcome: Outcome) -> None:
    why = f": {outcome.why}" if outcome.why else ""
    click.echo(f"{outcome.did} {outcome.kind} {outcome.key}{why}", err=outcome.failed)
    for change in outcome.changes[:_SHOWN_CHANGES]:
        click.echo(f"  {change.words}", err=outcome.failed)
    if len(outcome.changes) > _SHOWN_CHANGES:
        click.echo(f"  … and {len(outcome.changes) - _SHOWN_CHANGES} more", err=outcome.failed)
    for conflict in outcome.conflicts:
        click.echo(f"  both sides changed {conflict.name}", err=True)


def _print_plan(steps: list[Step], environment: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"steps": [step.as_json() for step in steps]}, ensure_ascii=False, indent=2))
        return
    words = {"publish": "publish", "take_down": "take down", "settings": "change the settings of"}
    for step in steps:
        version = f" version {step.version}" if step.version else ""
        live = f" (live: version {step.live})" if step.live else " (not live yet)" if step.do == "publish" else ""
        click.echo(f"{words[step.do]} {step.kind} {step.key}{version}{live}")
        for change in step.changes:
            click.echo(f"  {change.words}")
    if not steps:
        click.echo(f"{environment} is as the source says: nothing to do.")
