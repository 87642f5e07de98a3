"""The demo's data: an account, an environment for Ledger, its guides published, and a crowd. No Flask, no processes.

Everything goes through the same nouns as the pages and the API. What somebody changed in a demo that is
started again stays as it is.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handrail_cms import auth, publish
from handrail_cms.errors import NotFound, NotThere
from handrail_cms.storage.records import App, Document, DocumentKind, Environment

if TYPE_CHECKING:
    from handrail_cms.services import Services

EMAIL: Final = "demo@example.com"
SIGN_IN_FILE: Final = "demo-sign-in.txt"
MARK_META: Final = "demo_mark"
"""The installation fact that makes report pages open on a mark; only the demo's crowd sets it."""
FOLDERS: Final[tuple[tuple[DocumentKind, str], ...]] = (
    ("theme", "themes"),
    ("segment", "segments"),
    ("guide", "guides"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo's processes and its greeting need to know."""

    environment: Environment
    secret: str
    password: str
    guides: dict[str, dict[str, Any]]


def ledger() -> Path:
    """Return the folder of the example application: inside the wheel, or beside the checkout's packages."""
    here = Path(__file__).resolve().parent
    for folder in (here / "examples" / "ledger", here.parents[1] / "examples" / "ledger"):
        if (folder / "app.py").is_file():
            return folder
    raise NotThere("The example application is not part of this installation. Run the demo from a checkout.")


def prepare(services: Services, origins: list[str]) -> Demo:
    """Make what is missing: app, environment, account, guides; publish them where nothing was ever published."""
    content = services.content
    app = _app(services)
    environment = _environment(services, app, origins)
    password = _account(services, app)
    documents = [_document(services, app, kind, path) for kind, folder in FOLDERS for path in _files(folder)]
    if content.releases.latest(environment.id) is None:
        publish.publish(content, auth.system("demo"), environment, documents, note="The example's guides")
    secret = content.apps.secrets(environment.id)[0].secret
    guides = {document.key: document.body for document in documents if document.kind == "guide"}
    return Demo(environment, secret, password, guides)


def _files(folder: str) -> list[Path]:
    return sorted((ledger() / folder).glob("*.json"))


def _app(services: Services) -> App:
    apps = services.content.apps.all()
    return apps[0] if apps else services.content.apps.create("ledger", "Ledger")


def _environment(services: Services, app: App, origins: list[str]) -> Environment:
    apps = services.content.apps
    try:
        environment = apps.environment(app.id, "production")
    except NotFound:
        return apps.create_environment(app.id, "production", "Production", origins=origins)
    wanted = list(dict.fromkeys([*environment.origins, *origins]))
    return environment if wanted == environment.origins else apps.change_environment(environment, origins=wanted)


def _account(services: Services, app: App) -> str:
    """Return the demo account's password, which lives in the data directory, readable by its owner alone."""
    people, path = services.content.people, services.config.data / SIGN_IN_FILE
    try:
        people.user_by_email(EMAIL)
        return path.read_text().strip()
    except NotFound:
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        user = people.create_user(EMAIL, "Demo", auth.hash_password(password))
        people.set_role(user.id, app.id, "admin")
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(password + "\n")
        return password
    except FileNotFoundError:
        raise NotThere(f"{path} is gone, and with it the demo's password. Start the demo on a new --data.") from None


def _document(services: Services, app: App, kind: DocumentKind, path: Path) -> Document:
    body = json.loads(path.read_text(encoding="utf-8"))
    try:
        return services.content.documents.find(app.id, kind, body["key"])
    except NotFound:
        return publish.create(services.content, auth.system("demo"), app.id, kind, body)
