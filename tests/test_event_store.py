"""The event store: what it maintains equals what a recount says, whatever arrives, in whatever order, from wherever."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from handrail_cms.errors import StorageUnavailable
from handrail_cms.storage.content import open_content_store
from handrail_cms.storage.events import Batch, EventStore, Question
from handrail_guides.runs import DAY_MS, HOUR_MS, MINUTE_MS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import collecting
from tests.collecting import CLOSED_AT_B, FINISHED, NOW, Event, batch, context, event, run_events, track

ALWAYS = (0, 10**6)
VERBS = ["show", "pass", "left", "skip", "back", "miss", "open", "act"]


def _question(**more: Any) -> Question:
    return Question(1, more.pop("guide", "first"), *ALWAYS, **more)


@st.composite
def _moves(draw: st.DrawFn) -> list[str]:
    moves: list[str] = []
    for _ in range(draw(st.integers(0, 7))):
        verb, step = draw(st.sampled_from(VERBS)), draw(st.sampled_from("abc"))
        more = {"left": f" {draw(st.integers(0, 90_000))}", "miss": f" {draw(st.sampled_from(['hidden', 'covered']))}"}
        moves.append(f"{verb} {step}{more.get(verb, '')}")
    if draw(st.booleans()):
        state = draw(st.sampled_from(["completed", "dismissed", "failed", "superseded"]))
        by = {"completed": "next", "dismissed": "close", "failed": "hidden", "superseded": "other"}[state]
        moves.append(f"end {state} {draw(st.sampled_from('abc'))} {by}")
    return moves


@st.composite
def _worlds(draw: st.DrawFn) -> list[Batch]:
    """Anything that could arrive: runs, goals and aliases of a few visitors, cut up, repeated, late, shuffled."""
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"]))
    pieces: list[tuple[str, bool, dict[str, Any], Event]] = []
    for _ in range(draw(st.integers(1, 4))):
        visitor, anonymous = draw(st.sampled_from([("u1", False), ("u2", False), ("a1", True), ("a2", True)]))
        said = context(
            language=draw(st.sampled_from(["en", "ko"])),
            device=draw(st.sampled_from(["desktop", "phone"])),
            mark=draw(st.sampled_from([None, None, None, "walk"])),
            automated=draw(st.booleans()),
        )
        started = NOW - draw(st.integers(0, 3 * DAY_MS))
        segments = draw(st.lists(st.sampled_from(["new", "trial"]), unique=True))
        events = run_events(
            started,
            *draw(_moves()),
            version=draw(st.sampled_from([1, 2])),
            segments=segments,
            second_ms=draw(st.sampled_from([1000, 1000, 9 * HOUR_MS, 20 * MINUTE_MS])),
        )
        events += [
            track("paid", started + draw(st.integers(-DAY_MS, 8 * DAY_MS))) for _ in range(draw(st.integers(0, 1)))
        ]
        if not anonymous:
            alias = draw(st.sampled_from([None, "a1", "a2"]))
            events += [event("identify", started, data={"anonymous": alias})] if alias else []
        pieces += [(visitor, anonymous, said, one) for one in events]
    order = draw(st.permutations(range(len(pieces)))) if draw(st.booleans()) else list(range(len(pieces)))
    repeated = [*order, *draw(st.lists(st.sampled_from(order), max_size=4))]
    batches: list[Batch] = []
    for place in repeated:
        visitor, anonymous, said, one = pieces[place]
        received = max(one["at"], NOW - 3 * DAY_MS) + draw(st.sampled_from([0, 1, HOUR_MS, 2 * DAY_MS]))
        batches.append(
            batch([one], received, visitor, sent_at=received, time_zone=zone, anonymous=anonymous, said=said)
        )
    return batches


def _groups(batches: list[Batch], chance: random.Random) -> list[list[Batch]]:
    groups: list[list[Batch]] = [[]]
    for one in batches:
        if chance.random() < 0.4:
            groups.append([])
        groups[-1].append(one)
    return groups


@given(_worlds(), st.randoms(use_true_random=False))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_what_is_maintained_equals_a_recount_and_a_rebuild_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, batches: list[Batch], chance: random.Random
) -> None:
    # covers R2 R6 E2 E3
    store = collecting.open_store(tmp_path_factory.mktemp("store"))
    now = NOW
    for group in _groups(batches, chance):
        now += chance.choice([0, MINUTE_MS, 31 * MINUTE_MS, DAY_MS])
        store.append(group, now)
        if chance.random() < 0.3:
            store.settle(now)
    later = now + chance.choice([0, HOUR_MS, 9 * DAY_MS])
    assert store.check(later) == []
    every = [_question(), _question(mark="walk"), _question(language="ko"), _question(device="phone"),
             _question(segment="trial"), _question(automated=True), _question(versions=(2,))]  # fmt: skip
    maintained = [store.funnel(question) for question in every]
    assert maintained == [_from_runs(store, question) for question in every]
    _keeps_the_invariants(maintained[0])
    store.rebuild(later)
    assert [store.funnel(question) for question in every] == maintained
    for visitor in ("u1", "a1"):
        store.erase(1, visitor, later, anonymous=visitor == "a1")
        assert store.check(later) == []
    store.close()


def _from_runs(store: EventStore, question: Question) -> dict[Any, int]:
    """Count the run states one by one, the way that combined filters do."""
    return {measure: n for measure, n in store._questions._from_runs(question).items() if n}  # type: ignore[attr-defined]


def _keeps_the_invariants(found: dict[Any, int]) -> None:
    run = {
        name: found.get(("run", name), 0) for name in ("attempts", "failed_attempts", "withdrawn", "waiting", "open")
    }
    ended = {
        name: found.get(("run", name), 0) for name in ("completed", "dismissed", "abandoned", "failed", "superseded")
    }
    runs = run["open"] + sum(ended.values())
    assert run["attempts"] == runs + run["failed_attempts"] + run["withdrawn"] + run["waiting"]
    at_steps = 0
    for step in "abc":
        count = {name: found.get(("step", step, name), 0) for name in ("reached", "passed", "reached_ended", *ended)}
        assert count["passed"] <= count["reached"] <= runs
        assert sum(count[state] for state in ended) <= count["reached_ended"] <= count["reached"]
        assert sum(n for key, n in found.items() if key[:2] == ("time", step)) <= count["passed"]
        at_steps += sum(count[state] for state in ended) + found.get(("step", step, "failed_before_shown"), 0)
    assert at_steps == sum(ended.values())
    assert found.get(("run", "goal_hits"), 0) <= found.get(("run", "goal_n"), 0) <= runs


@given(_worlds(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_arrival_changes_nothing_that_is_counted(
    tmp_path_factory: pytest.TempPathFactory, batches: list[Batch], chance: random.Random
) -> None:
    # covers R2 E2
    # an event's first accepted copy fixes its time, and its first user an alias: neither may differ here
    first: dict[str, Batch] = {}
    for one in batches:
        first.setdefault(one.events[0]["id"], one)
    once = [one for one in first.values() if one.events[0]["type"] != "identify"]
    found: list[Any] = []
    for place in range(2):
        store = collecting.open_store(tmp_path_factory.mktemp("store"))
        chance.shuffle(once)
        for group in _groups(once, chance) if place else [once]:
            store.append(group, NOW + 10 * DAY_MS)
        found.append((store.funnel(_question()), store.funnel(_question(mark="walk"))))
        store.close()
    assert found[0] == found[1]


def test_days_are_those_of_the_time_zone_also_when_the_clocks_change(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    zone = ZoneInfo("Europe/Berlin")
    starts = [
        datetime(2027, 3, 27, 23, 59, 58, tzinfo=zone),
        datetime(2027, 3, 28, 0, 0, 0, tzinfo=zone),
        datetime(2027, 3, 28, 3, 0, 0, tzinfo=zone),  # the hour from two to three is left out
        datetime(2027, 3, 28, 23, 59, 58, tzinfo=zone),
        datetime(2027, 10, 31, 2, 30, 0, tzinfo=zone, fold=0),  # and comes twice in autumn
        datetime(2027, 10, 31, 2, 30, 0, tzinfo=zone, fold=1),
        datetime(2027, 11, 1, 0, 0, 0, tzinfo=zone),
    ]
    for started in starts:
        at = round(started.astimezone(UTC).timestamp() * 1000)
        store.append([batch(run_events(at, "show a", second_ms=1), at + 1, time_zone="Europe/Berlin")], at + 1)
    counted = {
        date.fromordinal(day).isoformat(): sum(n.values()) - n["attempts"] for day, n in store.days(_question()).items()
    }
    assert counted == {"2027-03-27": 1, "2027-03-28": 3, "2027-10-31": 2, "2027-11-01": 1}
    assert store.check(at + 1) == []


def test_a_late_event_moves_all_cells_of_its_run(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    events = run_events(NOW, *FINISHED)
    store.append([batch(events[:2], NOW + 2000)], NOW + 2000)
    store.settle(NOW + HOUR_MS)
    assert store.funnel(_question())["run", "abandoned"] == 1
    store.append([batch(events[2:], NOW + 5 * HOUR_MS, sent_at=NOW + 11_000)], NOW + 5 * HOUR_MS)
    found = store.funnel(_question())
    assert ("run", "abandoned") not in found
    assert (found["run", "completed"], found["step", "c", "completed"], found["edge", "b", "c", ""]) == (1, 1, 1)
    assert store.check(NOW + 5 * HOUR_MS) == []


def test_the_sweep_reads_only_what_is_due(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    store.append([batch(run_events(NOW, *FINISHED), NOW + 20_000)], NOW + 20_000)
    plan = sqlite3.connect(tmp_path / "events.db").execute(
        "explain query plan select run_no from runs r where r.due_at <= 5 order by r.due_at limit 9"
    )
    assert "runs_due" in plan.fetchone()[3]
    assert store.settle(NOW + HOUR_MS) == 0
    assert store.settle(NOW + 8 * DAY_MS) == 1  # the window of its goal has closed
    assert store.settle(NOW + 8 * DAY_MS) == 0


GOALS = [
    ("the first matching event in the window", [NOW + 5000, NOW + 9000], 1, 1),
    ("exactly at the end of the window", [NOW + 1000 + 7 * DAY_MS], 1, 1),
    ("after the window", [NOW + 1001 + 7 * DAY_MS], 1, 0),
    ("before the run", [NOW], 1, 0),
    ("never", [], 1, 0),
]


@pytest.mark.parametrize(("name", "tracked", "n", "hits"), GOALS, ids=[row[0] for row in GOALS])
@pytest.mark.parametrize("first", ["run", "goal"])
def test_a_goal_counts_within_its_window_whichever_comes_first(
    tmp_path: Path, name: str, tracked: list[int], n: int, hits: int, first: str
) -> None:
    store = collecting.open_store(tmp_path)
    parts = [run_events(NOW, *FINISHED), [track("paid", at) for at in tracked] or [track("other", NOW)]]
    now = NOW + 8 * DAY_MS
    for events in parts if first == "run" else reversed(parts):
        store.append([batch(events, now, sent_at=now)], now - 2 * DAY_MS)
    assert ("run", "goal_n") not in store.funnel(_question())
    store.settle(now)
    found = store.funnel(_question())
    assert (found.get(("run", "goal_n"), 0), found.get(("run", "goal_hits"), 0)) == (n, hits)
    assert store.check(now) == []


def test_a_goal_that_the_identified_visitor_reaches_counts_for_the_anonymous_run(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    store.append([batch(run_events(NOW, *FINISHED), NOW + 20_000, "a1", anonymous=True)], NOW + 20_000)
    store.append([batch([track("paid", NOW + 30_000)], NOW + 30_000, "u1")], NOW + 30_000)
    store.append([batch([event("identify", NOW, data={"anonymous": "a1"})], NOW + 40_000, "u1")], NOW + 40_000)
    store.append([batch([event("identify", NOW, data={"anonymous": "a1"})], NOW + 41_000, "u2")], NOW + 41_000)
    store.settle(NOW + 8 * DAY_MS)
    assert store.funnel(_question())["run", "goal_hits"] == 1
    assert store.visitor_state(1, "u1", NOW)["guides"]["first"]["times"] == 1
    assert store.visitor_state(1, "u2", NOW)["guides"] == {}
    assert store.check(NOW + 8 * DAY_MS) == []


def test_visitors_count_by_the_first_run_of_each_person(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    for visitor, anonymous, moves in (("u1", False, CLOSED_AT_B), ("u1", False, FINISHED), ("a1", True, FINISHED)):
        at = NOW + (0 if moves is CLOSED_AT_B else HOUR_MS)
        store.append([batch(run_events(at, *moves), at + 20_000, visitor, anonymous=anonymous)], at + 20_000)
    assert store.funnel(_question(unit="visitors"))["run", "attempts"] == 2
    store.append([batch([event("identify", NOW, data={"anonymous": "a1"})], NOW, "u1")], NOW)
    found = store.funnel(_question(unit="visitors"))
    assert (found["run", "attempts"], found["run", "dismissed"]) == (1, 1)


def test_purged_days_are_frozen_and_an_erasure_still_subtracts_from_them(tmp_path: Path) -> None:
    # covers S5
    store = collecting.open_store(tmp_path)
    today = datetime.fromtimestamp(NOW / 1000, UTC).toordinal()
    for days, visitor in ((40, "u1"), (40, "u2"), (1, "u1")):
        at = NOW - days * DAY_MS
        store.append([batch([*run_events(at, *FINISHED), track("paid", at)], at + 20_000, visitor)], at + 20_000)
    before = store.funnel(_question())
    assert store.purge(1, today - 30) == 24
    assert store.purge(1, today - 30) == 0
    assert store.funnel(_question()) == before
    assert store.check(NOW) == []
    store.rebuild(NOW)
    assert store.funnel(_question())["run", "completed"] == 3
    late = batch([event("step_left", NOW - 40 * DAY_MS, run=collecting.uid(), seq=1, guide="first", version=1, step="a",
                        data={"visible_ms": 1})], NOW)  # fmt: skip
    assert store.append([late], NOW)[0].refused == {0: "too_old"}
    receipt = store.erase(1, "u1", NOW)
    assert receipt["erased"] == {"ids": 1, "runs": 2, "run_events": 11, "visitor_events": 1, "sessions": 2}
    assert receipt["left"] == 0
    assert store.funnel(_question())["run", "completed"] == 1
    assert store.check(NOW) == []
    assert store.visitor_record(1, "u1") is None


def test_an_erased_visitor_is_in_no_table_and_no_export(tmp_path: Path) -> None:
    # covers S5
    store = collecting.open_store(tmp_path)
    for visitor, anonymous in (("user-secret", False), ("anon-secret", True), ("other", False)):
        events = [*run_events(NOW, *FINISHED), track("paid", NOW)]
        store.append([batch(events, NOW + 20_000, visitor, anonymous=anonymous)], NOW + 20_000)
    alias = event("identify", NOW, data={"anonymous": "anon-secret", "traits": {"email": "secret@example.com"}})
    store.append([batch([alias], NOW, "user-secret")], NOW)
    assert store.erase(1, "user-secret", NOW)["erased"]["runs"] == 2
    copy = tmp_path / "copy.db"
    store.backup(copy)
    with sqlite3.connect(copy) as connection:
        assert "secret" not in "\n".join(connection.iterdump())
    assert {one["visitor"] for one in store.export(1)} == {"other"}
    assert store.funnel(_question())["run", "attempts"] == 1


def test_an_export_that_is_imported_gives_the_same_store_and_a_second_import_nothing(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    (tmp_path / "other").mkdir()
    other = collecting.open_store(tmp_path / "other")
    for number in range(30):
        moves = (FINISHED, CLOSED_AT_B)[number % 2]
        at = NOW + number * MINUTE_MS
        events = [*run_events(at, *moves, segments=["new"]), track("paid", at)]
        store.append([batch(events, at + HOUR_MS, f"v{number % 7}", sent_at=at + 70_000)], at + HOUR_MS)
    exported = list(store.export(1))
    taken = other.import_events(1, "UTC", exported, NOW + DAY_MS)
    assert (taken.accepted, taken.duplicates, taken.refused) == (len(exported), 0, {})
    store.settle(NOW + DAY_MS)
    assert other.funnel(_question()) == store.funnel(_question())
    assert list(other.export(1)) == exported
    again = other.import_events(1, "UTC", [*exported, {**exported[0], "type": "nonsense"}], NOW + DAY_MS)
    assert (again.accepted, again.duplicates) == (0, len(exported))
    assert list(again.refused) == [len(exported)]


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    # two stores hold what they remember apart, as two processes do
    stores = [collecting.open_store(tmp_path), collecting.open_store(tmp_path)]
    runs = [run_events(NOW, *FINISHED) for _ in range(6)]
    for place in range(len(runs[0])):
        for number, events in enumerate(runs):
            one = batch([events[place]], NOW + 20_000, f"v{number % 2}")
            stores[(place + number) % 2].append([one], NOW + 20_000)
            stores[number % 2].append([one], NOW + 20_000)
    assert stores[0].funnel(_question())["run", "completed"] == 6
    assert stores[1].check(NOW + HOUR_MS) == []


def _locked(store: EventStore, path: Path) -> Any:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    return lambda: other.execute("rollback")


def _full(store: EventStore, path: Path) -> Any:
    """Let no file grow any more: what a full disk does, for this process alone."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name("events.db-wal").stat().st_size, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("trouble", [_locked, _full], ids=["locked", "full"])
def test_nothing_is_half_stored_and_the_store_recovers_by_itself(tmp_path: Path, trouble: Any) -> None:
    # covers E3
    store = collecting.open_store(tmp_path, busy_timeout_ms=50)
    store.append([batch(run_events(NOW, *FINISHED), NOW + 20_000)], NOW + 20_000)
    mend = trouble(store, tmp_path / "events.db")
    many = [batch(run_events(NOW, *FINISHED, guide=f"g{n}"), NOW + 20_000, f"visitor-{n}") for n in range(100)]
    try:
        with pytest.raises(StorageUnavailable):
            store.append(many, NOW + 20_000)
        assert trouble is _full or not store.writable()
    finally:
        mend()
    assert store.size()["runs"] == 1
    assert store.writable()
    assert sum(result.accepted for result in store.append(many, NOW + 20_000)) == 1100
    assert store.check(NOW + HOUR_MS) == []


def _for_reading_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open every file as SQLite does where it may not be written: root may write what others may not."""
    connect: Any = sqlite3.connect
    monkeypatch.setattr(
        sqlite3,
        "connect",
        lambda path, **more: connect(f"file:{path}?mode=ro", uri=True, **more),  # type: ignore[misc]
    )
    monkeypatch.setattr(os, "access", lambda *_: False)


# covers E3
def test_files_that_are_read_only_at_the_start_are_written_when_they_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collecting.open_store(tmp_path).close()
    open_content_store(tmp_path / "handrail.db", collecting.clock(), create=True).close()
    many = [batch(run_events(NOW, *FINISHED, guide=f"g{n}"), NOW + 20_000, f"visitor-{n}") for n in range(10)]
    with monkeypatch.context() as read_only:
        _for_reading_only(read_only)
        store = collecting.open_store(tmp_path)
        content = open_content_store(tmp_path / "handrail.db", collecting.clock())
        assert not store.writable()
        assert store.size()["runs"] == 0
    # the first write is refused once more, and notices
    for write in (lambda: store.append(many, NOW + 20_000), lambda: content.apps.create("app", "App")):
        with pytest.raises(StorageUnavailable, match="Nothing was stored"):
            write()
    assert store.writable()
    assert sum(result.accepted for result in store.append(many, NOW + 20_000)) == 110
    assert store.check(NOW + HOUR_MS) == []
    assert content.apps.create("app", "App").key == "app"
    store.close()
    content.close()


# covers S6
def test_a_file_of_the_version_before_is_brought_up_to_date_and_counts_on(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "events.db")
    connection.executescript((Path(__file__).parent / "tables" / "events_1.sql").read_text())
    connection.close()
    store = collecting.open_store(tmp_path)
    now = NOW + 2 * HOUR_MS
    assert store.check(now) == []
    found: dict[Any, int] = store.funnel(_question())
    assert (found["run", "attempts"], found["step", "a", "passed"], found["step", "a", "acted"]) == (4, 3, 3)
    assert store.funnel(_question(guide="hint"))["step", "a", "reached"] == 2
    late = run_events(now, "show a", "open a", "act a", guide="hint")
    store.append([batch(late, now + 20_000, "u9")], now + 20_000)
    hint: dict[Any, int] = store.funnel(_question(guide="hint"))
    assert (hint["step", "a", "reached"], hint["step", "a", "opened"], hint["step", "a", "acted"]) == (3, 1, 1)
    assert store.check(now + HOUR_MS) == []
    assert store.rebuild(now + HOUR_MS) == 8
    assert store.check(now + HOUR_MS) == []
    store.close()
    collecting.open_store(tmp_path).close()


def test_reading_goes_on_while_another_writes(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    store.append([batch(run_events(NOW, *FINISHED), NOW + 20_000)], NOW + 20_000)
    end = _locked(store, tmp_path / "events.db")
    found: list[Any] = []
    reader = threading.Thread(target=lambda: found.append(store.funnel(_question())))
    reader.start()
    reader.join(5)
    end()
    assert found
    assert found[0]["run", "completed"] == 1
