"""The commands on what was recorded, and a server killed in the middle of collecting."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from handrail_cms import auth, cli, publish
from handrail_cms.config import load_config
from handrail_cms.services import open_services
from handrail_cms.storage.events import Question, open_event_store

from tests import collecting
from tests.collecting import CLOSED_AT_B, FINISHED, run_events
from tests.test_collect import GUIDE

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with one live guide, two runs of it and a walk, all of the last hour."""
    folder = tmp_path / "data"
    services = open_services(load_config({}, data=folder), create=True)
    content = services.content
    app = content.apps.create("app", "App")
    environment = content.apps.create_environment(app.id, "production", "Production", origins=["https://a.example"])
    content.apps.create_environment(app.id, "staging", "Staging", origins=["https://a.example"])
    publish.publish(
        content,
        auth.system("test"),
        environment,
        [publish.create(content, auth.system("test"), app.id, "guide", GUIDE)],
    )
    at = services.clock.now_ms() - 60_000
    for visitor, moves, mark in (("u1", FINISHED, None), ("u2", CLOSED_AT_B, None), ("w", FINISHED, "walk")):
        one = collecting.batch(run_events(at, *moves), at + 20_000, visitor, environment_id=environment.id,
                               said=collecting.context(mark=mark))  # fmt: skip
        services.intake.submit(one)
    services.close()
    return folder


@dataclass
class Told:
    """What a command said, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def _handrail(*arguments: str, data: Path) -> Told:
    """Run the command line as the console script does, in this process: a new one would spend seconds on imports."""
    out, err = io.StringIO(), io.StringIO()
    before = sys.argv
    sys.argv = ["handrail", *arguments, "--data", str(data)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            cli.main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv = before
    return Told(code, out.getvalue(), err.getvalue())


def test_the_funnel_is_told_as_a_table_as_json_and_as_csv(data: Path) -> None:
    # covers R7
    table = _handrail("report", "funnel", "first", data=data)
    assert table.returncode == 0, table.stderr
    assert "2 runs of 2 attempts; completed 50% (10% to 90%, n 2)" in table.stdout
    assert "Fewer than 30 runs" in table.stdout
    told = json.loads(_handrail("report", "funnel", "first", "--json", data=data).stdout)
    assert (told["runs"], told["ended"]["dismissed"], told["marked"]["walk"]) == (2, 1, 1)
    walked = json.loads(_handrail("report", "funnel", "first", "--mark", "walk", "--json", data=data).stdout)
    assert walked["runs"] == 1
    rows = _handrail("report", "funnel", "first", "--csv", data=data).stdout.splitlines()
    assert rows[0].startswith("step,reached,passed,skipped,back,ended_here.completed,")
    assert [row.split(",")[:3] for row in rows[1:]] == [["a", "2", "2"], ["b", "2", "1"], ["c", "1", "1"]]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["report", "funnel"], 2, "Say of which guide"),
        (["report", "funnel", "first", "--from", "yesterday"], 2, "“yesterday” is not a day."),
        (["report", "funnel", "none"], 1, "There is no guide named “none”."),
        (["report", "funnel", "first", "--environment", "moon"], 1, "There is no environment named “moon”."),
        (["report", "compare", "first"], 2, "Say which two versions"),
        (["visitor", "show", "nobody"], 1, "There is no visitor named “nobody”."),
        (["events", "import", "missing.ndjson"], 3, "There is no file missing.ndjson."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_says_what_is_wrong_in_one_line_and_by_its_code(
    data: Path, arguments: list[str], code: int, said: str
) -> None:
    told = _handrail(*arguments, data=data)
    assert told.returncode == code, told.stderr
    assert said in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("name", ["events.ndjson", "events.parquet"])
def test_exported_events_are_imported_into_another_environment_once(data: Path, tmp_path: Path, name: str) -> None:
    file = str(tmp_path / name)
    assert json.loads(_handrail("events", "export", file, "--json", data=data).stdout)["events"] == 29
    into = ["events", "import", file, "--environment", "staging", "--json"]
    first = _handrail(*into, data=data)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == {"accepted": 29, "duplicates": 0, "rejected": []}
    assert json.loads(_handrail(*into, data=data).stdout) == {"accepted": 0, "duplicates": 29, "rejected": []}
    reports = [
        json.loads(
            _handrail("report", "funnel", "first", "--version", "1", "--environment", where, "--json", data=data).stdout
        )
        for where in ("production", "staging")
    ]
    for report in reports:
        del report["environment"], report["counted_at"]
    assert reports[0] == reports[1]
    assert _handrail("rollups", "check", data=data).stdout.strip() == "Every cell equals its recount."


def test_a_file_that_holds_no_events_is_refused_by_line(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.ndjson"
    file.write_text('{"visitor": "v", "session": "x"}\n{"nothing": 1}\n')
    told = _handrail("events", "import", str(file), data=data)
    assert told.returncode == 1
    assert "line 2" in told.stderr


def test_a_wrong_rollup_is_found_by_cell_and_mended_by_a_rebuild(data: Path) -> None:
    # covers R6
    import sqlite3

    with sqlite3.connect(data / "events.db") as connection:
        connection.execute("update rollup_steps set passed = passed + 1 where dimension = 0 and mark_no = 0")
    checked = _handrail("rollups", "check", "--json", data=data)
    assert checked.returncode == 1
    differences = json.loads(checked.stdout)["differences"]
    assert len(differences) == 3
    assert differences[0]["cell"].endswith("passed")
    assert json.loads(_handrail("rollups", "rebuild", "--json", data=data).stdout) == {"runs": 3}
    assert _handrail("rollups", "check", data=data).returncode == 0


def test_a_visitor_is_shown_and_erased_with_a_receipt(data: Path) -> None:
    # covers S5
    assert json.loads(_handrail("visitor", "show", "u1", data=data).stdout)["runs"][0]["state"] == "completed"
    receipt = json.loads(_handrail("visitor", "erase", "u1", "--json", data=data).stdout)
    assert (receipt["erased"]["runs"], receipt["left"]) == (1, 0)
    assert _handrail("visitor", "show", "u1", data=data).returncode == 1
    assert json.loads(_handrail("report", "funnel", "first", "--json", data=data).stdout)["runs"] == 1
    assert _handrail("rollups", "check", data=data).returncode == 0


class _Sender(threading.Thread):
    """Sends batch after batch, and remembers the events that were acknowledged."""

    def __init__(self, url: str, number: int) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._chance = random.Random(number)
        self.acknowledged: list[str] = []
        self.stopped = False

    def run(self) -> None:
        while not self.stopped:
            at = int(time.time() * 1000)
            moves = self._chance.choice([FINISHED, CLOSED_AT_B])
            events = run_events(at - 20_000, *moves)
            body = collecting.body(events, at, collecting.uid())
            again = [body] if self._chance.random() < 0.8 else [body, body]
            for one in again:
                request = urllib.request.Request(self._url, json.dumps(one).encode(), {"Content-Type": "text/plain"})
                try:
                    with urllib.request.urlopen(request, timeout=10) as answer:
                        assert answer.status == 202
                except (OSError, urllib.error.URLError):
                    return
            self.acknowledged += [event["id"] for event in events]


def _serve(data: Path, port: int) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "HANDRAIL_LOG_LEVEL": "error"}
    command = [
        sys.executable,
        "-c",
        "from handrail_cms.cli import main; main()",
        "serve",
        "--data",
        str(data),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return process
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_a_server_killed_in_mid_load_keeps_every_acknowledged_event_once(
    data: Path, free_port: int, rounds: int
) -> None:
    # covers E3 S6
    services = open_services(load_config({}, data=data))
    environment = services.content.apps.environment(services.content.apps.all()[0].id, "production")
    services.close()
    acknowledged: list[str] = []
    for number in range(rounds):
        process = _serve(data, free_port)
        url = f"http://127.0.0.1:{free_port}/v1/{environment.public_key}/events"
        senders = [_Sender(url, 10 * number + place) for place in range(6)]
        for sender in senders:
            sender.start()
        wanted = random.Random(number).randrange(20, 120)
        deadline = time.monotonic() + 30
        while sum(len(sender.acknowledged) for sender in senders) < wanted and time.monotonic() < deadline:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for sender in senders:
            sender.stopped = True
            sender.join()
            acknowledged += sender.acknowledged
    store = open_event_store(data / "events.db")
    stored = [event["id"] for event in store.export(environment.id)]
    assert len(acknowledged) >= rounds * 20
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))
    assert store.check(int(time.time() * 1000)) == []
    found: dict[Any, int] = store.funnel(Question(environment.id, "first", 0, 10**6))
    assert found["run", "attempts"] >= len(acknowledged) // 11
    store.close()
