"""Commands about what is live: publish, roll back, export as plain files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from handrail_cms import exporting, publish
from handrail_cms.commands.opening import OPERATOR, app_option, chosen_environment, data_option, opened
from handrail_cms.storage.records import DocumentKind, Release

environment_option = click.option(
    "--environment", default="production", show_default=True, help="The environment's key."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
note_option = click.option("--note", default="", help="Why; it stands in the history.")


@click.command("publish")
@click.argument("guides", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(["guide", "theme", "segment"]), default="guide", show_default=True)
@click.option("--version", "number", type=click.IntRange(1), help="Publish this version instead of the draft.")
@environment_option
@note_option
@json_option
@data_option
@app_option
def publish_command(guides: tuple[str, ...], kind: DocumentKind, number: int | None, environment: str, note: str,
                    as_json: bool, data: Path | None, app_key: str | None) -> None:  # fmt: skip
    """Make a release in which the drafts of GUIDES are live."""
    with opened(data) as services:
        content = services.content
        where = chosen_environment(services, app_key, environment)
        documents = [content.documents.find(where.app_id, kind, key) for key in guides]
        versions = {document.id: number for document in documents} if number else {}
        release = publish.publish(content, OPERATOR, where, [] if number else documents, versions=versions, note=note)
    _tell(release, environment, as_json)


@click.command("rollback")
@click.option("--to", type=click.IntRange(1), help="The release to go back to; the one before the live one by default.")
@environment_option
@note_option
@json_option
@data_option
@app_option
def rollback_command(
    to: int | None, environment: str, note: str, as_json: bool, data: Path | None, app_key: str | None
) -> None:
    """Make a release equal to an earlier one."""
    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        release = publish.roll_back(services.content, OPERATOR, where, to, note=note)
    _tell(release, environment, as_json)


def _tell(release: Release, environment: str, as_json: bool) -> None:
    live = {item.key: item.version for item in release.items if item.kind == "guide"}
    if as_json:
        click.echo(
            json.dumps({"environment": environment, "release": release.number, "guides": live}, ensure_ascii=False)
        )
        return
    guides = ", ".join(f"{key} {version}" for key, version in live.items()) or "no guide"
    click.echo(f"Release {release.number} is live in {environment}: {guides}.")


@click.command("export")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to write."
)
@environment_option
@data_option
@app_option
def export_command(folder: Path, environment: str, data: Path | None, app_key: str | None) -> None:
    """Write the manifest, the chunks, the uploads and the widget as plain files, for any web server or CDN."""
    with opened(data) as services:
        where = chosen_environment(services, app_key, environment)
        count = exporting.export(services, where, folder)
    click.echo(f"{count} files of {environment} are in {folder}.")
