"""Events over HTTP: taken after the commit, refused by name, counted once; visitors' state; origins, tokens, limits."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from handrail_cms import auth, publish
from handrail_cms.app import create_app
from handrail_cms.clock import ManualClock
from handrail_cms.config import load_config
from handrail_cms.intake import BatchRefused
from handrail_cms.routes.collect import Arrival, Doors
from handrail_cms.services import Services, open_services
from handrail_cms.storage.events import Appended, Batch
from handrail_cms.storage.records import Environment
from werkzeug.test import TestResponse

from tests import collecting
from tests.collecting import CLOSED_AT_B, FINISHED, NOW, run_events, track

GUIDE = {
    "format": 1,
    "key": "first",
    "kind": "tour",
    "name": "First",
    "language": "en",
    "audience": {"not": {"event": "paid"}},
    "goal": {"event": "paid", "within": "P7D"},
    "steps": [{"id": step, "title": f"Step {step}"} for step in "abc"],
}
ORIGIN = "https://app.example.com"


@dataclass
class Server:
    services: Services
    clock: ManualClock
    environment: Environment
    client: FlaskClient
    token: str

    def post(self, body: Any, *, origin: str | None = ORIGIN, raw: bytes | None = None, **headers: str) -> TestResponse:
        data = raw if raw is not None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if origin:
            named["Origin"] = origin
        path = f"/v1/{self.environment.public_key}/events"
        return self.client.post(path, data=data, headers=named, content_type="text/plain")

    def visitor(self, token: str | None) -> TestResponse:
        headers = {"Origin": ORIGIN, **({"Authorization": f"Bearer {token}"} if token else {})}
        return self.client.get(f"/v1/{self.environment.public_key}/visitor", headers=headers)

    def get(self, path: str) -> Any:
        response = self.client.get(path, headers={"Authorization": f"Bearer {self.token}"})
        assert response.status_code == 200, response.text
        return response.get_json()

    def set(self, **changes: Any) -> None:
        self.environment = self.services.content.apps.change_environment(self.environment, **changes)

    def identity(self, visitor: str, *, secret: str | None = None, **claims: Any) -> str:
        secret = secret or self.services.content.apps.secrets(self.environment.id)[0].secret
        return jwt.encode({"sub": visitor, "exp": self.clock.now_ms() // 1000 + 3600, **claims}, secret, "HS256")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    clock = collecting.clock()
    services = open_services(load_config({}, data=tmp_path), clock, create=True)
    content = services.content
    app = content.apps.create("app", "App")
    environment = content.apps.create_environment(app.id, "production", "Production", origins=[ORIGIN])
    actor = auth.system("test")
    document = publish.create(content, actor, app.id, "guide", GUIDE)
    publish.publish(content, actor, environment, [document])
    user = content.people.create_user("qa@example.com", "QA", None)
    content.people.set_role(user.id, app.id, "viewer")
    token = auth.create_token(content, actor, app.id, name="test", role="viewer")[1]
    yield Server(services, clock, environment, create_app(services).test_client(), token)
    services.close()


def test_a_run_that_is_sent_is_in_the_report_at_once(server: Server) -> None:
    # covers E1 E2
    server.clock.advance(minutes=1)
    for visitor, moves in (("v1", FINISHED), ("v2", CLOSED_AT_B)):
        answer = server.post(collecting.body(run_events(NOW, *moves), NOW + 30_000, visitor))
        assert answer.status_code == 202
        assert answer.get_json() == {"accepted": len(moves) + 1, "duplicates": 0, "rejected": []}
    report = server.get("/api/v1/guides/first/funnel?environment=production")
    assert (report["runs"], report["ended"]["completed"], report["ended"]["dismissed"]) == (2, 1, 1)
    assert [(step["step"], step["reached"], step["passed"]) for step in report["steps"]] == [
        ("a", 2, 2),
        ("b", 2, 1),
        ("c", 1, 1),
    ]
    assert report["steps"][1]["drop_off"] == {
        "n": 2,
        "count": 1,
        "share": 0.5,
        "low": 0.095,
        "high": 0.905,
        "few": True,
    }
    assert report["version"] == 1
    assert report["few"]


def test_a_bad_event_is_refused_by_name_and_its_neighbours_are_kept(server: Server) -> None:
    # covers E6
    events = run_events(NOW, *FINISHED)
    events[2] = {**events[2], "data": {"visible_ms": "long"}}
    events.append({**events[3], "id": "not-an-id"})
    events.append({**events[3], "id": collecting.uid(), "surprise": 1})
    answer = server.post(collecting.body(events, NOW + 20_000)).get_json()
    assert answer["accepted"] == len(FINISHED)
    assert [refused["index"] for refused in answer["rejected"]] == [2, 11, 12]
    assert answer["rejected"][0]["problem"].startswith("/data/visible_ms: ")
    assert "surprise" in answer["rejected"][2]["problem"]
    assert "long" not in answer["rejected"][0]["problem"]


def test_an_event_that_comes_again_is_counted_once(server: Server) -> None:
    # covers E3
    body = collecting.body(run_events(NOW, *FINISHED), NOW + 20_000)
    body["events"] += body["events"][:2]
    assert server.post(body).get_json() == {"accepted": 11, "duplicates": 2, "rejected": []}
    assert server.post(body).get_json() == {"accepted": 0, "duplicates": 13, "rejected": []}
    assert server.get("/api/v1/guides/first/funnel")["runs"] == 1
    assert server.get("/api/v1/intake")["not_counted"] == {"duplicate": 15}


def test_a_batch_that_breaks_the_store_takes_no_neighbour_with_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # covers E3
    intake, store = server.services.intake, server.services.events
    doors: Doors = server.client.application.extensions["handrail.doors"]
    together: list[int] = []

    def breaks(batches: Iterable[Batch], now_ms: int) -> list[Appended]:
        group = list(batches)
        together.append(len(group))
        if any(batch.visitor == "breaks" for batch in group):
            raise RuntimeError("cannot be stored")
        return append(group, now_ms)

    began, posted = threading.Event(), threading.Event()

    def waits(*_: Any, **__: Any) -> dict[str, Any]:
        began.set()
        posted.wait(10)
        return {}

    async def send() -> list[Any]:
        loop, key = asyncio.get_running_loop(), server.environment.public_key
        erasing = loop.run_in_executor(None, intake.erase, server.environment.id, "nobody")
        await loop.run_in_executor(None, began.wait, 10)  # the writer is busy, so that all of them wait for it
        bodies = [json.dumps(collecting.body(run_events(NOW, "show a"), NOW, who)) for who in ("one", "breaks", "two")]
        told = [doors.post(Arrival(key, ORIGIN, "::1", None, body.encode()), loop) for body in [*bodies, "{"]]
        posted.set()
        await erasing
        return await asyncio.gather(*told, return_exceptions=True)

    append = store.append
    monkeypatch.setattr(store, "append", breaks)
    monkeypatch.setattr(store, "erase", waits)
    with ThreadPoolExecutor(1) as thread:  # a loop of its own: a browser's may be running in this one
        one, broken, two, refused = thread.submit(asyncio.run, send()).result(30)
    assert one == two == {"accepted": 2, "duplicates": 0, "rejected": []}
    assert (type(broken), type(refused)) == (RuntimeError, BatchRefused)
    assert together == [3, 1, 1, 1]
    assert server.get("/api/v1/guides/first/funnel")["runs"] == 2


BROKEN: list[tuple[str, Any, bytes | None, dict[str, str], int, str]] = [
    ("not JSON", None, b"{", {}, 400, "json"),
    ("not UTF-8", None, b'{"a": "\xff"}', {}, 400, "json"),
    ("a list", [], None, {}, 400, "batch"),
    ("no events", {"sent_at": 1, "visitor": {"id": "v"}, "context": {}, "events": []}, None, {}, 400, "batch"),
    ("too many events", {**collecting.body([], NOW), "events": [{}] * 501}, None, {}, 400, "batch"),
    ("larger than a mebibyte", None, b" " * (1024 * 1024 + 1), {}, 413, "request"),
    ("a gzip bomb", None, gzip.compress(b" " * 50_000_000), {"Content_Encoding": "gzip"}, 413, "too_large"),
    ("half a gzip", None, gzip.compress(b"{}" * 99)[:20], {"Content_Encoding": "gzip"}, 400, "encoding"),
    ("another encoding", {}, None, {"Content_Encoding": "br"}, 415, "encoding"),
    ("nested too deeply", None, b"[" * 100_000, {}, 400, "json"),
]


@pytest.mark.parametrize(("name", "body", "raw", "headers", "status", "code"), BROKEN, ids=[row[0] for row in BROKEN])
def test_a_batch_that_cannot_be_read_is_refused_whole_and_says_why(
    server: Server, name: str, body: Any, raw: bytes | None, headers: dict[str, str], status: int, code: str
) -> None:
    # covers S3
    answer = server.post(body, raw=raw, **headers)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == code
    assert set(answer.get_json()) <= {"type", "title", "status", "detail", "code", "problems"}
    assert server.get("/api/v1/guides/first/funnel")["attempts"] == 0


def test_a_compressed_batch_is_taken(server: Server) -> None:
    raw = gzip.compress(json.dumps(collecting.body(run_events(NOW, *FINISHED), NOW + 20_000)).encode())
    assert server.post(None, raw=raw, Content_Encoding="gzip").get_json()["accepted"] == 11


def test_only_pages_of_the_environments_origins_may_send(server: Server) -> None:
    body = collecting.body([track("x", NOW)], NOW)
    other = server.post(body, origin="https://evil.example.net")
    assert other.status_code == 403
    assert other.headers["Access-Control-Allow-Origin"] == "*"
    taken = server.post(body)
    assert (taken.status_code, taken.headers["Access-Control-Allow-Origin"]) == (202, ORIGIN)
    assert server.post(body, origin=None).status_code == 202
    assert server.visitor(None).status_code == 401


def test_a_browser_may_ask_first(server: Server) -> None:
    path = f"/v1/{server.environment.public_key}/visitor"
    asked = server.client.options(path, headers={"Origin": ORIGIN, "Access-Control-Request-Headers": "authorization"})
    assert asked.status_code == 204
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    refused = server.client.options(path, headers={"Origin": "https://evil.example.net"})
    assert "Access-Control-Allow-Headers" not in refused.headers


def test_an_unknown_key_takes_nothing(server: Server) -> None:
    assert server.client.post("/v1/pk_nobody/events", json={}).status_code == 404


def test_a_token_is_needed_where_the_environment_says_so(server: Server) -> None:
    # covers S4
    server.set(settings={"identity": "required"})
    events = [track("x", NOW)]
    old = server.services.content.apps.secrets(server.environment.id)[0]
    cases: list[tuple[str, str | None]] = [
        ("token_missing", None),
        ("token_invalid", "nonsense"),
        ("token_invalid", server.identity("user-1", secret="s" * 40)),
        ("token_invalid", jwt.encode({"sub": "user-1", "exp": 9e9}, None, algorithm="none")),
        ("token_expired", server.identity("user-1", exp=server.clock.now_ms() // 1000 - 61)),
        ("token_expired", server.identity("user-1", nbf=server.clock.now_ms() // 1000 + 61)),
        ("token_subject", server.identity("user-2")),
        ("token_invalid", jwt.encode({"sub": "user-1"}, old.secret, "HS256")),
    ]
    for code, token in cases:
        more = {"token": token} if token else {}
        answer = server.post(collecting.body(events, NOW, anonymous=False, **more))
        assert (answer.status_code, answer.get_json()["code"]) == (401, code)
    valid = server.identity("user-1")
    assert server.post(collecting.body(events, NOW, anonymous=False, token=valid)).status_code == 202
    assert server.post(collecting.body(events, NOW, "anon-1", anonymous=True)).status_code == 202
    server.services.content.apps.add_secret(server.environment.id)
    rotated = server.identity("user-1")
    for token in (valid, rotated):
        assert server.post(collecting.body([track("x", NOW)], NOW, anonymous=False, token=token)).status_code == 202
    server.services.content.apps.retire_secret(server.environment.id, old.id)
    assert server.post(collecting.body(events, NOW, anonymous=False, token=valid)).status_code == 401
    assert server.post(collecting.body(events, NOW, anonymous=False, token=rotated)).status_code == 202


def test_an_anonymous_visitor_who_claims_a_users_id_is_somebody_else(server: Server) -> None:
    # covers S4
    server.post(collecting.body(run_events(NOW, *FINISHED), NOW + 20_000, "user-1", anonymous=True))
    state = server.visitor(server.identity("user-1")).get_json()
    assert state == {"guides": {}, "open": [], "events": {}}


def test_visits_that_would_be_refused_are_counted_before_tokens_are_required(server: Server) -> None:
    first = collecting.body([track("x", NOW)], NOW, anonymous=False)
    again = {**first, "events": [track("y", NOW)]}
    proven = collecting.body([track("x", NOW)], NOW, anonymous=False, token=server.identity("user-1"))
    for body in (first, again, proven, collecting.body([track("x", NOW)], NOW, "anon")):
        assert server.post(body).status_code == 202
    assert server.get("/api/v1/intake")["would_refuse_visits"] == 1


def test_a_visitors_state_holds_what_live_rules_read_and_goes_across_devices(server: Server) -> None:
    # covers W7 W22 S4
    token = server.identity("user-1")
    phone = run_events(NOW, "show a", "pass a", "show b")
    identify = collecting.event("identify", NOW, data={"anonymous": "anon-1"})
    server.post(collecting.body(run_events(NOW - 60_000, *CLOSED_AT_B), NOW, "anon-1"))
    server.post(collecting.body([identify], NOW, anonymous=False, token=token))
    server.post(
        collecting.body([*phone, track("paid", NOW), track("other", NOW)], NOW + 5000, anonymous=False, token=token)
    )
    state = server.visitor(token).get_json()
    hash_ = server.services.content.documents.version(
        server.services.content.documents.find(server.environment.app_id, "guide", "first").id, 1
    ).hash
    assert state == {
        "guides": {"first": {"times": 2, "last_at": NOW - 4000 + 0, "state": "dismissed", "snoozed_until": None}},
        "open": [{"run": phone[0]["run"], "guide": "first", "version": 1, "step": "b", "seq": 3, "hash": hash_}],
        "events": {"paid": {"count": 1, "last_at": NOW - 5000}},
    }
    assert server.visitor(server.identity("user-2")).get_json()["guides"] == {}
    assert server.visitor(None).status_code == 401
    assert server.visitor("anon-1").status_code == 401


def test_too_many_requests_are_told_to_wait(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = server.client.application.extensions
    server.post(collecting.body([track("x", NOW)], NOW))
    rates = doors["handrail.doors"].by_address
    rates._burst = 3.0
    answers = [server.post(collecting.body([track("x", NOW)], NOW)).status_code for _ in range(4)]
    assert answers[-1] == 429
    assert int(server.post(collecting.body([track("x", NOW)], NOW)).headers["Retry-After"]) >= 1
    server.clock.advance(minutes=1)
    assert server.post(collecting.body([track("x", NOW)], NOW)).status_code == 202


def test_a_report_that_cannot_be_made_names_every_problem(server: Server) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    path = "/api/v1/guides/first/funnel?version=x&from=2026-13-01&unit=people&mark=loud&device=fridge&automated=maybe"
    answer = server.client.get(path, headers=headers)
    assert answer.status_code == 400
    named = {problem["pointer"] for problem in answer.get_json()["problems"]}
    assert named == {"/version", "/from", "/unit", "/mark", "/device", "/automated"}
    assert server.client.get("/api/v1/guides/none/funnel", headers=headers).status_code == 404


def test_a_list_of_runs_refuses_what_no_figure_counts(server: Server) -> None:
    query = "/api/v1/guides/first/runs?state=gone&did=flown&goal=no"
    answer = server.client.get(query, headers={"Authorization": f"Bearer {server.token}"})
    assert answer.status_code == 400
    assert [problem["pointer"] for problem in answer.get_json()["problems"]] == ["/state", "/did", "/goal"]


REPORTS = [f"guides/first/{name}" for name in ("funnel", "paths", "endings", "health", "runs", "compare")]


@pytest.mark.parametrize("path", [*REPORTS, "overview", "intake", "runs/019a0000-0000-7000-8000-000000000000"])
def test_a_report_names_what_it_is_asked_and_does_not_know(server: Server, path: str) -> None:
    # covers R6
    headers = {"Authorization": f"Bearer {server.token}"}
    answer = server.client.get(f"/api/v1/{path}?versions=1,2&langauge=ko&colour=red", headers=headers)
    assert answer.status_code == 400
    told = {problem["pointer"]: problem["mend"] for problem in answer.get_json()["problems"]}
    assert "“language”" in told["/langauge"]
    assert "/api/openapi.json" in told["/colour"]
    assert ("/versions" in told) is (not path.endswith("compare"))


def test_every_report_comes_as_json_and_as_csv(server: Server) -> None:
    # covers R7 R5
    runs = run_events(NOW, *FINISHED)
    server.post(collecting.body(runs, NOW + 20_000, "=cmd()"))
    names = ["funnel", "paths", "endings", "health", "runs"]
    for path in (*(f"guides/first/{name}?unit=runs" for name in names), "guides/first/compare?versions=1,2",
                 f"runs/{runs[0]['run']}?unit=runs", "overview?unit=runs"):  # fmt: skip
        assert server.get(f"/api/v1/{path}")
        answer = server.client.get(f"/api/v1/{path}&format=csv", headers={"Authorization": f"Bearer {server.token}"})
        assert answer.mimetype == "text/csv"
        assert len(answer.text.splitlines()) > 1, path
        assert "\n=cmd" not in answer.text
        assert ",=cmd" not in answer.text
