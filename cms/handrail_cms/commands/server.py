"""Commands that set a server up, run it, check it, and copy its data."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import click

from handrail_cms import audit, auth, backups, doctor, environments
from handrail_cms.commands.opening import OPERATOR, data_option, opened
from handrail_cms.config import load_config
from handrail_cms.errors import Refused


@click.command("init")
@data_option
@click.option(
    "--app", "app_name", default="My application", show_default=True, help="The name of the application to guide."
)
@click.option(
    "--origin", "origins", multiple=True, help="An origin of that application, such as https://app.example.com."
)
@click.option("--time-zone", default="UTC", show_default=True, help="The time zone whose days reports count.")
@click.option("--email", default="admin@example.com", show_default=True, help="The first account's address.")
@click.option("--name", default="Admin", show_default=True, help="The first account's name.")
@click.option(
    "--password-file",
    type=click.File("r"),
    help="Read the first account's password from a file (- for standard input).",
)
def init_command(data: Path | None, app_name: str, origins: tuple[str, ...], time_zone: str, email: str, name: str,
                 password_file: Any) -> None:  # fmt: skip
    """Make the data directory, the environments production and staging, and the first account.

    Prints the account's password alone on standard output where none was given.
    """
    password = password_file.read().rstrip("\n") if password_file else secrets.token_urlsafe(12)
    with opened(data, create=True) as services:
        content = services.content
        with content.transaction():
            if content.apps.all():
                raise Refused(
                    "exists", f"{services.config.data} is set up already. Use “handrail user add” for more accounts."
                )
            environments.create_app_with_environments(content, app_name, origins=list(origins), time_zone=time_zone)
            user = content.people.create_user(email, name, auth.hash_password(password))
            content.people.set_role(user.id, content.apps.all()[0].id, "admin")
            audit.note(content, OPERATOR, "user.create", "user", email, app_id=content.apps.all()[0].id, role="admin")
        auth.installation_secret(content)  # made here, so that a server may start on files that it can only read
        where = services.config.data
    click.echo(f"{where} is ready. Start it with: handrail serve --data {where}", err=True)
    click.echo(
        f"Sign in as {email}" + ("." if password_file else " with this password, which is not shown again:"), err=True
    )
    if not password_file:
        click.echo(password)


@click.command("serve")
@data_option
@click.option("--host", help="The address to listen on (HANDRAIL_HOST; default 127.0.0.1).")
@click.option("--port", type=int, help="The port to listen on, 0 for a free one (HANDRAIL_PORT; default 8000).")
@click.option("--workers", type=int, help="Server processes (HANDRAIL_WORKERS; default 1).")
@click.option("--threads", type=int, help="Request threads in each process (HANDRAIL_THREADS; default 8).")
def serve_command(
    data: Path | None, host: str | None, port: int | None, workers: int | None, threads: int | None
) -> None:
    """Serve the CMS, the widget and the API until stopped."""
    from handrail_cms.commands.serving import serve

    serve(load_config(data=data, host=host, port=port, workers=workers, threads=threads), click.echo)


@click.command("doctor")
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor_command(data: Path | None, as_json: bool) -> None:
    """Check settings, data directory, databases and the built widget; exit code 1 where something needs attention."""
    with opened(data) as services:
        findings = doctor.examine(services)
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(
                f"{'fine' if finding.good else 'LOOK':5} {finding.what}" + ("" if finding.good else f" {finding.mend}")
            )
    if not all(finding.good for finding in findings):
        raise click.exceptions.Exit(1)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def backup_command(file: Path, data: Path | None) -> None:
    """Write everything to one new FILE, while the server runs."""
    with opened(data) as services:
        backups.back_up(services, file)
    click.echo(
        f"{file} holds everything ({file.stat().st_size / 1_048_576:.1f} MiB). It contains secrets: keep it safe."
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
@click.option("--replace", is_flag=True, help="Keep the data that is there aside, and put the backup in its place.")
def restore_command(file: Path, data: Path | None, replace: bool) -> None:
    """Put a backup in place; stop the server first."""
    target = load_config(data=data).data
    backups.restore(file, target, replace=replace)
    with opened(target):
        pass  # opening brings an older backup's databases up to date
    click.echo(f"{target} holds the data of {file}.")
