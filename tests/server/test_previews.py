"""Preview and builder sessions: one code, one author, environment and origin; and two authors on one draft."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from handrail_cms import previews, publish
from handrail_cms.errors import Forbidden, Refused, RevisionConflict
from handrail_guides.errors import MergeConflict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.conftest import OPERATOR, ORIGIN, Site, guide, problem_of

PAGE = f"{ORIGIN}/invoices?tab=open#top"


def code_of(site: Site, purpose: Any = "preview", key: str | None = "first-invoice", place: str = "query") -> str:
    document = site.content.documents.find(site.app.id, "guide", key) if key else None
    address = previews.open_page(
        site.content, site.actor("author"), site.production, document, PAGE, purpose=purpose, place=place
    )
    parts = urlsplit(address)
    assert parts.scheme + "://" + parts.netloc + parts.path == f"{ORIGIN}/invoices"
    return parse_qs(parts.query)[previews.CODE_NAME][0] if place == "query" else parts.fragment.partition("=")[2]


class Widget:
    """The widget on a host page, with a session's token."""

    def __init__(self, site: Site, origin: str = ORIGIN) -> None:
        self.client: FlaskClient = site.flask.test_client(use_cookies=False)
        self.base = f"/v1/{site.production.public_key}"
        self.headers = {"Origin": origin}

    def exchange(self, code: str):
        answer = self.client.post(f"{self.base}/sessions", json={"code": code}, headers=self.headers)
        if answer.status_code == 201:
            self.headers["Authorization"] = f"Bearer {answer.get_json()['token']}"
        return answer

    def call(self, method: str, path: str, **more: Any):
        headers = self.headers | more.pop("headers", {})
        return self.client.open(self.base + path, method=method, headers=headers, **more)


@pytest.fixture
def builder(site: Site) -> Widget:
    site.draft()
    widget = Widget(site)
    assert widget.exchange(code_of(site, "builder")).status_code == 201
    return widget


def test_a_code_opens_the_draft_on_the_host_page(site: Site) -> None:
    site.draft(name="Not published")
    widget = Widget(site)
    answer = widget.exchange(code_of(site))
    assert answer.get_json() | {"token": ""} == {
        "token": "", "purpose": "preview", "guide": "first-invoice",
        "expires_at": site.clock.now_ms() + previews.SESSION_MS,
    }  # fmt: skip
    played = widget.call("GET", "/preview/first-invoice").get_json()
    assert played["chunks"]["en"]["steps"][0]["id"] == "start"
    assert played["revision"] == 1
    manifest = site.browser().get(f"{widget.base}/manifest.json").get_json()
    assert manifest["guides"] == []


def test_a_code_may_stand_in_the_fragment_beside_what_is_there(site: Site) -> None:
    site.draft()
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    address = previews.open_page(site.content, site.actor("author"), site.production, document, PAGE, place="fragment")
    assert address.startswith(f"{ORIGIN}/invoices?tab=open#top&{previews.CODE_NAME}=")


# covers S3
def test_a_code_works_once(site: Site) -> None:
    site.draft()
    code = code_of(site)
    assert Widget(site).exchange(code).status_code == 201
    assert problem_of(Widget(site).exchange(code))["status"] == 403


def test_a_code_is_too_old_after_five_minutes(site: Site) -> None:
    site.draft()
    code = code_of(site)
    site.clock.advance(minutes=6)
    assert Widget(site).exchange(code).status_code == 403


def test_a_code_on_another_origin_is_refused_and_used_up(site: Site) -> None:
    site.draft()
    other = "https://staging.example.com"
    site.content.apps.change_environment(site.production, origins=[ORIGIN, other])
    code = code_of(site)
    assert Widget(site, other).exchange(code).status_code == 403
    assert Widget(site).exchange(code).status_code == 403


def test_a_code_of_another_environment_is_refused(site: Site) -> None:
    site.draft()
    code = code_of(site)
    widget = Widget(site)
    widget.base = f"/v1/{site.content.apps.environment(site.app.id, 'staging').public_key}"
    assert widget.exchange(code).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "https://app.example.com.evil.example"])
def test_a_foreign_page_gets_no_session(site: Site, origin: str) -> None:
    site.draft()
    assert problem_of(Widget(site, origin).exchange(code_of(site)))["status"] == 403


def test_a_session_ends_after_an_hour_or_when_it_is_ended(site: Site, builder: Widget) -> None:
    assert builder.call("GET", "/drafts/first-invoice").status_code == 200
    site.clock.advance(minutes=61)
    assert builder.call("GET", "/drafts/first-invoice").status_code == 401
    assert builder.exchange(code_of(site, "builder")).status_code == 201
    assert builder.call("DELETE", "/sessions").status_code == 204
    assert builder.call("GET", "/drafts/first-invoice").status_code == 401


def test_a_session_ends_with_its_authors_role(site: Site, builder: Widget) -> None:
    site.content.people.set_role(site.users["author"].id, site.app.id, "viewer")
    assert builder.call("GET", "/drafts/first-invoice").status_code == 403
    site.content.people.set_disabled(site.users["author"].id, disabled=True)
    assert builder.call("GET", "/drafts/first-invoice").status_code == 401


def test_a_session_is_for_one_guide(site: Site, builder: Widget) -> None:
    site.draft("second")
    assert builder.call("GET", "/drafts/second").status_code == 403
    assert builder.call("GET", "/preview/second").status_code == 403


def test_a_preview_changes_nothing(site: Site) -> None:
    site.draft()
    widget = Widget(site)
    widget.exchange(code_of(site))
    assert widget.call("PUT", "/drafts/first-invoice", json=guide(), headers={"If-Match": "1"}).status_code == 403
    assert widget.call("GET", "/drafts/first-invoice").status_code == 403


def test_the_builder_saves_as_its_author(site: Site, builder: Widget) -> None:
    answer = builder.call("PUT", "/drafts/first-invoice", json=guide(name="Built"), headers={"If-Match": '"1"'})
    assert answer.get_json()["revision"] == 2
    assert site.content.documents.find(site.app.id, "guide", "first-invoice").updated_by == "Author"
    assert builder.call("PUT", "/drafts/first-invoice", json=guide(), headers={"If-Match": "1"}).status_code == 412


# covers A4
def test_the_builder_merges_what_somebody_else_saved_meanwhile(site: Site, builder: Widget) -> None:
    document = site.content.documents.find(site.app.id, "guide", "first-invoice")
    publish.save_draft(site.content, OPERATOR, document, guide(job="Theirs"), based_on=1)
    mine = {"document": guide(name="Mine"), "revision": 1}
    merged = builder.call("POST", "/drafts/first-invoice/merge", json=mine).get_json()
    assert (merged["revision"], merged["document"]["name"], merged["document"]["job"]) == (3, "Mine", "Theirs")
    clash = builder.call("POST", "/drafts/first-invoice/merge", json={"document": guide(name="Other"), "revision": 1})
    told = problem_of(clash)
    assert (told["status"], told["theirs"]["revision"], told["theirs"]["document"]["name"]) == (409, 3, "Mine")
    assert told["conflicts"]


def test_a_draft_with_problems_says_them_instead_of_playing(site: Site, builder: Widget) -> None:
    broken = guide(steps=[{"id": "one"}])
    builder.call("PUT", "/drafts/first-invoice", json=broken, headers={"If-Match": "1"})
    told = problem_of(builder.call("GET", "/preview/first-invoice"))
    assert told["status"] == 422
    assert told["problems"]


def test_a_browser_may_ask_first_and_read_the_answer(site: Site, builder: Widget) -> None:
    asked = builder.call("OPTIONS", "/drafts/first-invoice")
    assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "If-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked.headers
    assert builder.call("GET", "/drafts/first-invoice").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//x", "https://a:b@app.example.com", "ftp://x", "x\r\ny"])
def test_only_a_web_page_is_opened(site: Site, address: str) -> None:
    with pytest.raises(Refused):
        previews.open_page(site.content, site.actor("author"), site.production, None, address)


def test_a_page_of_another_origin_is_not_opened(site: Site) -> None:
    with pytest.raises(Refused, match="settings"):
        previews.open_page(site.content, site.actor("author"), site.production, None, "https://evil.example/")
    with pytest.raises(Forbidden):
        previews.open_page(site.content, site.actor("viewer"), site.production, None, PAGE)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://a.example.com", True), ("https://a.b.example.com", True), ("https://example.com", False),
        ("https://evilexample.com", False), ("http://a.example.com", False), ("https://.example.com", False),
        ("https://a.example.com.evil", False), ("https://A.EXAMPLE.COM", True),
    ],
)  # fmt: skip
def test_a_star_allows_subdomains_and_nothing_else(site: Site, origin: str, allowed: bool) -> None:
    changed = site.content.apps.change_environment(site.production, origins=["https://*.example.com"])
    assert previews.allows(changed, origin) is allowed


FIELDS = ("name", "job", "priority")
edits = st.lists(
    st.tuples(st.sampled_from(["mine", "theirs"]), st.sampled_from(FIELDS), st.integers(1, 99)), max_size=8
)
_numbers = itertools.count()


# covers A4
@given(edits)
@settings(max_examples=60, deadline=None)
def test_two_authors_on_one_draft_lose_nothing_in_any_interleaving(
    made: Site, steps: list[tuple[str, str, int]]
) -> None:
    """Each author holds a copy; a refused save is merged, and only a field that both changed is ever in conflict."""
    document = made.draft(f"guide-{next(_numbers)}")
    held = dict.fromkeys(("mine", "theirs"), (document.body, document.revision))
    written: dict[str, set[Any]] = {field: {document.body.get(field)} for field in FIELDS}
    for who, field, number in steps:
        body, revision = held[who]
        value: Any = number if field == "priority" else f"{who} {number}"
        if body.get(field) == value:
            continue  # writing what one's own copy says already is no edit
        changed = {**body, field: value}
        try:
            saved = publish.save_draft(made.content, OPERATOR, document, changed, based_on=revision)
        except RevisionConflict as conflict:
            try:
                saved = publish.merge_draft(made.content, OPERATOR, document, changed, based_on=revision)
            except MergeConflict:
                current = made.content.documents.by_id(document.id)
                base = made.content.documents.draft(document.id, revision).body
                clashing = [one for one in FIELDS if base.get(one) not in (changed.get(one), current.body.get(one))]
                assert clashing, "a conflict that is none"
                held[who] = (current.body, conflict.current)
                continue
        written[field].add(value)
        assert saved.body[field] == value
        held[who] = (saved.body, saved.revision)
    drafts = made.content.documents.drafts(document.id)
    assert [draft.revision for draft in drafts] == list(range(len(drafts), 0, -1))
    final = made.content.documents.by_id(document.id).body
    assert all(final.get(field) in written[field] for field in FIELDS)


# covers A3
def test_a_preview_as_a_persona_brings_its_traits_language_and_theme(site: Site) -> None:
    document = site.draft()
    theme = {"format": 1, "key": "dusk", "name": "Dusk", "light": {"accent": "#663399"}}
    publish.create(site.content, OPERATOR, site.app.id, "theme", theme)
    persona = {
        "traits": {"plan": "trial"},
        "account": {"seats": 3},
        "language": "ko",
        "theme": "dusk",
        "scheme": "dark",
    }
    address = previews.open_page(site.content, site.actor("author"), site.production, document, PAGE, persona=persona)
    widget = Widget(site)
    assert widget.exchange(parse_qs(urlsplit(address).query)[previews.CODE_NAME][0]).status_code == 201
    for _page in range(2):  # it stays for as long as the session does
        seen = widget.call("GET", "/preview/first-invoice").get_json()
        assert seen["persona"] == {"traits": {"plan": "trial"}, "account": {"seats": 3}, "language": "ko"}
        assert (seen["theme"]["key"], seen["theme"]["scheme"]) == ("dusk", "dark")


def test_a_preview_as_nobody_in_particular_brings_no_persona(site: Site) -> None:
    site.draft()
    widget = Widget(site)
    widget.exchange(code_of(site))
    assert "persona" not in widget.call("GET", "/preview/first-invoice").get_json()


@pytest.mark.parametrize("given", ["{", "[]", "7", '{"traits": 7', "{" * 9000])
def test_a_persona_that_is_none_is_refused_in_words(site: Site, given: str) -> None:
    site.draft()
    site.content.apps.change_environment(site.production, origins=[ORIGIN])
    browser = site.signed_in("author")
    answer = browser.post("/guides/first-invoice/preview", data={"as": given}, follow_redirects=True)
    assert "The persona cannot be read" in answer.get_data(as_text=True)


# covers A3
def test_the_editor_offers_a_typical_member_of_every_segment(site: Site) -> None:
    site.draft()
    rule = {"all": [{"trait": "plan", "is": "trial"}, {"path": "/never"}]}
    for key, more in (("on-trial", {}), ("ann", {"persona": {"job": "Try it", "language": "ko", "device": "phone"}})):
        body = {
            "format": 1,
            "key": key,
            "name": key.title(),
            "rule": rule if key == "on-trial" else {"all": []},
            **more,
        }
        publish.create(site.content, OPERATOR, site.app.id, "segment", body)
    page = site.signed_in("author").get("/guides/first-invoice/edit", headers={"Accept": "text/html"}).text
    members = json.loads(page.partition("data-members>")[2].partition("</script>")[0])
    assert [(one["key"], one["traits"], one["fits"]) for one in members] == [
        ("ann", {}, True), ("on-trial", {"plan": "trial"}, False),
    ]  # fmt: skip
    assert (members[0]["language"], members[0]["device"], members[0]["job"]) == ("ko", "phone", "Try it")
