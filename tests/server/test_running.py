"""The server as its operator meets it: start, stop, taken port, kill, backup, restore, upgrade, doctor, logs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from handrail_cms import auth, backups, doctor, observe
from handrail_cms.clock import ManualClock
from handrail_cms.config import SETTINGS, load_config
from handrail_cms.errors import BadSettings, NotThere, Refused
from handrail_cms.services import open_services
from handrail_cms.storage.content import open_content_store
from handrail_cms.storage.migrations import content_migrations
from handrail_cms.tasks import Job, TaskRunner

from tests.server.conftest import OPERATOR, Site, guide, open_site
from tests.server.running import (
    HANDRAIL,
    Running,
    address_of,
    await_answer,
    clean_environment,
    handrail,
    serving,
    set_up,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running") / "data"
    set_up(folder)
    return folder


def post_guide(server: Running, token: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(
        Request(f"{server.url}/api/v1/guides", json.dumps(guide(key)).encode(), headers), timeout=20
    ) as answer:
        return answer.status


# covers S6
def test_a_server_starts_answers_refuses_a_taken_port_and_stops_in_peace(data: Path) -> None:
    with serving(data) as server:
        assert json.loads(server.get("/readyz")[1])["status"] == "ok"
        taken = handrail("serve", "--data", data, "--port", server.url.rpartition(":")[2], check=False)
        assert taken.returncode == 3
        assert taken.stderr.count("\n") == 1
        assert "--port" in taken.stderr
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
    lease = sqlite3.connect(data / "handrail.db")
    assert lease.execute("select count(*) from leases").fetchone() == (0,)
    lease.close()


# covers S6
def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(data: Path) -> None:
    token = handrail("token", "create", "--role", "author", "--data", data).stdout.strip()
    with serving(data, "--workers", "2") as server:
        with ThreadPoolExecutor(4) as pool:
            statuses = list(pool.map(lambda number: post_guide(server, token, f"killed-{number}"), range(20)))
        assert statuses == [201] * 20
        os.killpg(os.getpgid(server.process.pid), 0)
        _kill_tree(server.process.pid)
        server.process.wait(30)
    store = open_content_store(data / "handrail.db", ManualClock())
    keys = {document.key for document in store.documents.all(1, "guide")}
    store.close()
    assert {f"killed-{number}" for number in range(20)} <= keys


def _kill_tree(pid: int) -> None:
    """Kill a process and its children the hard way; the parent first, so that it starts no new ones."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(pid, signal.SIGKILL)
    for child in children:
        os.kill(int(child), signal.SIGKILL)


# covers S7
def test_logs_are_json_lines_with_request_ids_and_without_secrets(data: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [*HANDRAIL, "serve", "--data", str(data), "--port", "0"],
            stdout=subprocess.PIPE, stderr=written, text=True, env=clean_environment(HANDRAIL_LOG_FORMAT="json"),
        )  # fmt: skip
        server = Running(process, address_of(process))
        await_answer(server)
        headers = {"Authorization": "Bearer hr_a-secret-token"}
        with pytest.raises(HTTPError) as refused:
            urlopen(Request(f"{server.url}/api/v1/guides/visitor-42?app=a-trait", headers=headers), timeout=20)
        request_id = refused.value.headers["X-Request-Id"]
        refused.value.close()
        process.terminate()
        process.wait(30)
        assert process.stdout
        process.stdout.close()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    mine = next(line for line in lines if line.get("request_id") == request_id)
    assert (mine["status"], mine["method"]) == (401, "GET")
    for secret in ("hr_a-secret-token", "visitor-42", "a-trait"):
        assert secret not in log.read_text()


def test_a_command_without_a_data_directory_says_what_to_do(tmp_path: Path) -> None:
    for command in (["serve"], ["doctor"], ["user", "list"], ["backup", str(tmp_path / "x")]):
        done = handrail(*command, "--data", tmp_path / "nowhere", check=False)
        assert done.returncode == 3
        assert "handrail init" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_first_start_has_nothing_to_write_to_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    set_up(folder)
    content = open_content_store(folder / "handrail.db", ManualClock(0))
    with sqlite3.connect(folder / "handrail.db") as other:
        other.execute("begin immediate")  # as good as read-only: nothing can be written
        assert len(auth.installation_secret(content)) == 64
        other.rollback()
    content.close()


def test_init_happens_once(data: Path) -> None:
    again = handrail("init", "--data", data, check=False)
    assert (again.returncode, "set up already" in again.stderr) == (1, True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_directory_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = handrail("init", "--data", tmp_path / "data", check=False)
    assert done.returncode == 3


def test_accounts_and_tokens_are_made_listed_and_revoked(data: Path) -> None:
    added = handrail("user", "add", "new@example.com", "--role", "viewer", "--data", data)
    assert len(added.stdout.strip()) >= 10
    listed = json.loads(handrail("user", "list", "--json", "--data", data).stdout)
    assert next(user for user in listed if user["email"] == "new@example.com")["roles"] == {"my-application": "viewer"}
    handrail("user", "disable", "new@example.com", "--data", data)
    assert handrail("user", "disable", "nobody@example.com", "--data", data, check=False).returncode == 1
    made = handrail("token", "create", "--role", "viewer", "--scope", "guides:read", "--days", "1", "--data", data)
    assert made.stdout.startswith("hr_")
    handrail("token", "revoke", made.stdout.strip(), "--data", data)
    left = json.loads(handrail("token", "list", "--json", "--data", data).stdout)
    assert made.stdout.strip()[-4:] not in [token["hint"] for token in left]


def test_publish_rollback_and_export_from_the_command_line(tmp_path: Path) -> None:
    site = open_site(tmp_path / "data")
    document = site.draft()
    site.services.close()
    data = tmp_path / "data"
    told = json.loads(handrail("publish", document.key, "--json", "--data", data).stdout)
    assert told == {"environment": "production", "release": 1, "guides": {"first-invoice": 1}}
    assert handrail("publish", document.key, "--data", data, check=False).returncode == 1
    assert handrail("publish", "nobody", "--data", data, check=False).returncode == 1
    assert handrail("publish", "--data", data, check=False).returncode == 2
    assert handrail("rollback", "--data", data, check=False).returncode == 1
    handrail("export", "--to", tmp_path / "out", "--data", data)
    assert list((tmp_path / "out").glob("v1/*/manifest.json"))


# covers S6
def test_a_backup_is_taken_while_guides_are_written_and_restores_to_a_whole(tmp_path: Path) -> None:
    site = open_site(tmp_path / "data")
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            site.draft(f"guide-{number}")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backups.back_up(site.services, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    site.services.close()
    counts = []
    for number in range(3):
        target = tmp_path / f"restored-{number}"
        backups.restore(tmp_path / f"{number}.zip", target)
        services = open_services(load_config({}, data=target), ManualClock())
        counts.append(len(services.content.documents.all(1, "guide")))
        assert services.content.connections.row("pragma integrity_check") == {"integrity_check": "ok"}
        assert services.content.connections.rows("pragma foreign_key_check") == []
        services.close()
    assert counts == sorted(counts)
    assert stat.S_IMODE((tmp_path / "0.zip").stat().st_mode) == 0o600


def test_a_backup_never_overwrites_and_a_restore_keeps_what_was_there(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backups.back_up(site.services, file)
    with pytest.raises(Refused):
        backups.back_up(site.services, file)
    site.draft("after-the-backup")
    site.services.close()
    folder = site.services.config.data
    with pytest.raises(Refused, match="--replace"):
        backups.restore(file, folder)
    backups.restore(file, folder, replace=True)
    kept = next(folder.glob("before-restore-*"))
    old = open_content_store(kept / "handrail.db", ManualClock())
    assert [document.key for document in old.documents.all(1, "guide")] == ["after-the-backup"]
    old.close()
    new = open_content_store(folder / "handrail.db", ManualClock())
    assert new.documents.all(1, "guide") == []
    new.close()


# covers S3
@pytest.mark.parametrize("spoil", ["truncated", "text", "missing", "wrong hash", "newer", "outside"])
def test_a_backup_that_is_damaged_or_foreign_is_refused_and_nothing_is_touched(
    site: Site, tmp_path: Path, spoil: str
) -> None:
    file = tmp_path / "backup.zip"
    backups.back_up(site.services, file)
    if spoil == "truncated":
        file.write_bytes(file.read_bytes()[:-400])
    elif spoil == "text":
        file.write_text("not a backup")
    elif spoil == "missing":
        file.unlink()
    else:
        _rewrite(file, spoil)
    target = tmp_path / "target"
    with pytest.raises((Refused, NotThere)):
        backups.restore(file, target)
    assert not (target / "handrail.db").exists()
    assert not (tmp_path / "evil").exists()


def _rewrite(file: Path, spoil: str) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest: dict[str, Any] = json.loads(parts[backups.MANIFEST])
    if spoil == "newer":
        manifest["format"] = 99
    elif spoil == "wrong hash":
        manifest["files"]["events.db"] = "0" * 64
    else:
        parts["../evil"] = b"evil"
        del parts["events.db"]
    parts[backups.MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in parts.items():
            archive.writestr(name, body)


UPGRADES = sorted((Path(__file__).parent / "upgrades").glob("*.sql"))


# covers S6
@pytest.mark.parametrize("dump", UPGRADES, ids=[path.stem for path in UPGRADES])
def test_a_database_of_an_earlier_release_is_brought_up_to_date_with_its_data(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "handrail.db"
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text())
    connection.close()
    store = open_content_store(path, ManualClock())
    assert store.pending_migrations() == []
    guides = store.documents.all(1, "guide")
    assert [one.key for one in guides] == ["first-invoice"]
    production = store.apps.environment(1, "production")
    live = store.releases.latest(production.id)
    assert live is not None
    assert [(item.key, item.version) for item in live.items] == [("first-invoice", 1)]
    assert store.people.user_by_email("admin@example.com").roles == {1: "admin"}
    assert store.summaries.names(1, "guide") == {"first-invoice": guides[0].name}
    assert [(one.number, one.version) for one in store.releases.history_of(production.id, guides[0].id)] == [(1, 1)]
    store.documents.save(guides[0], guide(name="Changed"), based_on=guides[0].revision, author_id=None, author="x")
    assert store.connections.rows("pragma foreign_key_check") == []
    store.close()


MIGRATIONS = [migration.name for migration in content_migrations._migrations]


# covers S6
@pytest.mark.parametrize("first_missing", MIGRATIONS[1:])
def test_a_database_of_any_earlier_migration_keeps_its_apps(first_missing: str, tmp_path: Path) -> None:
    from sqlite_utils import Database

    path = tmp_path / "handrail.db"
    connection = sqlite3.connect(path, isolation_level=None)
    content_migrations.apply(Database(connection), stop_before=first_missing)
    connection.execute("insert into apps (key, name, created_at) values ('ledger', 'Ledger', 1)")
    connection.close()
    store = open_content_store(path, ManualClock())
    assert [app.key for app in store.apps.all()] == ["ledger"]
    assert [applied.name for applied in content_migrations.applied(store.connections.database())] == MIGRATIONS
    store.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    from sqlite_utils import Database, Migrations

    steps = Migrations("content")

    @steps(name="0001_good")
    def _good(db: Database) -> None:
        db.execute("create table good (id integer)")

    @steps(name="0002_bad")
    def _bad(db: Database) -> None:
        db.execute("create table half (id integer)")
        raise RuntimeError("no")

    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    database = Database(connection)
    with pytest.raises(RuntimeError):
        steps.apply(database)
    assert "half" not in database.table_names()
    assert [one.name for one in steps.applied(database)] == ["0001_good"]
    connection.close()


def test_doctor_finds_what_needs_attention(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    good = {finding.code: finding.good for finding in doctor.examine(site.services)}
    assert good["content"]
    assert good["events"]
    assert good["migrations"]
    site.content.apps.change_environment(site.production, origins=[])
    site.services.config.data.chmod(0o755)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))  # type: ignore[attr-defined]
    bad = [finding for finding in doctor.examine(site.services) if not finding.good]
    assert {"origins", "mode", "disk"} <= {finding.code for finding in bad}
    assert all(finding.mend for finding in bad)


# covers S7
def test_the_server_is_not_ready_while_a_store_takes_no_write(site: Site) -> None:
    assert site.browser().get("/readyz").status_code == 200
    blocker = sqlite3.connect(site.services.config.data / "handrail.db", isolation_level=None)
    blocker.execute("begin immediate")
    site.content.connections.database().conn.execute("pragma busy_timeout = 10")
    response = site.browser().get("/readyz")
    assert response.status_code == 503
    assert "content" in response.get_json()["detail"]
    assert site.browser().get("/healthz").status_code == 200
    blocker.execute("rollback")
    blocker.close()
    assert site.browser().get("/readyz").status_code == 200


# covers S7
def test_metrics_count_by_route_and_are_not_for_everybody(site: Site, tmp_path: Path) -> None:
    site.browser().get("/v1/pk_nobody/manifest.json")
    text = site.browser().get("/metrics").get_data(as_text=True)
    assert 'route="/v1/<public_key>/manifest.json",status="404"' in text
    assert "pk_nobody" not in text
    foreign = site.browser()
    foreign.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert foreign.get("/metrics").status_code == 401
    assert site.browser().get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 401


def test_the_metrics_histogram_adds_up() -> None:
    metrics = observe.Metrics()
    for duration_s in (0.001, 0.02, 3.0):
        metrics.count("GET", '/a"b', 200, duration_s)
    text = metrics.text({"ready": 1.0})
    assert 'handrail_request_duration_seconds_bucket{route="/a\\"b",le="0.005"} 1' in text
    assert 'le="+Inf"} 3' in text
    assert 'handrail_requests_total{method="GET",route="/a\\"b",status="200"} 3' in text


def test_an_unknown_setting_names_the_nearest() -> None:
    with pytest.raises(BadSettings) as told:
        load_config({"HANDRAIL_PROT": "1", "HANDRAIL_WORKERS": "none", "HANDRAIL_LOG_FORMAT": "xml"})
    assert told.value.problems[0] == "HANDRAIL_PROT is not a setting; did you mean HANDRAIL_PORT?"
    assert len(told.value.problems) == 3


def test_a_setting_that_is_wrong_ends_a_command_with_2(data: Path) -> None:
    done = subprocess.run(
        [*HANDRAIL, "doctor", "--data", str(data)],
        capture_output=True, text=True, check=False, env=clean_environment(HANDRAIL_PROXIES="many"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "handrail: HANDRAIL_PROXIES: “many” is not a whole number.\n")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_loads_again_from_what_is_handed_to_a_worker(setting: Any) -> None:
    config = load_config({})
    assert load_config(config.as_environment()) == config
    assert setting.help.endswith(".")


def test_only_one_process_runs_the_tasks_and_another_takes_over(site: Site) -> None:
    ran: list[str] = []

    def runner_of(who: str) -> TaskRunner:
        return TaskRunner(site.services, (Job("note", 1000, lambda _: ran.append(who)),))

    runners = [runner_of("first"), runner_of("second")]
    for runner in runners:
        runner.tick()
    assert ran == ["first"]
    site.clock.advance(ms=16_000)
    runners[1]._renewed_at = float("-inf")
    runners[1].tick()
    assert ran == ["first", "second"]


def test_a_task_that_fails_does_not_stop_the_others(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    ran: list[int] = []

    def broken(_: object) -> None:
        raise RuntimeError("no")

    runner = TaskRunner(site.services, (Job("broken", 1000, broken), Job("fine", 1000, lambda _: ran.append(1))))
    runner.tick()
    site.clock.advance(ms=1000)
    runner.tick()
    assert ran == [1, 1]


def test_a_store_that_is_closed_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    site = open_site(tmp_path / "data")

    def half() -> None:
        with site.content.transaction():
            site.draft("half")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        half()
    assert site.content.documents.all(site.app.id, "guide") == []
    site.content.documents.create(site.app.id, "guide", "whole", guide("whole"), author_id=None, author=OPERATOR.name)
    site.services.close()
    again = open_services(load_config({}, data=tmp_path / "data"), ManualClock())
    assert [one.key for one in again.content.documents.all(site.app.id, "guide")] == ["whole"]
    again.close()
