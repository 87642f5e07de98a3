"""The figures of the reports, against published values and against counting by hand."""

from __future__ import annotations

import csv
import io
import random
import statistics
from pathlib import Path
from typing import Any

import pytest
from handrail_cms import overviews, reports
from handrail_cms.report_csv import as_csv
from handrail_cms.report_query import BadQuery, ReportQuery, read_query
from handrail_cms.reports import ReportSource
from handrail_cms.storage.events import EventStore, VersionFacts, Which
from handrail_cms.storage.records import Environment
from handrail_guides.estimates import difference, quantile_ms, rate, wilson
from handrail_guides.measures import TIME_ERROR, bucket
from handrail_guides.runs import DAY_MS, HOUR_MS, MINUTE_MS
from hypothesis import given
from hypothesis import strategies as st

from tests import collecting
from tests.collecting import CLOSED_AT_B, FINISHED, NOW, OneGuide, batch, context, run_events, track

ENVIRONMENT = Environment(1, 1, "production", "Production", "pk", [], "UTC", {}, False, 1, 0)


def _source(store: EventStore, now_ms: int = NOW + HOUR_MS) -> ReportSource:
    return ReportSource(store, OneGuide(), now_ms)


def _query(store: EventStore, now_ms: int = NOW + HOUR_MS, guide: str = "first", **arguments: str) -> ReportQuery:
    return read_query(ENVIRONMENT, guide, arguments, store, now_ms)


# Newcombe 1998, Statistics in Medicine 17:857, table I (score method), and 17:873, table II (method 10)
@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_have_the_published_intervals(count: int, n: int, low: float, high: float) -> None:
    # covers R3
    assert wilson(count, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((5, 56), (0, 29), -0.0381, 0.1926)],
)
def test_differences_have_the_published_intervals(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    # covers R3
    found = difference(*other, *one)
    assert (found["low"], found["high"]) == pytest.approx((low, high), abs=6e-4)
    assert found["apart"] == (not low <= 0 <= high)


def test_a_share_of_nothing_is_no_share() -> None:
    assert rate(0, 0) == {"n": 0, "count": 0, "share": None, "low": None, "high": None, "few": True}
    assert rate(30, 30)["few"] is False
    assert difference(0, 0, 1, 2)["difference"] is None


@given(st.lists(st.integers(100, 2_000_000), min_size=1, max_size=200), st.sampled_from([0.5, 0.9]))
def test_a_time_from_buckets_is_within_the_stated_error(times: list[int], share: float) -> None:
    counts: dict[int, int] = {}
    for ms in times:
        counts[bucket(ms)] = counts.get(bucket(ms), 0) + 1
    exact = sorted(times)[max(0, -int(-share * len(times) // 1) - 1)]
    told = quantile_ms(counts, share)
    assert told is not None
    assert abs(told - exact) <= TIME_ERROR * exact * 1.000001
    assert quantile_ms({}, share) is None


def _crowd(store: EventStore) -> None:
    """Forty runs of version 1, of which a quarter is closed at b; twenty of version 2, of which none is."""
    for number in range(60):
        version = 1 if number < 40 else 2
        moves = CLOSED_AT_B if version == 1 and number % 4 == 0 else FINISHED
        at = NOW + number * MINUTE_MS // 2
        said = context(
            language="ko" if number % 2 else "en", device="phone" if number % 3 else "desktop", automated=number == 0
        )
        segments = ["trial"] if number % 5 == 0 else []
        events = [
            *run_events(at, *moves, version=version, segments=segments),
            *([track("paid", at)] if number % 2 else []),
        ]
        store.append([batch(events, at + 20_000, f"u{number}", said=said)], at + 20_000)


def test_a_funnel_adds_up_and_says_how_sure_it_is(tmp_path: Path) -> None:
    # covers R3
    store = collecting.open_store(tmp_path)
    _crowd(store)
    told = reports.funnel(_source(store), _query(store, version="1"))
    assert (told["attempts"], told["runs"], told["few"], told["automated"]) == (40, 40, None, 1)
    assert told["ended"] == {"completed": 30, "dismissed": 10, "abandoned": 0, "failed": 0, "superseded": 0}
    assert told["completion"] == {"n": 40, "count": 30, "share": 0.75, "low": 0.598, "high": 0.858, "few": False}
    step = told["steps"][1]
    assert (step["reached"], step["passed"], step["ended_here"]["dismissed"]) == (40, 30, 10)
    assert step["drop_off"]["share"] == 0.25
    assert step["time_s"]["n"] == 30
    assert step["time_s"]["median"] == pytest.approx(3.0, rel=TIME_ERROR)
    assert told["goal"]["n"] == 0
    assert sum(day["runs"] for day in told["days"]) == 40
    while store.settle(NOW + 9 * DAY_MS):
        pass
    later = reports.funnel(_source(store, NOW + 9 * DAY_MS), _query(store, NOW + 9 * DAY_MS, version="1"))
    assert (later["goal"]["n"], later["goal"]["count"]) == (40, 0)  # `paid` came before the first step was visible


FILTERS: list[tuple[dict[str, str], int]] = [
    ({"language": "ko"}, 30),
    ({"device": "phone"}, 40),
    ({"segment": "trial"}, 12),
    ({"automated": "yes"}, 1),
    ({"automated": "no"}, 59),
    ({"language": "ko", "device": "phone"}, 20),
    ({"language": "en", "device": "desktop", "segment": "trial"}, 2),
    ({"unit": "visitors"}, 60),
    ({"mark": "walk"}, 0),
    ({"language": "tlh"}, 0),
    ({"from": "2027-01-16"}, 0),
]


@pytest.mark.parametrize(("arguments", "runs"), FILTERS, ids=[" ".join(row[0].values()) for row in FILTERS])
def test_filters_count_the_runs_that_have_it(tmp_path: Path, arguments: dict[str, str], runs: int) -> None:
    # covers R3
    store = collecting.open_store(tmp_path)
    _crowd(store)
    if "from" in arguments:
        arguments = {**arguments, "to": "2027-01-20"}
    told = reports.funnel(_source(store), _query(store, version="all", **arguments))
    assert told["runs"] == runs
    assert sum(told["ended"].values()) == runs
    query = _query(store, version="all", **{name: value for name, value in arguments.items() if name != "unit"})
    if "unit" not in arguments:
        assert len(reports.run_list(_source(store), query, Which(), limit=100)["items"]) == runs


def test_two_versions_stand_side_by_side_with_their_difference(tmp_path: Path) -> None:
    # covers R3
    store = collecting.open_store(tmp_path)
    _crowd(store)
    told = reports.compare(_source(store), _query(store), (1, 2))
    assert told["differences"]["completion"] == {
        "difference": 0.25,
        "low": 0.056,
        "high": 0.402,
        "apart": True,
        "few": True,
    }
    assert [step["step"] for step in told["differences"]["steps"]] == ["a", "b", "c"]
    assert told["comparisons"] == 4
    assert "4 comparisons" in told["note"]


def test_a_branching_guide_shows_its_paths(tmp_path: Path) -> None:
    # covers R4
    store = collecting.open_store(tmp_path)
    straight, branch = ("show a", "pass a", "show b", "pass b", "show c"), ("show a", "pass a button", "show c")
    back = ("show a", "pass a", "show b", "back b", "show a", "pass a", "show b")
    for moves, times in ((straight, 3), (branch, 2), (back, 1)):
        for _ in range(times):
            store.append([batch(run_events(NOW, *moves), NOW + 20_000, collecting.uid())], NOW + 20_000)
    told = reports.paths(_source(store, NOW + MINUTE_MS), _query(store, NOW + MINUTE_MS))
    assert told["edges"] == [
        {"from": "a", "to": "b", "runs": 4, "back": False},
        {"from": "a", "to": "c", "runs": 2, "back": False},
        {"from": "b", "to": "c", "runs": 3, "back": False},
        {"from": "b", "to": "a", "runs": 1, "back": True},
    ]


def test_endings_and_health_say_why_and_since_when(tmp_path: Path) -> None:
    # covers R3 L3
    store = collecting.open_store(tmp_path)
    for days, moves in (
        (3, FINISHED),
        (2, ("show a", "pass a", "miss b covered", "end failed b covered")),
        (1, ("miss a not_found", "end failed a not_found")),
    ):
        at = NOW - days * DAY_MS
        store.append([batch(run_events(at, *moves), at + 20_000)], at + 20_000)
    items = reports.endings(_source(store), _query(store))["items"]
    assert {(item["step"], item["state"], item["by"], item["n"]) for item in items} == {
        ("a", "failed_attempt", "not_found", 1),
        ("b", "failed", "covered", 1),
        ("c", "completed", "next", 1),
    }
    health = {(item["day"], item["step"]): item for item in reports.health(_source(store), _query(store))["items"]}
    assert health["2027-01-12", "b"]["exact"] == 1
    assert health["2027-01-13", "b"] == {
        "day": "2027-01-13", "step": "b", "n": 1, "exact": 0, "healed": 0, "missing": {"covered": 1},
        "found": rate(0, 1), "confidence": None,
    }  # fmt: skip
    assert health["2027-01-14", "a"]["missing"] == {"not_found": 1}


def test_health_says_since_when_a_step_is_healed_and_what_no_longer_agrees(tmp_path: Path) -> None:
    # covers L3
    store = collecting.open_store(tmp_path)
    healed = {"match": "healed", "confidence": 0.9, "missed": ["name", "id"], "signals": ["role", "path"]}
    for days, heals, runs in ((4, 0, 3), (3, 1, 4), (2, 0, 2), (1, 1, 4), (0, 2, 3)):
        for number in range(runs):
            at = NOW - days * DAY_MS - 40_000
            events = run_events(at, *FINISHED)
            for one in events:
                if number < heals and one["type"] == "step_shown" and one["step"] == "b":
                    one["data"] = healed
            store.append([batch(events, at + 20_000, collecting.uid())], at + 20_000)
    (drift,) = reports.health(_source(store), _query(store))["drifts"]
    assert drift == {
        "step": "b", "since": "2027-01-14", "healed": rate(3, 7), "read": 4,
        "missed": ["name", "id"], "agreed": ["role", "path"],
    }  # fmt: skip
    (line,) = overviews.overview(_source(store), _query(store))["items"]
    assert line["healed"] == rate(4, 3 * 16)
    asked = (_source(store), _query(store))
    assert overviews.healed(*asked, {line["guide"]: line["version"], "other": 1}) == {line["guide"]: rate(4, 3 * 16)}
    assert overviews.healed(*asked, {line["guide"]: 7}) == {}


def test_guides_are_put_in_order_by_the_same_numbers_that_their_lines_tell(tmp_path: Path) -> None:
    # covers R1
    store = collecting.open_store(tmp_path)
    _crowd(store)
    at = NOW - 60_000
    for guide, moves in (("other", ("show a", "end failed a not_found")), ("third", FINISHED)):
        store.append([batch(run_events(at, *moves, guide=guide), at + 5_000, collecting.uid())], at + 5_000)
    source, query = _source(store), _query(store)
    found = overviews.attempted(source, query)
    assert {one.guide for one in found} == {"first", "other", "third"}
    assert [one.runs for one in found] == sorted((one.runs for one in found), reverse=True)
    counted = {(one.guide, one.version): one for one in overviews.counted(source, query)}
    assert len(found) == len(counted)
    for one in found:
        whole = counted[one.guide, one.version]
        broken = whole.counts["failed"] + whole.counts["failed_attempts"]
        assert (one.attempts, one.runs, one.broken) == (whole.counts["attempts"], whole.runs, broken)
    assert next(one for one in found if one.guide == "other").broken == 1
    told = overviews.told(source, query, found[-2:])
    assert told == [counted[one.guide, one.version].told() for one in found[-2:]]


def test_an_overview_counts_the_mark_that_it_is_asked_for(tmp_path: Path) -> None:
    # covers R1
    store = collecting.open_store(tmp_path)
    at = NOW - 60_000
    for guide, mark, runs in (("first", None, 1), ("first", "simulated", 3), ("other", "simulated", 2)):
        for _ in range(runs):
            said = collecting.context(mark=mark) if mark else None
            store.append([batch(run_events(at, *FINISHED, guide=guide), at + 5_000, collecting.uid(), said=said)], NOW)
    source = _source(store)

    def lines(**asked: str) -> dict[str, tuple[int, int]]:
        told = overviews.overview(source, _query(store, **asked))
        return {line["guide"]: (line["runs"], line["healed"]["n"]) for line in told["items"]}

    looked_up = lines()["first"][1]
    assert looked_up
    assert lines() == {"first": (1, looked_up)}
    assert lines(mark="simulated") == {"first": (3, 3 * looked_up), "other": (2, 2 * looked_up)}


def test_a_run_list_pages_and_leads_to_timelines(tmp_path: Path) -> None:
    # covers R5
    store = collecting.open_store(tmp_path)
    _crowd(store)
    source, query = _source(store), _query(store, version="1")
    listed: list[str] = []
    cursor: int | None = None
    while True:
        page = reports.run_list(source, query, Which("b", "dismissed"), limit=4, before=cursor)
        listed += [run["run"] for run in page["items"]]
        if page["next"] is None:
            break
        cursor = int(page["next"])
    assert len(listed) == len(set(listed)) == 10
    assert len(reports.run_list(source, query, Which("c"), limit=100)["items"]) == 30
    assert len(reports.run_list(source, query, Which(visitor="u7"), limit=100)["items"]) == 1
    told = reports.timeline(source, ENVIRONMENT, listed[0])
    assert told is not None
    assert (told["state"], told["by"], told["end_step"]) == ("dismissed", "close", "b")
    assert [event["type"] for event in told["events"]][:2] == ["run_requested", "step_shown"]
    assert {event["counted"] for event in told["events"]} == {"yes"}
    assert reports.timeline(source, ENVIRONMENT, "nonsense") is None


# covers R3
def test_a_day_with_attempts_alone_is_no_day_of_runs(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    events = run_events(NOW - 60_000, "miss a hidden", "end failed a hidden")
    store.append([batch(events, NOW, collecting.uid())], NOW)
    told = reports.funnel(_source(store), _query(store, version="1"))
    assert (told["failed_attempts"], told["runs"], told["days"]) == (1, 0, [])


# covers R5
def test_every_figure_of_a_funnel_leads_to_as_many_runs(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    _crowd(store)
    ways = [
        ("show a", "pass a", "miss b hidden", "skip b", "show c"),
        ("show a", "pass a", "show b", "back b", "show a", "pass a", "show b"),
        ("miss a hidden", "end failed a hidden"),
        ("show a", "miss b covered", "end failed b covered"),
        (),
    ]
    for number, moves in enumerate(ways):
        store.append([batch(run_events(NOW, *moves), NOW + 20_000, f"u{number}")], NOW + 20_000)
    source, at = _source(store, NOW + 40 * MINUTE_MS), NOW + 40 * MINUTE_MS
    for unit in ("runs", "visitors"):
        query = _query(store, at, version="1", unit=unit)

        def count(query: ReportQuery = query, **which: Any) -> int:
            return len(reports.run_list(source, query, Which(**which), limit=500)["items"])

        told = reports.funnel(source, query)
        assert count(state="run") == told["runs"]
        assert count() == told["attempts"]
        assert {state: count(state=state) for state in told["ended"]} == told["ended"]
        assert count(state="failed_attempt") == told["failed_attempts"]
        assert count(goal=True) == told["goal"]["count"]
        for step in told["steps"]:
            name = step["step"]
            assert count(step=name) == step["reached"]
            assert {did: count(step=name, did=did) for did in ("passed", "skipped")} == {
                did: step[did] for did in ("passed", "skipped")
            }
            for state, n in step["ended_here"].items():
                before_shown = step["failed_before_shown"] if state == "failed" else 0
                assert count(step=name, state=state) == n + before_shown
        for edge in reports.paths(source, query)["edges"]:
            did = "back" if edge["back"] else None
            assert count(step=edge["from"], next=edge["to"], did=did) == edge["runs"]
        for end in reports.endings(source, query)["items"]:
            assert count(step=end["step"], state=end["state"], by=end["by"]) == end["n"]
    query = _query(store, at, version="1")
    assert len(reports.run_list(source, query, Which("b", did="hidden"))["items"]) == 1
    store.close()


def test_csv_holds_the_same_figures_and_no_formula(tmp_path: Path) -> None:
    # covers R7 S2
    store = collecting.open_store(tmp_path)
    _crowd(store)
    store.append([batch(run_events(NOW, *FINISHED), NOW + 20_000, '=HYPERLINK("evil")')], NOW + 20_000)
    told = reports.funnel(_source(store), _query(store, version="1"))
    rows = list(csv.DictReader(io.StringIO(as_csv(told))))
    assert [int(row["reached"]) for row in rows] == [step["reached"] for step in told["steps"]]
    assert float(rows[1]["drop_off.share"]) == told["steps"][1]["drop_off"]["share"]
    visitors = [
        row["visitor"]
        for row in csv.DictReader(
            io.StringIO(as_csv(reports.run_list(_source(store), _query(store, version="1"), Which())))
        )
    ]
    assert '\'=HYPERLINK("evil")' in visitors


def test_a_question_that_makes_no_sense_is_refused_whole(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    with pytest.raises(BadQuery) as refused:
        _query(store, version="x", to="never", unit="people")
    assert {problem.pointer for problem in refused.value.problems} == {"/version", "/to", "/unit"}
    assert all(problem.mend for problem in refused.value.problems)


def test_medians_from_many_runs_are_those_of_a_sorted_list(tmp_path: Path) -> None:
    store = collecting.open_store(tmp_path)
    chance = random.Random(3)
    times = [round(chance.lognormvariate(8, 1)) for _ in range(120)]
    batches: list[Any] = []
    for ms in times:
        batches.append(
            batch(run_events(NOW, "show a", f"left a {ms}", "pass a", "show b"), NOW + 9000, collecting.uid())
        )
    store.append(batches, NOW + 9000)
    told = reports.funnel(_source(store), _query(store, version="1"))["steps"][0]["time_s"]
    assert told["n"] == 120
    assert told["median"] * 1000 == pytest.approx(statistics.median_low(times), rel=TIME_ERROR + 0.005)
    assert told["p90"] * 1000 == pytest.approx(sorted(times)[107], rel=TIME_ERROR + 0.005)


class _Hint:
    """Facts of a hotspot of one step."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def version(self, environment_id: int, guide_key: str, number: int) -> VersionFacts | None:
        return VersionFacts(self._kind, ("dot",))


# covers R3 R7
@pytest.mark.parametrize(("kind", "opens"), [("tooltip", True), ("hotspot", True), ("banner", False)])
def test_what_waits_to_be_opened_tells_shown_opened_acted_and_closed(tmp_path: Path, kind: str, opens: bool) -> None:
    store = collecting.open_store(tmp_path)
    ways = [
        ("show dot",),
        ("show dot", "open dot", "open dot"),
        ("show dot", "open dot", "act dot"),
        ("show dot", "open dot", "end dismissed dot close"),
        (),
    ]
    for number, moves in enumerate(ways * 10):
        one = run_events(NOW, *moves, guide="hint")
        store.append([batch(one, NOW + 20_000, f"u{number}")], NOW + 20_000)
    source = ReportSource(store, _Hint(kind), NOW + MINUTE_MS)
    told = reports.funnel(source, _query(store, NOW + MINUTE_MS, guide="hint"))
    (step,) = told["steps"]
    assert (told["attempts"], told["runs"], step["reached"], step["drop_off"]) == (50, 40, 40, None)
    assert step["opened"] == (rate(30, 40) if opens else None)
    assert (step["acted"], step["closed"]) == (rate(10, 40), rate(10, 40))
    compared = reports.compare(source, _query(store, NOW + MINUTE_MS, guide="hint"), (1, 2))
    assert set(compared["differences"]["steps"][0]) == {"step", "acted", "closed", *(["opened"] if opens else [])}
    assert ("opened.count" in reports.as_csv(told).splitlines()[0]) == opens
    store.close()
