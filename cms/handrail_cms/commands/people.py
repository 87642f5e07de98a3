"""Commands about accounts and API tokens, run on the server's own machine."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from handrail_cms import audit, auth
from handrail_cms.commands.opening import OPERATOR, app_option, chosen_app, data_option, opened
from handrail_cms.errors import NotFound
from handrail_cms.storage.records import Role, User

role_type = click.Choice(auth.ROLES)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("user")
def user_command() -> None:
    """Add, list, disable and enable accounts."""


@user_command.command("add")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--role", type=role_type, default="author", show_default=True)
@click.option("--password-file", type=click.File("r"), help="Read the password from a file (- for standard input).")
@data_option
@app_option
def add_user(email: str, name: str, role: Role, password_file: Any, data: Path | None, app_key: str | None) -> None:
    """Make an account; without a password file, a password is made and printed alone on standard output."""
    password = password_file.read().rstrip("\n") if password_file else secrets.token_urlsafe(12)
    with opened(data) as services:
        content, app = services.content, chosen_app(services, app_key)
        with content.transaction():
            user = content.people.create_user(email, name or email, auth.hash_password(password))
            content.people.set_role(user.id, app.id, role)
            audit.note(content, OPERATOR, "user.create", "user", email, app_id=app.id, role=role)
    click.echo(f"{email} may sign in as {role}.", err=True)
    if not password_file:
        click.echo(password)


@user_command.command("list")
@json_option
@data_option
def list_users(as_json: bool, data: Path | None) -> None:
    """List the accounts and their roles."""
    with opened(data) as services:
        apps = {app.id: app.key for app in services.content.apps.all()}
        rows = [_shown(user, apps) for user in services.content.people.all_users()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        roles = ", ".join(f"{role} in {app}" for app, role in row["roles"].items()) or "no role"
        click.echo(f"{row['email']}  {roles}{'  disabled' if row['disabled'] else ''}")


def _shown(user: User, apps: dict[int, str]) -> dict[str, Any]:
    roles = {apps[app_id]: role for app_id, role in user.roles.items() if app_id in apps}
    return {"email": user.email, "name": user.name, "roles": roles, "disabled": user.disabled_at is not None}


@user_command.command("disable")
@click.argument("email")
@data_option
def disable_user(email: str, data: Path | None) -> None:
    """End an account's sign-ins and tokens, and let it sign in no more."""
    _set_disabled(email, data, disabled=True)
    click.echo(f"{email} is disabled.")


@user_command.command("enable")
@click.argument("email")
@data_option
def enable_user(email: str, data: Path | None) -> None:
    """Let a disabled account sign in again."""
    _set_disabled(email, data, disabled=False)
    click.echo(f"{email} may sign in again.")


def _set_disabled(email: str, data: Path | None, *, disabled: bool) -> None:
    with opened(data) as services, services.content.transaction():
        user = services.content.people.user_by_email(email)
        services.content.people.set_disabled(user.id, disabled=disabled)
        action = "user.disable" if disabled else "user.enable"
        audit.note(services.content, OPERATOR, action, "user", email, app_id=None)


@user_command.command("password")
@click.argument("email")
@click.option("--password-file", type=click.File("r"), help="Read the password from a file (- for standard input).")
@data_option
def set_password(email: str, password_file: Any, data: Path | None) -> None:
    """Set a new password and end the account's sign-ins; without a file, one is made and printed."""
    password = password_file.read().rstrip("\n") if password_file else secrets.token_urlsafe(12)
    with opened(data) as services, services.content.transaction():
        people = services.content.people
        user = people.user_by_email(email)
        people.change_user(user.id, password_hash=auth.hash_password(password))
        people.end_sign_ins(user.id)
        audit.note(services.content, OPERATOR, "user.password", "user", email, app_id=None)
    if not password_file:
        click.echo(password)


@click.group("token")
def token_command() -> None:
    """Make and revoke API tokens."""


@token_command.command("create")
@click.option("--role", type=role_type, required=True, help="The most that the token may do.")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(auth.SCOPES), help="Only these; all of the role's by default."
)
@click.option("--days", type=click.IntRange(1, 3650), help="The token ends after this many days.")
@data_option
@app_option
def create_token(
    role: Role, name: str, scopes: tuple[str, ...], days: int | None, data: Path | None, app_key: str | None
) -> None:
    """Make an API token and print it, alone, on standard output. It is not shown again."""
    with opened(data) as services:
        app = chosen_app(services, app_key)
        expires_at = services.clock.now_ms() + days * 86_400_000 if days else None
        with services.content.transaction():
            _, text = auth.create_token(
                services.content, OPERATOR, app.id, name=name, role=role, scopes=scopes, expires_at=expires_at
            )
            audit.note(services.content, OPERATOR, "token.create", "token", name, app_id=app.id, role=role)
    click.echo(text)
    if days:
        until = datetime.now(UTC) + timedelta(days=days)
        click.echo(f"It counts until {until:%Y-%m-%d}.", err=True)


@token_command.command("list")
@json_option
@data_option
@app_option
def list_tokens(as_json: bool, data: Path | None, app_key: str | None) -> None:
    """List the tokens that count; their text is not kept."""
    with opened(data) as services:
        tokens = services.content.people.tokens(chosen_app(services, app_key).id)
    rows = [
        {"name": token.name, "hint": token.hint, "role": token.role, "scopes": token.scopes,
         "created_at": audit.moment(token.created_at),
         "expires_at": audit.moment(token.expires_at) if token.expires_at else None}
        for token in tokens
        if token.revoked_at is None
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for token in tokens:
        if token.revoked_at is None:
            click.echo(f"…{token.hint}  {token.name}  {token.role}  {', '.join(token.scopes)}")


@token_command.command("revoke")
@click.argument("hint")
@data_option
@app_option
def revoke_token(hint: str, data: Path | None, app_key: str | None) -> None:
    """Revoke the token whose text ends in HINT (its last four letters, or all of it)."""
    with opened(data) as services:
        app = chosen_app(services, app_key)
        people = services.content.people
        found = [token for token in people.tokens(app.id) if token.hint == hint[-4:] and token.revoked_at is None]
        if len(found) != 1:
            raise NotFound("token that counts and ends", hint[-4:])
        with services.content.transaction():
            people.revoke_token(app.id, found[0].id)
            audit.note(services.content, OPERATOR, "token.revoke", "token", found[0].name, app_id=app.id)
    click.echo(f"{found[0].name} is revoked.")
