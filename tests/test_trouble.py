"""A server that cannot store says so, acknowledges nothing, and goes on by itself when it can again."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from handrail_cms.clock import SystemClock
from handrail_cms.storage.content import open_content_store
from handrail_cms.storage.events import open_event_store

from tests import collecting
from tests.collecting import FINISHED, run_events
from tests.server.running import Running, handrail, serving

Mend = Callable[[], object]


def _post(server: Running, key: str, body: bytes) -> tuple[int, dict[str, object], str | None]:
    """Return the status, the answer and how long it asks to wait."""
    headers = {"Content-Type": "text/plain", "Origin": "https://app.example.com"}
    request = urllib.request.Request(f"{server.url}/v1/{key}/events", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer), None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers["Retry-After"]


def _ready(server: Running) -> int:
    try:
        return server.get("/readyz")[0]
    except urllib.error.HTTPError as error:
        return error.code


def _body(runs: int) -> bytes:
    at = int(time.time() * 1000)
    events = [one for _ in range(runs) for one in run_events(at - 20_000, *FINISHED)]
    return json.dumps(collecting.body(events, at, collecting.uid())).encode()


def _full(server: Running, events: Path) -> Mend:
    """Let no file of the server's processes grow: what a full disk does, for them alone."""
    pids = [server.process.pid, *_children(server.process.pid)]
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    size = events.with_name("events.db-wal").stat().st_size
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))
    return lambda: [resource.prlimit(pid, resource.RLIMIT_FSIZE, limit) for pid, limit in limits.items()]


def _locked(server: Running, events: Path) -> Mend:
    other = sqlite3.connect(events, isolation_level=None)
    other.execute("begin immediate")
    return lambda: other.execute("rollback")


def _children(pid: int) -> list[int]:
    """Return every process that one has started, and those that they have."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


# covers E3 S7
@pytest.mark.skipif(not os.path.exists("/proc/self/task"), reason="limits of another process are Linux's")
@pytest.mark.parametrize("trouble", [_full, pytest.param(_locked, marks=pytest.mark.slow)], ids=["full", "locked"])
def test_what_cannot_be_stored_is_answered_503_and_taken_when_it_can_be(
    tmp_path: Path, trouble: Callable[[Running, Path], Mend]
) -> None:
    data = tmp_path / "data"
    handrail("init", "--data", data, "--origin", "https://app.example.com")
    content = open_content_store(data / "handrail.db", SystemClock())
    key = content.apps.environment(1, "production").public_key
    content.close()
    first, second = _body(1), _body(40)
    with serving(data) as server:
        assert _post(server, key, first)[0] == 202
        mend = trouble(server, data / "events.db")
        status, problem, wait = _post(server, key, second)
        assert (status, problem["code"], _ready(server)) == (503, "storage", 503)
        assert wait is not None
        assert int(wait) >= 1
        assert server.get("/healthz")[0] == 200
        mend()
        assert _post(server, key, first)[1] == {"accepted": 0, "duplicates": 11, "rejected": []}
        assert _post(server, key, second)[1] == {"accepted": 440, "duplicates": 0, "rejected": []}
        assert _ready(server) == 200
    store = open_event_store(data / "events.db")
    assert store.size()["events"] == 451
    assert store.check(int(time.time() * 1000)) == []
    store.close()
