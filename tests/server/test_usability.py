"""Usability tests on a server: tasks, links, what participants' pages record, and what the reports say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from handrail_cms import publish
from handrail_cms.interface import words
from handrail_guides.usability.tasks import SEQ, SUS

from tests.server.conftest import OPERATOR, ORIGIN, Site, problem_of

TASK: dict[str, Any] = {
    "format": 1, "key": "send-invoice", "goal": "Bill Northwind.", "open": "/invoices", "guide": "first-invoice",
    "success": {"event": "invoice_sent"}, "first_click": "#new", "minutes": 5,
}  # fmt: skip
HEADERS = {"Origin": ORIGIN}
TOLD = [
    [0.2, {"kind": "step", "step": "start"}],
    [2.0, {"kind": "click", "in_guide": False, "control": False, "right": False, "step": "start"}],
    [4.2, {"kind": "step", "step": "last"}],
    [5.0, {"kind": "error"}],
]


@pytest.fixture
def ready(site: Site) -> Site:
    """A site with the guide live and the task stored."""
    document = site.draft()
    publish.publish(site.content, OPERATOR, site.production, [document])
    assert site.api("author").put("/api/v1/usability/send-invoice", json=TASK).status_code == 200
    return site


def new_link(site: Site, build: str = "1.4.0") -> str:
    body = {"environment": "production", "address": ORIGIN, "build": build}
    answer = site.api("author").post("/api/v1/usability/send-invoice/links", json=body)
    assert answer.status_code == 201, answer.json
    return "/t/" + answer.json["code"]


def take_part(site: Site, link: str) -> tuple[str, dict[str, Any]]:
    """Agree on the link's page; return the application's address and what the widget gets for its code."""
    client = site.browser()
    page = client.get(link, headers={"Accept": "text/html"}).text
    csrf = page.split('name="csrf" value="')[1].split('"')[0]
    task = client.post(link, data={"csrf": csrf})
    address = task.text.split('id="begin" href="')[1].split('"')[0]
    code = address.split("handrail_code=")[1]
    path = f"/v1/{site.production.public_key}/sessions"
    answer = site.browser().post(path, json={"code": code}, headers=HEADERS)
    assert answer.status_code == 201, answer.json
    return address, answer.json


def tell(site: Site, token: str, **body: Any) -> int:
    path = f"/v1/{site.production.public_key}/participation"
    sent = {"told": TOLD, "ended": "done", "seconds": 8.0} | body
    return site.browser().put(path, json=sent, headers=HEADERS | {"Authorization": f"Bearer {token}"}).status_code


def report(site: Site) -> dict[str, Any]:
    return site.api("viewer").get("/api/v1/usability/send-invoice/report?environment=production").json


# covers Q5
def test_a_participant_comes_by_a_link_and_what_they_do_stands_in_the_report(ready: Site) -> None:
    address, session = take_part(ready, new_link(ready))
    assert address.startswith(f"{ORIGIN}/invoices?handrail_code=task-")
    assert (session["purpose"], session["guide"], session["task"]["goal"]) == (
        "task",
        "first-invoice",
        "Bill Northwind.",
    )
    assert tell(ready, session["token"]) == 204
    client = ready.browser()
    questions = client.get(session["questions"], headers={"Accept": "text/html"}).text
    csrf = questions.split('name="csrf" value="')[1].split('"')[0]
    answers = {"csrf": csrf, "seq": "6"} | {f"sus{n}": str(4 if n % 2 else 2) for n in range(1, 11)}
    assert client.post(session["questions"], data=answers).status_code == 303
    group = report(ready)["groups"][0]
    assert (group["build"], group["guide_version"], group["success"]["value"]) == ("1.4.0", 1, 1.0)
    assert (group["wrong_clicks"]["total"], group["errors"]["total"], group["first_click"]["value"]) == (1, 1, 0.0)
    assert (group["seq"]["value"], group["sus"]["value"], group["time_s"]["value"]) == (6.0, 75.0, pytest.approx(8.0))
    assert [(one["step"], one["time_s"]["value"]) for one in group["steps"]] == [
        ("start", pytest.approx(4.0)), ("last", pytest.approx(3.8))]  # fmt: skip
    assert [one["step"] for one in group["production"]["steps"]] == ["start", "last"]
    assert group["production"]["version"] == 1


def test_builds_and_versions_are_told_apart_and_who_never_ends_counts_as_left(ready: Site) -> None:
    _, first = take_part(ready, new_link(ready))
    tell(ready, first["token"], ended="gave_up")
    guide = ready.content.documents.find(ready.app.id, "guide", "first-invoice")
    changed = publish.save_draft(
        ready.content, OPERATOR, guide, {**guide.body, "name": "Another"}, based_on=guide.revision
    )
    publish.publish(ready.content, OPERATOR, ready.production, [changed])
    _, second = take_part(ready, new_link(ready, "1.5.0"))
    tell(ready, second["token"], ended=None)
    assert [group["build"] for group in report(ready)["groups"]] == ["1.4.0"]
    ready.clock.advance(minutes=10)
    groups = {(one["build"], one["guide_version"]): one["ended"] for one in report(ready)["groups"]}
    assert groups == {("1.4.0", 1): {"gave_up": 1}, ("1.5.0", 2): {"left": 1}}


def test_a_participants_token_opens_its_own_guide_and_nothing_else(ready: Site) -> None:
    address, session = take_part(ready, new_link(ready))
    bearer = HEADERS | {"Authorization": f"Bearer {session['token']}"}
    key = ready.production.public_key
    client = ready.browser()
    played = client.get(f"/v1/{key}/preview/first-invoice", headers=bearer)
    assert played.json["guide"]["version"] == 1
    assert client.get(f"/v1/{key}/preview/another", headers=bearer).status_code == 404
    assert client.get(f"/v1/{key}/drafts/first-invoice", headers=bearer).status_code == 401
    again = client.post(f"/v1/{key}/sessions", json={"code": address.split("handrail_code=")[1]}, headers=HEADERS)
    assert again.status_code == 403
    assert tell(ready, "task-of-nobody") == 401
    assert tell(ready, session["token"]) == 204
    assert tell(ready, session["token"], ended="gave_up") == 204  # what has ended stays as it is
    assert report(ready)["groups"][0]["ended"] == {"done": 1}


def test_a_closed_link_and_a_guide_that_is_not_live_let_nobody_in(ready: Site) -> None:
    link = new_link(ready)
    code = link.removeprefix("/t/")
    assert ready.api("author").delete(f"/api/v1/usability/send-invoice/links/{code}").status_code == 204
    client = ready.browser()
    page = client.get(link, headers={"Accept": "text/html"})
    assert "This usability test is over" in page.text
    client.set_cookie("handrail_csrf", "x" * 20)
    assert client.post(link, data={"csrf": "x" * 20}).status_code == 409
    assert client.get("/t/nothing", headers={"Accept": "text/html"}).status_code == 404
    other = {**TASK, "key": "other", "guide": "what-is-due"}
    assert ready.api("author").put("/api/v1/usability/other", json=other).status_code == 200
    body = {"environment": "production", "address": ORIGIN}
    answer = ready.api("author").post("/api/v1/usability/other/links", json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "guide_not_live")
    away = ready.api("author").post(
        "/api/v1/usability/send-invoice/links", json=body | {"address": "https://else.example"}
    )
    assert problem_of(away)["code"] == "origin"


def test_a_task_that_people_tried_stays_as_it_is(ready: Site) -> None:
    _, session = take_part(ready, new_link(ready))
    tell(ready, session["token"])
    changed = ready.api("author").put("/api/v1/usability/send-invoice", json={**TASK, "minutes": 9})
    assert (changed.status_code, problem_of(changed)["code"]) == (409, "task_tried")
    assert ready.api("author").put("/api/v1/usability/send-invoice", json=TASK).status_code == 200


def test_a_task_with_problems_is_refused_with_all_of_them(site: Site) -> None:
    answer = site.api("author").put("/api/v1/usability/x", json={"format": 1, "gaol": "x", "success": {"path": "/x"}})
    assert answer.status_code == 422
    assert {problem["pointer"] for problem in problem_of(answer)["problems"]} >= {"/gaol"}


@pytest.mark.parametrize("told", [
    [[1, {"kind": "shout"}]], [[-1, {"kind": "error"}]], [["x", {"kind": "error"}]], [[1, {"kind": "error"}]] * 401,
    [[1, {"kind": "error", "text": "typed"}]],
])  # fmt: skip
def test_a_page_that_tells_anything_else_is_refused(ready: Site, told: list[Any]) -> None:
    _, session = take_part(ready, new_link(ready))
    assert tell(ready, session["token"], told=told) == 400


def test_the_pages_make_a_task_a_link_and_show_the_figures(ready: Site) -> None:
    client = ready.signed_in("author")
    form = {"goal": "Find what is due.", "key": "find-due", "open": "/", "success": "path", "proof": "/due"}
    made = client.post("/usability/new", data=form)
    assert (made.status_code, made.headers["Location"]) == (303, "/usability/find-due")
    wrong = client.post("/usability/new", data=form | {"key": "Not a key"})
    assert wrong.status_code == 422
    assert 'id="key-problem"><' in wrong.text.replace(' data-problems-of="key"', "")
    client.post("/usability/send-invoice", data={"do": "open", "address": ORIGIN, "build": "1.4.0"})
    page = client.get("/usability/send-invoice").text
    link = page.split("/t/")[1].split("<")[0]
    _, session = take_part(ready, f"/t/{link}")
    tell(ready, session["token"])
    page = client.get("/usability/send-invoice").text
    assert "Build 1.4.0, version 1 of the guide" in page
    assert "(17–100 %), n = 1" in page
    assert "find-due" in client.get("/usability").text
    client.post("/usability/send-invoice", data={"do": "close", "code": link})
    assert ready.content.usability.link(link).closed_at
    client.post("/usability/send-invoice", data={"do": "archive"})
    assert (
        "send-invoice" not in client.get("/usability", headers={"Cookie": ""}).text.split("<main")[1].split("notice")[0]
    )


def test_the_questions_are_those_of_sus_and_seq(site: Site) -> None:
    with site.flask.test_request_context("/"):
        assert words.sus() == list(SUS)
        assert words.seq() == SEQ


# covers Q5
def test_the_command_line_stores_links_and_reports(ready: Site, tmp_path: Path) -> None:
    from click.testing import CliRunner
    from handrail_cms.cli import handrail

    file = tmp_path / "task.json"
    file.write_text(json.dumps({**TASK, "key": "again"}))
    data = ["--data", str(ready.services.config.data)]
    run = CliRunner().invoke
    assert run(handrail, ["usability", "add", str(file), *data]).exit_code == 0
    file.write_text('{\n  "format": 1, "gaol": "x"}')
    wrong = run(handrail, ["usability", "add", str(file), *data])
    assert wrong.exit_code == 1
    assert "task.json:2 /gaol" in wrong.output
    link = run(handrail, ["usability", "link", "again", "--environment", "production", "--address", ORIGIN, *data])
    assert link.output.startswith("http://127.0.0.1:8000/t/")
    _, session = take_part(ready, "/t/" + link.output.strip().rsplit("/", 1)[1])
    tell(ready, session["token"])
    told = run(handrail, ["usability", "report", "again", "--environment", "production", *data])
    assert "success       100% (17% to 100%), n = 1" in told.output
    listed = json.loads(run(handrail, ["usability", "list", "--json", *data]).output)
    assert {one["key"] for one in listed["items"]} == {"send-invoice", "again"}
