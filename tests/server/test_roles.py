"""Every role × every endpoint and page, as a table; and what tokens add to it."""

from __future__ import annotations

import re

import pytest
from handrail_cms import auth, people
from handrail_cms.auth import ACTIONS, NOBODY, ROLES, Actor
from handrail_cms.errors import Forbidden
from handrail_cms.storage.records import Role

from tests.server.conftest import OPERATOR, PASSWORD, Site, problem_of

# Who may call what without an account: everything else needs one. A new open route has to be added here by hand.
OPEN_ENDPOINTS = {
    "health.health",
    "health.ready",
    "health.metrics",
    "login.sign_in",
    "login.sign_in_now",
    "login.sign_out",
    "login.invitation",
    "login.oidc_start",
    "login.oidc_return",
    "sessions.exchange",
    "sessions.end",
    "sessions.preview",
    "sessions.read_draft",
    "sessions.save_draft",
    "sessions.merge_draft",
    "sessions.look",
    "sessions.participation",
    "participation.invitation",
    "participation.take_part",
    "participation.questions",
    "collect.events",
    "collect.visitor",
    "delivery.manifest",
    "delivery.chunk",
    "delivery.widget",
    "delivery.static",
    "delivery.schema_index",
    "delivery.schema",
    "delivery.upload",
    "api.description",
}
# action -> the roles that may, written out by hand: the table that `auth.ACTIONS` must agree with.
EXPECTED: dict[str, str] = {
    "document.read": "viewer author publisher admin",
    "document.write": "author publisher admin",
    "document.archive": "author publisher admin",
    "upload.write": "author publisher admin",
    "review.ask": "author publisher admin",
    "review.decide": "publisher admin",
    "preview.open": "author publisher admin",
    "release.read": "viewer author publisher admin",
    "release.make": "publisher admin",
    "environment.read": "viewer author publisher admin",
    "environment.write": "admin",
    "secret.read": "admin",
    "report.read": "viewer author publisher admin",
    "usability.write": "author publisher admin",
    "event.export": "publisher admin",
    "event.import": "admin",
    "visitor.read": "viewer author publisher admin",
    "visitor.erase": "admin",
    "people.read": "admin",
    "people.write": "admin",
    "token.read": "admin",
    "token.write": "admin",
    "audit.read": "admin",
    "self.read": "viewer author publisher admin",
    "self.write": "viewer author publisher admin",
}


def routes(site: Site) -> list[tuple[str, str, str, str]]:
    """(method, path with something in every place, action, endpoint) of every route."""
    found = []
    for rule in site.flask.url_map.iter_rules():
        action = getattr(site.flask.view_functions[rule.endpoint], "needs", "")
        path = re.sub(r"<any\(([^,)]*)[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<int:[^>]*>", "1", path)
        path = re.sub(r"<[^>]*>", "nothing", path)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [(method, path, action, rule.endpoint) for method in methods]
    return found


def test_the_table_of_actions_is_the_one_that_was_agreed() -> None:
    actual = {action: " ".join(ROLES[ROLES.index(least) :]) for action, (least, _) in ACTIONS.items()}
    assert actual == EXPECTED


# covers S1
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_exactly_what_the_table_gives_it(site: Site, role: Role) -> None:
    client = site.signed_in(role)
    headers = {"Accept": "application/json"}
    for method, path, action, endpoint in routes(site):
        if action == "open":
            continue
        status = client.open(path, method=method, headers=headers).status_code
        allowed = role in EXPECTED[action].split()
        assert (status != 403) == allowed, f"{role} {method} {endpoint}: {status}, needs {action}"
        assert status != 401, endpoint
        assert status < 500, f"{method} {endpoint}: {status}"


# covers S1
def test_nobody_gets_in_without_an_account(site: Site) -> None:
    client = site.browser()
    for method, path, action, endpoint in routes(site):
        if action == "open":
            continue
        response = client.open(path, method=method, headers={"Accept": "application/json"})
        assert response.status_code == 401, f"{method} {endpoint}: {response.status_code}"
        if method == "GET" and not path.startswith("/api/"):
            page = client.get(path, headers={"Accept": "text/html"})
            assert (page.status_code, page.headers["Location"][:14]) == (302, "/sign-in?next="), endpoint


def test_what_is_open_to_all_is_listed_by_hand(site: Site) -> None:
    open_ones = {endpoint for _, _, action, endpoint in routes(site) if action == "open"}
    assert open_ones == OPEN_ENDPOINTS


def test_every_action_is_used_and_known(site: Site) -> None:
    used = {action for _, _, action, _ in routes(site)} - {"open"}
    assert used <= set(ACTIONS)


@pytest.mark.parametrize("scope", auth.SCOPES)
def test_a_token_reaches_only_what_its_scopes_cover(site: Site, scope: str) -> None:
    client = site.api("admin", [scope])
    for method, path, action, endpoint in routes(site):
        if action == "open" or not path.startswith("/api/"):
            continue
        status = client.open(path, method=method, json={} if method in ("POST", "PUT") else None).status_code
        assert (status == 403) == (ACTIONS[action][1] != scope), f"{scope} {method} {endpoint}: {status}"


def test_a_token_is_not_a_sign_in_for_pages(site: Site) -> None:
    client = site.api("admin")
    response = client.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/")


def test_a_token_falls_with_its_makers_role(site: Site) -> None:
    _, text = people.create_token(site.content, site.actor("admin"), site.app.id, name="ci", role="publisher")
    assert auth.can(auth.actor_of_token(site.content, text), "release.make", site.app.id)
    site.content.people.set_role(site.users["publisher"].id, site.app.id, "admin")
    site.content.people.set_role(site.users["admin"].id, site.app.id, "author")
    actor = auth.actor_of_token(site.content, text)
    assert auth.can(actor, "document.write", site.app.id)
    assert not auth.can(actor, "release.make", site.app.id)
    site.content.people.set_disabled(site.users["admin"].id, disabled=True)
    assert auth.actor_of_token(site.content, text) == NOBODY


def test_nobody_makes_a_token_that_is_more_than_themselves(site: Site) -> None:
    with pytest.raises(Forbidden):
        people.create_token(site.content, site.actor("author"), site.app.id, name="x", role="viewer")
    client = site.api("admin", ["people"])
    body = {"name": "more", "role": "admin", "scopes": ["publish"]}
    assert problem_of(client.post("/api/v1/tokens", json=body))["status"] == 403
    made = client.post("/api/v1/tokens", json={"name": "same", "role": "admin"}).get_json()
    assert made["scopes"] == ["people"]


@pytest.mark.parametrize("change", ["expired", "revoked", "wrong"])
def test_a_token_that_does_not_count_is_told_so(site: Site, change: str) -> None:
    token, text = auth.create_token(
        site.content, OPERATOR, site.app.id, name="t", role="viewer", expires_at=site.clock.now_ms() + 1000
    )
    if change == "expired":
        site.clock.advance(ms=1001)
    elif change == "revoked":
        site.content.people.revoke_token(site.app.id, token.id)
    else:
        text += "x"
    response = site.browser().get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert problem_of(response)["code"] == "unauthorised"


def test_somebody_without_a_role_is_told_whom_to_ask(site: Site) -> None:
    user = site.content.people.create_user("new@example.com", "New", auth.hash_password(PASSWORD))
    cookie, _ = auth.sign_in(site.content, user, "test")
    client = site.browser()
    client.set_cookie("handrail_session", cookie)
    assert "Ask an admin" in problem_of(client.get("/api/v1/guides"))["detail"]


def test_a_role_in_one_app_is_none_in_another(site: Site) -> None:
    from handrail_cms import environments

    other = environments.create_app_with_environments(site.content, "Other", origins=[])
    assert not auth.can(site.actor("admin"), "document.read", other.id)
    response = site.signed_in("admin").get("/api/v1/guides?app=other")
    assert problem_of(response)["status"] == 404
    assert auth.can(Actor("user", "x", 1, {other.id: "admin"}), "document.read", other.id)
