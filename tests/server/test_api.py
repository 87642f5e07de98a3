"""The admin API: documents, releases, environments, schedule, reviews, audit; and the one shape of its errors."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from handrail_cms import observe, operations, publish
from handrail_cms.app import create_app
from handrail_cms.errors import StorageUnavailable
from handrail_cms.tasks import run_schedule

from tests.collecting import context, track
from tests.server.conftest import OPERATOR, ORIGIN, Site, guide, problem_of

API = "/api/v1"


def make(client: FlaskClient, key: str = "first-invoice", **more: Any) -> dict[str, Any]:
    response = client.post(f"{API}/guides", json=guide(key, **more))
    assert response.status_code == 201, response.get_data(as_text=True)
    return response.get_json()


def put(client: FlaskClient, body: dict[str, Any], revision: int, key: str = "first-invoice"):
    return client.put(f"{API}/guides/{key}", json=body, headers={"If-Match": f'"{revision}"'})


def live_in(client: FlaskClient, key: str = "first-invoice") -> dict[str, int]:
    return client.get(f"{API}/guides/{key}").get_json()["live"]


def test_a_guide_is_made_read_changed_and_published(site: Site) -> None:
    client = site.api("publisher")
    made = make(client)
    assert (made["revision"], made["draft"], made["live"], made["problems"]) == (1, guide(), {}, [])
    saved = put(client, guide(name="Renamed"), 1)
    assert (saved.get_json()["revision"], saved.headers["ETag"]) == (2, '"2"')
    release = client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production", "note": "why"})
    assert release.status_code == 201
    assert (release.get_json()["number"], release.get_json()["note"]) == (1, "why")
    read = client.get(f"{API}/guides/first-invoice").get_json()
    assert (read["live"], read["versions"][0]["number"], read["name"]) == ({"production": 1}, 1, "Renamed")
    version = client.get(f"{API}/guides/first-invoice/versions/1")
    assert version.get_json()["document"] == guide(name="Renamed")
    assert version.headers["ETag"] == f'"{read["versions"][0]["hash"]}"'


# covers A8
def test_a_lost_update_is_refused_with_the_current_revision(site: Site) -> None:
    client = site.api("author")
    make(client)
    assert put(client, guide(name="Mine"), 1).status_code == 200
    problem = problem_of(put(client, guide(name="Theirs"), 1))
    assert (problem["status"], problem["code"], problem["current"]) == (412, "revision_conflict", 2)
    assert client.get(f"{API}/guides/first-invoice").get_json()["name"] == "Mine"


@pytest.mark.parametrize(("header", "status"), [(None, 428), ("x", 400), ('"x"', 400), ("-1", 400), ("9" * 40, 400)])
def test_a_write_names_the_revision_it_is_based_on(site: Site, header: str | None, status: int) -> None:
    client = site.api("author")
    make(client)
    response = client.put(f"{API}/guides/first-invoice", json=guide(), headers={"If-Match": header} if header else {})
    assert problem_of(response)["status"] == status


def test_saving_what_is_there_already_changes_nothing(site: Site) -> None:
    client = site.api("author")
    make(client)
    assert put(client, guide(), 1).get_json()["revision"] == 1


# covers A4
def test_a_draft_with_problems_is_kept_and_not_published(site: Site) -> None:
    client = site.api("publisher")
    broken = guide(steps=[{"id": "one", "tilte": "Typo"}])
    made = make(client, steps=broken["steps"])
    assert {problem["pointer"] for problem in made["problems"]} >= {"/steps/0/tilte"}
    problem = problem_of(client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"}))
    assert problem["status"] == 422
    assert all(found["mend"] for found in problem["problems"])
    assert live_in(client) == {}


def test_a_document_is_checked_without_being_stored(site: Site) -> None:
    client = site.api("viewer")
    body = {"kind": "guide", "document": guide(kind="tuor")}
    problems = client.post(f"{API}/validate", json=body).get_json()["problems"]
    assert problems[0]["pointer"] == "/kind"
    assert client.get(f"{API}/guides").get_json()["items"] == []


def test_a_list_is_cut_into_pages_that_give_every_item_once(site: Site) -> None:
    for number in range(7):
        site.draft(f"guide-{number}")
    client, seen, cursor = site.api("viewer"), [], ""
    while cursor is not None:
        page = client.get(f"{API}/guides?limit=3&cursor={cursor}").get_json()
        seen += [item["key"] for item in page["items"]]
        cursor = page["next"]
    assert seen == [f"guide-{number}" for number in range(7)]


SHORT_LISTS = [
    "environments", "environments/production/secrets", "environments/production/schedule", "people", "invitations",
    "tokens", "apps", "uploads",
]  # fmt: skip


@pytest.mark.parametrize("path", SHORT_LISTS)
def test_a_short_list_is_cut_into_pages_too(site: Site, path: str) -> None:
    client = site.signed_in("admin")
    site.draft()
    for number in range(3):
        site.api("viewer")
        client.post(f"{API}/environments", json={"key": f"test-{number}", "name": "Test"})
        client.post(f"{API}/invitations", json={"email": f"{number}@example.com", "role": "viewer"})
        client.post(f"{API}/apps", json={"name": f"App {number}"})
        upload(client, b"\x89PNG\r\n\x1a\n" + bytes([number]))
        later = {"action": "publish", "guides": ["first-invoice"], "at": f"2027-02-0{number + 1}T10:00:00Z"}
        client.post(f"{API}/environments/production/schedule", json=later)
    client.post(f"{API}/environments/production/secrets")
    whole = client.get(f"{API}/{path}").get_json()
    assert (len(whole["items"]) >= 2, whole["next"]) == (True, None)
    seen: list[Any] = []
    cursor = ""
    while cursor is not None:
        page = client.get(f"{API}/{path}", query_string={"limit": 1, "cursor": cursor}).get_json()
        assert len(page["items"]) == 1
        seen += page["items"]
        cursor = page["next"]
    assert seen == whole["items"]
    assert problem_of(client.get(f"{API}/{path}?cursor=nobody"))["status"] == 400


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "limit=x", "surprise=1", "archived=perhaps"])
def test_a_wrong_query_is_named_at_its_place(site: Site, query: str) -> None:
    problem = problem_of(site.api("viewer").get(f"{API}/guides?{query}"))
    assert problem["status"] == 400
    assert [found["pointer"] for found in problem["problems"]] == ["/" + query.partition("=")[0]]


def test_a_cursor_that_is_none_is_refused(site: Site) -> None:
    for cursor in ("x", "-1", "1" * 30, "²"):
        response = site.api("admin").get(f"{API}/audit", query_string={"cursor": cursor})
        assert problem_of(response)["status"] == 400


def test_a_guide_is_archived_when_it_is_live_nowhere_and_comes_back(site: Site) -> None:
    client = site.api("publisher")
    make(client)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    assert problem_of(client.delete(f"{API}/guides/first-invoice"))["code"] == "live"
    client.post(f"{API}/guides/first-invoice/take_down", json={"environment": "production"})
    assert client.delete(f"{API}/guides/first-invoice").status_code == 204
    assert client.get(f"{API}/guides").get_json()["items"] == []
    assert client.get(f"{API}/guides?archived=true").get_json()["items"][0]["key"] == "first-invoice"
    assert problem_of(put(client, guide(name="x"), 1))["code"] == "archived"
    assert client.post(f"{API}/guides/first-invoice/unarchive").get_json()["archived"] is False


def test_a_key_is_never_given_to_another_guide(site: Site) -> None:
    client = site.api("author")
    make(client)
    assert put(client, guide("renamed"), 1).get_json()["key"] == "renamed"
    assert client.get(f"{API}/guides/first-invoice").get_json()["key"] == "renamed"
    assert problem_of(client.post(f"{API}/guides", json=guide()))["code"] == "key_taken"


# covers A5
def test_rolling_back_makes_a_new_release_equal_to_the_old_one(site: Site) -> None:
    client = site.api("publisher")
    make(client)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    put(client, guide(name="Second"), 1)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    assert live_in(client) == {"production": 2}
    rolled = client.post(f"{API}/environments/production/rollback", json={"note": "too loud"}).get_json()
    assert (rolled["number"], rolled["items"][0]["version"]) == (3, 1)
    assert client.post(f"{API}/environments/production/rollback", json={"to": 2}).get_json()["items"][0]["version"] == 2
    listed = client.get(f"{API}/environments/production/releases?limit=2").get_json()
    assert [one["number"] for one in listed["items"]] == [4, 3]
    assert listed["next"] == "3"


# covers A5
def test_an_old_version_is_published_or_made_the_draft_again(site: Site) -> None:
    client = site.api("publisher")
    make(client)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    put(client, guide(name="Second"), 1)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    again = client.post(f"{API}/guides/first-invoice/publish", json={"environment": "staging", "version": 1})
    assert again.get_json()["items"][0]["version"] == 1
    assert live_in(client) == {"production": 2, "staging": 1}
    restored = client.post(f"{API}/guides/first-invoice/restore", json={"version": 1}, headers={"If-Match": "2"})
    assert (restored.get_json()["name"], restored.get_json()["revision"]) == ("First invoice", 3)


@pytest.mark.parametrize(
    "path", ["guides/first-invoice/drafts", "guides/first-invoice/versions", "environments/production/releases"]
)
def test_a_number_too_large_to_be_stored_leads_nowhere(site: Site, path: str) -> None:
    client = site.api("viewer")
    make(site.api("author"))
    assert problem_of(client.get(f"{API}/{path}/{2**80}"))["status"] == 404


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("guides/first-invoice/restore", {"version": 2**80}, "/version"),
        ("guides/first-invoice/publish", {"environment": "production", "version": 2**80}, "/version"),
        ("environments/production/rollback", {"to": 2**80}, "/to"),
        ("environments/production/releases", {"guides": {"first-invoice": 2**80}}, "/guides/first-invoice"),
    ],
)
def test_a_number_too_large_to_be_stored_is_named(site: Site, path: str, body: dict[str, Any], pointer: str) -> None:
    client = site.api("publisher")
    make(client)
    problem = problem_of(client.post(f"{API}/{path}", json=body, headers={"If-Match": "1"}))
    assert (problem["status"], [found["pointer"] for found in problem["problems"]]) == (400, [pointer])


def test_publishing_what_is_live_already_is_told(site: Site) -> None:
    client = site.api("publisher")
    make(client)
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    response = client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    assert problem_of(response)["code"] == "no_change"


def test_a_release_brings_along_the_segment_and_theme_that_its_guides_name(site: Site) -> None:
    client = site.api("publisher")
    segment = {"format": 1, "key": "trial", "name": "On trial", "rule": {"trait": "plan", "is": "trial"}}
    theme = {"format": 1, "key": "brand", "name": "Brand", "light": {"accent": "#00646e"}}
    assert client.post(f"{API}/segments", json=segment).status_code == 201
    assert client.post(f"{API}/themes", json=theme).status_code == 201
    make(client, audience={"segment": "trial"}, theme="brand")
    release = client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"}).get_json()
    kinds = {(item["kind"], item["key"]) for item in release["items"]}
    assert kinds == {("guide", "first-invoice"), ("segment", "trial"), ("theme", "brand")}
    manifest = site.browser().get(f"/v1/{site.production.public_key}/manifest.json").get_json()
    assert manifest["segments"] == {"trial": segment["rule"]}
    assert set(manifest["themes"]) == {"brand"}


def test_a_guide_that_names_a_segment_that_nobody_made_is_refused(site: Site) -> None:
    client = site.api("publisher")
    make(client, audience={"segment": "ghosts"})
    problem = problem_of(client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"}))
    assert "ghosts" in problem["problems"][0]["message"]


def test_several_documents_become_one_release(site: Site) -> None:
    client = site.api("publisher")
    make(client)
    make(client, "second")
    body = {"guides": {"first-invoice": None, "second": None}}
    release = client.post(f"{API}/environments/staging/releases", json=body).get_json()
    assert (release["number"], len(release["items"])) == (1, 2)
    both = {item["key"]: item["version"] for item in release["items"]}
    copied = client.post(f"{API}/environments/production/releases", json={"guides": both}).get_json()
    assert {item["key"]: item["hash"] for item in copied["items"]} == {
        item["key"]: item["hash"] for item in release["items"]
    }


# covers A5
def test_a_review_is_answered_by_somebody_else_before_a_guide_goes_live(site: Site) -> None:
    admin, author, publisher = site.signed_in("admin"), site.signed_in("author"), site.signed_in("publisher")
    assert admin.put(f"{API}/environments/production/review", json={"required": True}).get_json()["review_required"]
    author.post(f"{API}/guides", json=guide())
    path, target = f"{API}/guides/first-invoice", {"environment": "production"}
    assert problem_of(publisher.post(f"{path}/publish", json=target))["code"] == "review_missing"
    assert author.post(f"{path}/review", json={"note": "please"}).get_json()["decision"] is None
    assert problem_of(author.post(f"{path}/review/decision", json={"decision": "approved"}))["status"] == 403
    decided = publisher.post(f"{path}/review/decision", json={"decision": "approved", "answer": "good"}).get_json()
    assert (decided["decision"], decided["decided_by"]) == ("approved", "Publisher")
    assert publisher.post(f"{path}/publish", json=target).status_code == 201
    author.put(path, json=guide(name="Changed after it was approved"), headers={"If-Match": "1"})
    assert problem_of(publisher.post(f"{path}/publish", json=target))["code"] == "review_missing"


def test_the_author_of_a_draft_does_not_approve_it(site: Site) -> None:
    publisher = site.signed_in("publisher")
    publisher.post(f"{API}/guides", json=guide())
    publisher.post(f"{API}/guides/first-invoice/review", json={})
    path = f"{API}/guides/first-invoice/review/decision"
    assert problem_of(publisher.post(path, json={"decision": "approved"}))["code"] == "own_review"
    assert site.signed_in("admin").post(path, json={"decision": "approved"}).status_code == 200


# covers A5
def test_something_scheduled_happens_at_its_time_and_not_before(site: Site) -> None:
    client = site.signed_in("publisher")
    client.post(f"{API}/guides", json=guide())
    at = "2027-01-15T08:10:00Z"  # ten minutes after the clock of the tests
    body = {"action": "publish", "guides": ["first-invoice"], "at": at}
    made = client.post(f"{API}/environments/production/schedule", json=body).get_json()
    assert (made["state"], made["at"], made["guides"]) == ("waiting", "2027-01-15T08:10:00.000Z", ["first-invoice"])
    site.clock.advance(minutes=9)
    assert run_schedule(site.services) == 0
    site.clock.advance(minutes=2)
    assert run_schedule(site.services) == 1
    assert run_schedule(site.services) == 0
    assert live_in(client) == {"production": 1}
    listed = client.get(f"{API}/environments/production/schedule").get_json()["items"]
    assert [(one["state"], one["problem"]) for one in listed] == [("done", None)]


def test_something_scheduled_can_be_cancelled_once(site: Site) -> None:
    client = site.signed_in("publisher")
    client.post(f"{API}/guides", json=guide())
    body = {"environment": "production", "at": "2027-02-01T00:00:00+09:00"}
    made = client.post(f"{API}/guides/first-invoice/publish", json=body)
    assert made.status_code == 202
    path = f"{API}/environments/production/schedule/{made.get_json()['name']}"
    assert client.delete(path).status_code == 204
    assert problem_of(client.delete(path))["code"] == "too_late"
    site.clock.advance(days=60)
    assert run_schedule(site.services) == 0


def test_something_scheduled_by_somebody_who_lost_the_role_says_why_it_did_not_happen(site: Site) -> None:
    client = site.signed_in("publisher")
    client.post(f"{API}/guides", json=guide())
    body = {"environment": "production", "at": "2027-01-15T09:00:00Z"}
    client.post(f"{API}/guides/first-invoice/publish", json=body)
    site.content.people.set_role(site.users["publisher"].id, site.app.id, "viewer")
    site.clock.advance(hours=2)
    run_schedule(site.services)
    listed = client.get(f"{API}/environments/production/schedule").get_json()["items"]
    assert listed[0]["state"] == "failed"
    assert "publisher" in listed[0]["problem"]


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "2040-01-01T00:00:00Z", "tomorrow", "", 5])
def test_a_time_that_can_not_be_scheduled_is_refused(site: Site, at: object) -> None:
    client = site.signed_in("publisher")
    client.post(f"{API}/guides", json=guide())
    response = client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production", "at": at})
    assert problem_of(response)["status"] in (400, 409)


def test_an_environment_is_a_document_and_its_settings_make_a_release(site: Site) -> None:
    client = site.signed_in("admin")
    client.post(f"{API}/guides", json=guide())
    client.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    read = client.get(f"{API}/environments/production")
    document = read.get_json()["document"] | {"settings": {"identity": "required"}, "time_zone": "Asia/Seoul"}
    changed = client.put(f"{API}/environments/production", json=document, headers={"If-Match": read.headers["ETag"]})
    assert (changed.get_json()["release"], changed.get_json()["document"]) == (2, document)
    manifest = site.browser().get(f"/v1/{site.production.public_key}/manifest.json").get_json()
    assert manifest["settings"]["identity"] == "required"
    again = client.put(f"{API}/environments/production", json=document, headers={"If-Match": read.headers["ETag"]})
    assert problem_of(again)["status"] == 412


@pytest.mark.parametrize(
    "change", [{"time_zone": "Mars/Base"}, {"origins": ["ftp://x"]}, {"settings": {"surprise": 1}}, {"key": "No Key"}]
)
def test_an_environment_with_problems_is_refused_with_all_of_them(site: Site, change: dict[str, Any]) -> None:
    client = site.signed_in("admin")
    document = client.get(f"{API}/environments/production").get_json()["document"] | change
    problem = problem_of(client.put(f"{API}/environments/production", json=document, headers={"If-Match": "1"}))
    assert problem["status"] == 422
    assert problem["problems"][0]["pointer"].startswith("/" + next(iter(change)))


# covers S4
def test_identity_secrets_are_rotated_two_at_a_time(site: Site) -> None:
    client = site.signed_in("admin")
    path = f"{API}/environments/production/secrets"
    first = client.get(path).get_json()["items"][0]
    assert problem_of(client.delete(f"{path}/{first['name']}"))["code"] == "last_secret"
    second = client.post(path).get_json()
    assert problem_of(client.post(path))["code"] == "two_secrets"
    assert client.delete(f"{path}/{first['name']}").status_code == 204
    assert [one["secret"] for one in client.get(path).get_json()["items"]] == [second["secret"]]


def test_a_second_app_has_guides_people_and_environments_of_its_own(site: Site) -> None:
    client = site.signed_in("admin")
    client.post(f"{API}/guides", json=guide())
    made = client.post(f"{API}/apps", json={"name": "Second app", "origins": [ORIGIN]}).get_json()
    assert made["key"] == "second-app"
    assert client.get(f"{API}/guides?app=second-app").get_json()["items"] == []
    assert client.post(f"{API}/guides?app=second-app", json=guide()).status_code == 201
    people = client.get(f"{API}/people?app=second-app").get_json()["items"]
    assert [one["email"] for one in people] == ["admin@example.com"]
    assert problem_of(site.signed_in("author").get(f"{API}/guides?app=second-app"))["status"] == 404


def test_the_audit_log_says_who_did_what_and_is_filtered_and_exported(site: Site) -> None:
    author, admin = site.signed_in("author"), site.signed_in("admin")
    author.post(f"{API}/guides", json=guide())
    author.put(f"{API}/guides/first-invoice", json=guide(name="New"), headers={"If-Match": "1"})
    admin.post(f"{API}/guides/first-invoice/publish", json={"environment": "production"})
    entries = admin.get(f"{API}/audit?limit=2").get_json()
    assert [(one["actor"], one["action"]) for one in entries["items"]] == [
        ("Admin", "release.publish"),
        ("Author", "guide.save"),
    ]
    rest = admin.get(f"{API}/audit?cursor={entries['next']}").get_json()
    assert [one["action"] for one in rest["items"]] == ["guide.create"]
    only = admin.get(f"{API}/audit?action=guide.*&actor=Author").get_json()["items"]
    assert [one["action"] for one in only] == ["guide.save", "guide.create"]
    assert admin.get(f"{API}/audit?until=2020-01-01").get_json()["items"] == []
    rows = list(csv.DictReader(io.StringIO(admin.get(f"{API}/audit.csv?subject=first-invoice").get_data(as_text=True))))
    assert [row["action"] for row in rows] == ["release.publish", "guide.save", "guide.create"]


# covers S2
def test_a_spreadsheet_does_not_run_what_the_audit_log_holds(site: Site) -> None:
    user = site.users["author"]
    site.content.people.change_user(user.id, name="=HYPERLINK(1)")
    site.signed_in("author").post(f"{API}/guides", json=guide())
    rows = list(csv.DictReader(io.StringIO(site.signed_in("admin").get(f"{API}/audit.csv").get_data(as_text=True))))
    assert rows[0]["actor"] == "'=HYPERLINK(1)"


def test_history_can_not_be_changed_by_any_statement(site: Site) -> None:
    publish.publish(site.content, OPERATOR, site.production, [site.draft()])
    for sql in (
        "update versions set body = '{}'",
        "delete from versions",
        "update audit set actor = 'x'",
        "delete from audit",
    ):
        with pytest.raises(Exception, match="immutable"):
            site.content.connections.run(sql)


def upload(client: FlaskClient, body: bytes, media_type: str = "image/png"):
    return client.post(f"{API}/uploads?name=shot.png", data=body, content_type=media_type)


def test_a_picture_is_uploaded_listed_and_archived(site: Site) -> None:
    client = site.api("author")
    made = upload(client, b"\x89PNG\r\n\x1a\n" + b"\0" * 9).get_json()
    assert site.browser().get(made["address"]).mimetype == "image/png"
    assert [one["name"] for one in client.get(f"{API}/uploads").get_json()["items"]] == ["shot.png"]
    assert client.delete(f"{API}{made['address']}").status_code == 204
    assert client.get(f"{API}/uploads").get_json()["items"] == []
    assert site.browser().get(made["address"]).status_code == 200
    assert problem_of(upload(client, b"<svg onload=alert(1)>", "image/svg+xml"))["code"] == "media_type"


def send_track(site: Site, visitor: str) -> None:
    body = {"sent_at": site.clock.now_ms(), "visitor": {"id": visitor}, "context": context(),
            "events": [track("invoice_sent", site.clock.now_ms())]}  # fmt: skip
    path = f"/v1/{site.production.public_key}/events"
    answer = site.browser().post(path, data=json.dumps(body), headers={"Origin": ORIGIN}, content_type="text/plain")
    assert answer.get_json().get("accepted") == 1, answer.get_data(as_text=True)


# covers S5
def test_a_visitor_is_read_and_erased_with_a_receipt(site: Site) -> None:
    site.flask = create_app(site.services)  # an application of its own, as collecting remembers environments
    send_track(site, "user/42")
    send_track(site, "user-43")
    viewer, admin = site.api("viewer"), site.api("admin")
    path = f"{API}/visitors/user/42?environment=production"
    assert [event["type"] for event in viewer.get(path).get_json()["events"]] == ["track"]
    assert problem_of(viewer.delete(path))["status"] == 403
    receipt = admin.delete(path).get_json()
    assert receipt["receipt"]
    assert problem_of(viewer.get(path))["status"] == 404
    assert problem_of(admin.delete(path))["status"] == 404
    assert viewer.get(f"{API}/visitors/user-43").status_code == 200
    assert "user/42" not in admin.get(f"{API}/audit").get_data(as_text=True)


# covers S5
def test_an_erasure_from_the_page_is_kept_in_the_audit_like_one_from_the_api(site: Site) -> None:
    site.flask = create_app(site.services)
    send_track(site, "user-44")
    admin = site.signed_in("admin")
    answer = admin.post("/visitors/user-44/erase", data={"sure": "1"})
    assert answer.status_code == 200
    entries = site.api("admin").get(f"{API}/audit").get_json()["items"]
    erased = next(entry for entry in entries if entry["action"] == "visitor.erase")
    assert '"erased"' in json.dumps(erased)
    assert "user-44" not in json.dumps(erased)


# covers S7
def test_an_exception_is_logged_with_the_id_that_the_answer_carries(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    client = site.api("viewer")
    monkeypatch.setattr(type(site.content.documents), "all", broken)
    monkeypatch.setattr(site.flask, "testing", False)
    loggers = [logging.getLogger(name) for name in ("handrail", "handrail_cms")]
    kept = [(one, one.handlers, one.propagate, one.level) for one in loggers]
    observe.set_up_logs("json", "info")
    try:
        response = client.get(f"{API}/guides")
    finally:
        for one, handlers, propagate, level in kept:
            one.handlers, one.propagate = handlers, propagate
            one.setLevel(level)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = next(line for line in lines if "exception" in line)
    assert "RuntimeError: a bug" in told["exception"]
    assert told["request_id"] == response.headers["X-Request-Id"]


# Everything that can go wrong has one shape.
CASES: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/guides/nobody", {}, 404),
    ("GET", "/nowhere", {}, 404),
    ("PATCH", "/guides", {}, 405),
    ("POST", "/guides", {"data": "{", "content_type": "application/json"}, 400),
    ("POST", "/guides", {"data": "[1]", "content_type": "application/json"}, 400),
    ("POST", "/guides", {"data": "x=1", "content_type": "application/x-www-form-urlencoded"}, 415),
    ("POST", "/guides", {"json": {"key": "Not a key"}}, 422),
    ("POST", "/guides", {"json": {"key": 7}}, 422),
    ("POST", "/guides", {"json": {}}, 422),
    ("POST", "/tokens", {"json": {"role": "king", "name": ""}}, 400),
    ("POST", "/environments/production/rollback", {"json": {}}, 409),
    ("POST", "/environments/nowhere/rollback", {"json": {}}, 404),
    ("GET", "/guides?app=nobody", {}, 404),
    ("POST", "/guides", {"data": b"[" * 100_000, "content_type": "application/json"}, 400),
    ("POST", "/uploads", {"data": b"x" * 9_000_000}, 413),
    ("POST", "/guides", {"json": guide(name="x" * 1_200_000)}, 400),
    ("POST", "/guides", {"data": b'{"key": "a", "name": "\xff\xfe"}', "content_type": "application/json"}, 400),
    ("POST", "/guides", {"data": b'{"key": "a", "name": "\\ud800"}', "content_type": "application/json"}, 400),
]


@pytest.mark.parametrize(("method", "path", "request_", "status"), CASES)
def test_every_error_has_the_one_shape(
    site: Site, method: str, path: str, request_: dict[str, Any], status: int
) -> None:
    response = site.api("admin").open(API + path, method=method, **request_)
    problem = problem_of(response)
    jsonschema.validate(problem, operations.PROBLEM)
    assert (response.status_code, problem["status"]) == (status, status)
    assert "Traceback" not in json.dumps(problem)
    assert response.headers["X-Request-Id"]


def test_a_full_disk_is_told_as_such_and_nothing_is_stored(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageUnavailable("handrail.db cannot take this now: database or disk is full. Nothing was stored.")

    client = site.api("author")
    monkeypatch.setattr(type(site.content.documents), "create", full)
    response = client.post(f"{API}/guides", json=guide())
    assert (problem_of(response)["status"], problem_of(response)["code"]) == (503, "storage")
    assert response.headers["Retry-After"] == "5"


def test_a_bug_is_a_problem_too_and_shows_no_traceback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    client = site.api("viewer")
    monkeypatch.setattr(type(site.content.documents), "all", broken)
    monkeypatch.setattr(site.flask, "testing", False)
    monkeypatch.setitem(site.flask.config, "PROPAGATE_EXCEPTIONS", False)
    response = client.get(f"{API}/guides")
    assert problem_of(response)["status"] == 500
    assert "secret detail" not in response.get_data(as_text=True)


def test_an_error_is_a_page_for_a_person(site: Site) -> None:
    response = site.browser().get("/no-such-page", headers={"Accept": "text/html,application/xhtml+xml"})
    assert (response.status_code, response.mimetype) == (404, "text/html")


# covers S3
def test_no_header_can_be_injected_through_what_is_sent(site: Site) -> None:
    client = site.api("author")
    for path in (f"{API}/guides/x%0d%0aSet-Cookie:%20a=b", f"{API}/uploads?name=x%0d%0aSet-Cookie:%20a=b"):
        response = client.post(path, data=b"\x89PNG\r\n\x1a\n")
        assert "Set-Cookie" not in response.headers
    assert client.get(f"{API}/me", headers={"X-Request-Id": "evil"}).headers["X-Request-Id"] != "evil"


def test_the_description_names_every_route_of_the_api(site: Site) -> None:
    described = site.browser().get("/api/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    rules = {rule.rule for rule in site.flask.url_map.iter_rules() if rule.rule.startswith(API + "/")}
    for rule in rules:
        path = re.sub(r"<any\(([^,)]*)[^>]*>", r"\1", rule)
        path = re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", path)
        assert path in described["paths"], f"{rule} lacks @operation"
    references = set()

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                references.add(value["$ref"])
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)

    collect(described)
    for reference in references:
        place: Any = described
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


@pytest.mark.parametrize(
    "path", ["guides/first-invoice/drafts/{n}", "guides/first-invoice/versions/{n}", "releases/{n}"]
)
def test_a_number_that_no_database_holds_is_told_as_such(site: Site, path: str) -> None:
    site.draft()
    answer = site.api().get(f"/api/v1/{path.format(n=2**90)}?environment=production")
    assert answer.status_code in {400, 404}
    page = site.signed_in("viewer").get(f"/releases?before={2**90}", headers={"Accept": "text/html"})
    assert page.status_code == 400
