"""OpenID Connect sign-in against a real provider that runs beside the test."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from flask.testing import FlaskClient

from tests.server.conftest import Site, open_site
from tests.server.provider import Person, Provider, provider_running


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        with provider_running() as provider:
            yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.person, running.change = Person(), {}
    return running


@pytest.fixture
def company(provider: Provider, tmp_path: Path) -> Iterator[Site]:
    """A server whose people sign in through the provider."""
    made = open_site(
        tmp_path / "data", oidc_issuer=provider.issuer, oidc_client_id=provider.client_id,
        oidc_client_secret=provider.client_secret, oidc_domains="example.com, example.org", oidc_role="author",
    )  # fmt: skip
    yield made
    made.services.close()


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def follow_to_provider(client: FlaskClient, target: str = "/") -> str:
    """Start the sign-in, sign in at the provider, and return where it sends the browser."""
    start = client.get("/sign-in/company", query_string={"next": target})
    assert start.status_code == 302, start.get_data(as_text=True)
    with pytest.raises(HTTPError) as told:  # urllib tells a redirect that it does not follow as an error
        build_opener(_Stay).open(start.headers["Location"], timeout=10)
    location = told.value.headers["Location"]
    told.value.close()
    return location.removeprefix("http://localhost")


def come_back(client: FlaskClient, address: str):
    return client.get(address, headers={"Accept": "text/html"})


def test_somebody_with_an_account_signs_in_and_is_bound_to_the_subject(company: Site, provider: Provider) -> None:
    client = company.browser()
    response = come_back(client, follow_to_provider(client, "/guides"))
    assert (response.status_code, response.headers["Location"]) == (303, "/guides")
    assert client.get("/api/v1/me").get_json()["name"] == "Admin"
    provider.person = Person(email="changed@example.com")
    again = company.browser()
    come_back(again, follow_to_provider(again))
    assert again.get("/api/v1/me").get_json()["name"] == "Admin"


def test_somebody_of_an_allowed_domain_gets_an_account(company: Site, provider: Provider) -> None:
    provider.person = Person("subject-2", "new@example.org", name="New Person")
    client = company.browser()
    come_back(client, follow_to_provider(client))
    assert client.get("/api/v1/me").get_json() | {"scopes": None} == {
        "kind": "user", "name": "New Person", "role": "author", "scopes": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    "person",
    [
        Person("s3", "stranger@elsewhere.example"),
        Person("s4", "admin@example.com", email_verified=False),
        Person("s5", "x@notexample.com"),
        Person("s6", ""),
    ],
)
def test_somebody_else_is_refused_in_words(company: Site, provider: Provider, person: Person) -> None:
    provider.person = person
    client = company.browser()
    response = come_back(client, follow_to_provider(client))
    assert response.status_code == 403
    assert client.get("/api/v1/me").status_code == 401


def test_a_disabled_account_does_not_come_in_through_the_company(company: Site, provider: Provider) -> None:
    company.content.people.set_disabled(company.users["author"].id, disabled=True)
    provider.person = Person("s7", "author@example.com")
    client = company.browser()
    assert come_back(client, follow_to_provider(client)).status_code == 403


def test_an_answer_that_another_browser_began_is_refused(company: Site, provider: Provider) -> None:
    address = follow_to_provider(company.browser())
    victim = company.browser()
    assert come_back(victim, address).status_code == 400
    assert victim.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("spoiled", ["state", "code"])
def test_a_spoiled_answer_is_refused(company: Site, provider: Provider, spoiled: str) -> None:
    client = company.browser()
    parts = urlsplit(follow_to_provider(client))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | {spoiled: "spoiled"}
    assert come_back(client, f"{parts.path}?{urlencode(query)}").status_code == 400
    assert client.get("/api/v1/me").status_code == 401


def test_an_answer_works_once(company: Site, provider: Provider) -> None:
    client = company.browser()
    address = follow_to_provider(client)
    assert come_back(client, address).status_code == 303
    client.post("/sign-out", headers={"X-CSRF-Token": ""})
    other = company.browser()
    assert come_back(other, address).status_code == 400


@pytest.mark.parametrize("change", [{"exp": int(time.time()) - 3600}, {"aud": "somebody-else"}, {"nonce": "another"}])
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    company: Site, provider: Provider, change: dict[str, Any]
) -> None:
    provider.change = change
    client = company.browser()
    assert come_back(client, follow_to_provider(client)).status_code == 400
    assert client.get("/api/v1/me").status_code == 401


def test_a_provider_that_is_down_is_told_in_words(tmp_path: Path, free_port: int) -> None:
    site = open_site(
        tmp_path / "data", oidc_issuer=f"http://127.0.0.1:{free_port}", oidc_client_id="x", oidc_client_secret="y"
    )
    response = site.browser().get("/sign-in/company", headers={"Accept": "application/json"})
    assert response.status_code == 503
    assert "does not answer" in response.get_json()["detail"]
    site.services.close()


def test_without_an_issuer_there_is_no_such_sign_in(site: Site) -> None:
    response = site.browser().get("/sign-in/company", headers={"Accept": "application/json"})
    assert response.get_json()["code"] == "no_oidc"
