"""One server in the process, on real databases, with a clock that tests move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from handrail_cms import auth, environments
from handrail_cms.app import create_app
from handrail_cms.auth import ROLES, Actor, system
from handrail_cms.clock import ManualClock
from handrail_cms.config import load_config
from handrail_cms.routes.collect import open_doors
from handrail_cms.services import Services, open_services
from handrail_cms.storage.records import App, Document, Environment, Role, User

PASSWORD = "a long enough password"
PASSWORD_HASH = auth.hash_password(PASSWORD)
ORIGIN = "https://app.example.com"
OPERATOR = system("test")


def guide(key: str = "first-invoice", **more: Any) -> dict[str, Any]:
    """A small guide that validates."""
    steps = [
        {"id": "start", "target": {"css": "#new"}, "title": "Start here", "body": "Press **New**."},
        {"id": "last", "title": "Done"},
    ]
    return {"format": 1, "key": key, "kind": "tour", "name": "First invoice", "language": "en", "steps": steps} | more


@dataclass
class Site:
    """A server, the things in it, and ways to talk to it."""

    services: Services
    clock: ManualClock
    flask: Flask
    app: App
    production: Environment
    users: dict[Role, User] = field(default_factory=dict)

    @property
    def content(self) -> Any:
        return self.services.content

    def actor(self, role: Role) -> Actor:
        user = self.users[role]
        return Actor("user", user.name, user.id, user.roles, user=user)

    def browser(self) -> FlaskClient:
        """A browser with cookies and nobody signed in."""
        return self.flask.test_client()

    def signed_in(self, role: Role) -> FlaskClient:
        """A browser in which the role's account is signed in."""
        client = self.browser()
        cookie, csrf = auth.sign_in(self.services.content, self.users[role], "test")
        client.set_cookie("handrail_session", cookie)
        client.environ_base["HTTP_X_CSRF_TOKEN"] = csrf
        return client

    def api(self, role: Role = "admin", scopes: list[str] | None = None) -> FlaskClient:
        """A client whose requests carry an API token of that role."""
        _, text = auth.create_token(self.services.content, OPERATOR, self.app.id, name="test", role=role, scopes=scopes)
        client = self.flask.test_client(use_cookies=False)
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {text}"
        return client

    def draft(self, key: str = "first-invoice", **more: Any) -> Document:
        from handrail_cms import publish

        return publish.create(self.services.content, OPERATOR, self.app.id, "guide", guide(key, **more))


_flask: dict[str, Flask] = {}


def flask_on(services: Services) -> Flask:
    """The application on these services; its 150 routes are compiled once, as that takes half a test's time."""
    if "app" not in _flask:
        _flask["app"] = create_app(services)
        _flask["app"].testing = True
    app = _flask["app"]
    app.extensions.pop("handrail.oidc", None)
    app.extensions["handrail"] = services
    app.wsgi_app = Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    open_doors(app)
    app.secret_key = auth.installation_secret(services.content)
    return app


def open_site(folder: Path, **settings: Any) -> Site:
    clock = ManualClock()
    services = open_services(load_config({}, data=folder, log_level="error", **settings), clock, create=True)
    app = environments.create_app_with_environments(services.content, "Ledger", origins=[ORIGIN])
    site = Site(services, clock, flask_on(services), app, services.content.apps.environment(app.id, "production"))
    for role in ROLES:
        user = services.content.people.create_user(f"{role}@example.com", role.title(), PASSWORD_HASH)
        services.content.people.set_role(user.id, app.id, role)
        site.users[role] = services.content.people.user(user.id)
    return site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A fresh server with one account for each role (password PASSWORD)."""
    made = open_site(tmp_path / "data")
    yield made
    made.services.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One server for many examples of one property."""
    made = open_site(tmp_path_factory.mktemp("made") / "data")
    yield made
    made.services.close()


def problem_of(response: Any) -> dict[str, Any]:
    """The problem that an error response holds."""
    assert response.mimetype == "application/problem+json", response.get_data(as_text=True)[:400]
    return json.loads(response.get_data())
