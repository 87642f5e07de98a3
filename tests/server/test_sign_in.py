"""Signing in, staying signed in, signing out; CSRF, fixation, clickjacking, open redirects, guessing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from handrail_cms import auth, people
from handrail_cms.errors import Refused

from tests.server.conftest import PASSWORD, Site, open_site, problem_of


def form_token(client: FlaskClient, path: str = "/sign-in") -> str:
    page = client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page[:500]
    return found.group(1)


def sign_in(client: FlaskClient, email: str = "admin@example.com", password: str = PASSWORD, **more: str):
    data = {"csrf": form_token(client), "email": email, "password": password, **more}
    return client.post("/sign-in", data=data, headers={"Accept": "text/html"})


def test_the_right_password_signs_in_and_goes_on(site: Site) -> None:
    client = site.browser()
    response = sign_in(client, next="/guides?x=1")
    assert (response.status_code, response.headers["Location"]) == (303, "/guides?x=1")
    cookie = response.headers.getlist("Set-Cookie")[0]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/api/v1/me").get_json()["name"] == "Admin"


def test_a_secure_connection_gets_a_secure_cookie(site: Site) -> None:
    client = site.browser()
    base = "https://localhost"
    client.get("/sign-in", base_url=base, headers={"Accept": "text/html"})
    token = client.get_cookie("handrail_csrf")
    assert token is not None
    assert token.secure
    data = {"csrf": token.value, "email": "admin@example.com", "password": PASSWORD}
    cookies = client.post("/sign-in", base_url=base, data=data).headers.getlist("Set-Cookie")
    assert "Secure" in next(cookie for cookie in cookies if cookie.startswith("handrail_session="))


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/19.0 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604", "Safari on iPhone"),
        ("curl/8.14.1", "curl/8.14.1"),
    ],
)
def test_the_account_names_the_browsers_that_are_signed_in(site: Site, agent: str, told: str) -> None:
    client = site.browser()
    client.environ_base["HTTP_USER_AGENT"] = agent
    sign_in(client)
    page = client.get("/account", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert re.search(rf'title="{re.escape(agent)}">{told}<', page)


@pytest.mark.parametrize(
    ("email", "password"),
    [("admin@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("", ""), ("x\0y", "z")],
)
def test_a_wrong_password_and_an_unknown_address_read_the_same(site: Site, email: str, password: str) -> None:
    response = sign_in(site.browser(), email, password)
    assert response.status_code == 400
    assert "do not go together" in response.get_data(as_text=True)
    assert "handrail_session" not in str(response.headers)


def test_a_disabled_account_is_out_at_once(site: Site) -> None:
    client = site.signed_in("author")
    assert client.get("/api/v1/me").status_code == 200
    people.set_disabled(site.content, site.actor("admin"), site.app.id, "author@example.com", disabled=True)
    assert client.get("/api/v1/me").status_code == 401
    assert sign_in(site.browser(), "author@example.com").status_code == 400


def test_guessing_has_to_wait(site: Site) -> None:
    client = site.browser()
    for _ in range(site.services.config.sign_in_limit):
        assert sign_in(client, password="a guess").status_code == 400
    blocked = sign_in(client)
    assert (blocked.status_code, blocked.headers["Retry-After"]) == (429, "900")
    assert sign_in(site.browser(), "author@example.com").status_code == 303
    site.clock.advance(minutes=16)
    assert sign_in(client).status_code == 303


def test_one_address_can_not_try_many_accounts(tmp_path: Path) -> None:
    site = open_site(tmp_path / "data", sign_in_limit=1)
    for number in range(5):
        assert sign_in(site.browser(), f"user{number}@example.com", "guess").status_code == 400
    assert sign_in(site.browser(), "user9@example.com", "guess").status_code == 429
    site.services.close()


def test_no_address_and_no_password_is_stored_in_the_clear(site: Site) -> None:
    sign_in(site.browser(), password="a guess that failed")
    sign_in(site.browser())
    site.content.connections.database().conn.execute("pragma wal_checkpoint(truncate)")
    stored = (site.services.config.data / "handrail.db").read_bytes()
    for secret in (b"127.0.0.1", b"a guess that failed", PASSWORD.encode()):
        assert secret not in stored


# covers S3
def test_signing_in_never_takes_over_a_cookie_from_before(site: Site) -> None:
    client = site.browser()
    client.set_cookie("handrail_session", "planted-by-an-attacker")
    sign_in(client)
    cookie = client.get_cookie("handrail_session")
    assert cookie is not None
    assert cookie.value != "planted-by-an-attacker"
    attacker = site.browser()
    attacker.set_cookie("handrail_session", "planted-by-an-attacker")
    assert attacker.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    client = site.signed_in("author")
    kept = client.get_cookie("handrail_session")
    assert kept is not None
    assert client.post("/sign-out").status_code == 303
    client.set_cookie("handrail_session", kept.value)
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (73, 401)])
def test_a_sign_in_without_a_request_ends(site: Site, hours: int, status: int) -> None:
    client = site.signed_in("author")
    site.clock.advance(hours=hours)
    assert client.get("/api/v1/me").status_code == status


def test_a_sign_in_ends_after_its_days_however_busy(site: Site) -> None:
    client = site.signed_in("author")
    for _ in range(14):
        assert client.get("/api/v1/me").status_code == 200
        site.clock.advance(hours=24)
    assert client.get("/api/v1/me").status_code == 401


def test_every_browser_is_listed_and_can_be_signed_out(site: Site) -> None:
    here, there = site.signed_in("author"), site.signed_in("author")
    listed = here.get("/api/v1/me/sign-ins").get_json()["items"]
    assert [one["current"] for one in listed].count(True) == 1
    other = next(one for one in listed if not one["current"])
    assert here.delete(f"/api/v1/me/sign-ins/{other['name']}").status_code == 204
    assert there.get("/api/v1/me").status_code == 401
    third = site.signed_in("author")
    assert here.delete("/api/v1/me/sign-ins/others").status_code == 204
    assert third.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200


def test_nobody_signs_out_somebody_elses_browser(site: Site) -> None:
    theirs = site.signed_in("admin").get("/api/v1/me/sign-ins").get_json()["items"][0]["name"]
    assert problem_of(site.signed_in("author").delete(f"/api/v1/me/sign-ins/{theirs}"))["status"] == 404


def test_a_new_password_ends_the_other_sign_ins(site: Site) -> None:
    there = site.signed_in("author")
    actor = site.actor("author")
    with pytest.raises(Refused):
        people.change_password(site.content, actor, site.services.config, "wrong", "another long password", "::1")
    with pytest.raises(Refused, match="at least 10"):
        people.change_password(site.content, actor, site.services.config, PASSWORD, "short", "::1")
    people.change_password(site.content, actor, site.services.config, PASSWORD, "another long password", "::1")
    assert there.get("/api/v1/me").status_code == 401
    assert sign_in(site.browser(), "author@example.com", "another long password").status_code == 303


# covers S3
@pytest.mark.parametrize("token", ["", "wrong", "x" * 500, "\u2028"])
def test_a_form_without_its_token_is_refused(site: Site, token: str) -> None:
    client = site.signed_in("admin")
    del client.environ_base["HTTP_X_CSRF_TOKEN"]
    response = client.post("/api/v1/guides", json={}, headers={"X-CSRF-Token": token} if token.isascii() else {})
    assert problem_of(response)["status"] == 403
    assert client.post("/sign-out", data={"csrf": token}).status_code == 403
    fresh = site.browser()
    assert fresh.post("/sign-in", data={"csrf": token, "email": "a", "password": "b"}).status_code == 403


# covers S3
def test_a_form_sent_from_another_site_is_refused_even_with_a_token(site: Site) -> None:
    client = site.signed_in("admin")
    response = client.post("/api/v1/apps", json={"name": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert problem_of(response)["status"] == 403


def test_the_token_of_one_browser_does_not_work_in_another(site: Site) -> None:
    first, second = site.signed_in("admin"), site.signed_in("admin")
    stolen = first.environ_base["HTTP_X_CSRF_TOKEN"]
    response = second.post("/api/v1/apps", json={"name": "x"}, headers={"X-CSRF-Token": stolen})
    assert problem_of(response)["status"] == 403


# covers S3
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "",
        "http:///evil.example",
        "/\x00",
    ],
)
def test_signing_in_never_leads_to_another_site(site: Site, target: str) -> None:
    response = sign_in(site.browser(), next=target)
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert "a=b" not in str(response.headers)


# covers S3
def test_no_page_can_be_framed_or_run_foreign_script(site: Site) -> None:
    for path in ("/sign-in", "/no-such-page"):
        response = site.browser().get(path, headers={"Accept": "text/html"})
        policy = response.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Frame-Options"] == "DENY"
        assert response.headers["Cache-Control"] == "no-store"


def test_a_page_keeps_where_it_was_through_sign_in(site: Site) -> None:
    response = site.browser().get("/guides?page=2", headers={"Accept": "text/html"})
    assert response.headers["Location"] == "/sign-in?next=/guides?page%3D2"


def invitation_path(site: Site, email: str = "new@example.com") -> str:
    client = site.signed_in("admin")
    made = client.post("/api/v1/invitations", json={"email": email, "role": "author"}).get_json()
    return made["address"].removeprefix("http://localhost")


def test_an_invitation_makes_an_account_once(site: Site) -> None:
    path = invitation_path(site)
    client = site.browser()
    data = {"csrf": form_token(client, path), "name": "New", "password": "a new password"}
    assert client.post(path, data=data, headers={"Accept": "text/html"}).status_code == 303
    assert client.get("/api/v1/me").get_json()["role"] == "author"
    assert "used" in problem_of(site.browser().get(path, headers={"Accept": "application/json"}))["detail"]


def test_an_invitation_for_an_account_that_exists_needs_its_password(site: Site) -> None:
    path = invitation_path(site, "viewer@example.com")
    client = site.browser()
    data = {"csrf": form_token(client, path), "name": "New", "password": "not the password"}
    assert client.post(path, data=data, headers={"Accept": "text/html"}).status_code == 400
    data |= {"password": PASSWORD}
    assert client.post(path, data=data, headers={"Accept": "text/html"}).status_code == 303
    assert client.get("/api/v1/me").get_json()["role"] == "author"


def test_an_invitation_ends_after_a_week_or_when_it_is_taken_back(site: Site) -> None:
    path = invitation_path(site)
    client = site.signed_in("admin")
    listed = client.get("/api/v1/invitations").get_json()["items"]
    assert client.delete(f"/api/v1/invitations/{listed[0]['name']}").status_code == 204
    assert site.browser().get(path).status_code == 409
    path = invitation_path(site)
    site.clock.advance(days=8)
    assert site.browser().get(path).status_code == 409


@pytest.mark.parametrize("email", ["", "no-at", "a@b\r\nBcc: x@y.z", "@", "a b@c.d"])
def test_an_invitation_needs_an_address(site: Site, email: str) -> None:
    response = site.signed_in("admin").post("/api/v1/invitations", json={"email": email, "role": "author"})
    assert response.status_code in (400, 409)


def test_the_last_admin_stays(site: Site) -> None:
    client = site.signed_in("admin")
    for change in ({"role": "viewer"}, None):
        path = "/api/v1/people/admin@example.com"
        response = client.put(path, json=change) if change else client.delete(path)
        assert problem_of(response)["code"] == "last_admin"


def test_a_password_is_hashed_with_argon2(site: Site) -> None:
    assert (site.content.people.user_by_email("ADMIN@example.com").password_hash or "").startswith("$argon2id$")
    assert auth.hash_password(PASSWORD) != auth.hash_password(PASSWORD)
