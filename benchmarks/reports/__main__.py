"""Time of reports, of bulk import and of an intake request as the number of events grows; and bytes per event.

    .venv/bin/python -m benchmarks.reports [--sizes 100000,1000000] [--folder DIR]

20 guides of five steps, 30 days, six languages, three devices, four segments, for each size a new store.
Limits: funnel of one guide over 30 days at the largest size at most 1.5 times its time at the smallest plus 2 ms,
and at most 20 ms; overview of all guides 200 ms; a combination of three filters 500 ms (at a million runs);
import 20,000 events a second; an intake request 1.5 times as much CPU at the largest size as at a tenth of it;
200 bytes per event. Times are of the CPU, which a shared machine does not stretch; the work is one thread's and
reads from memory, so that on a machine of its own the clock says the same, but for an import's waits for the disk.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from handrail_cms import overviews, reports
from handrail_cms.report_query import ReportQuery
from handrail_cms.storage.events import Batch, EventStore, VersionFacts, open_event_store
from handrail_cms.storage.records import Environment

NOW = 1_800_000_000_000
DAY_MS = 86_400_000
GUIDES, DAYS, STEPS = 20, 30, ("welcome", "open-form", "fill", "send", "done")
LANGUAGES, DEVICES = ("en", "ko", "de", "fr", "es", "ja"), ("desktop", "desktop", "phone", "tablet")
SEGMENTS = ("trial", "admins", "new", "enterprise")
AT_ONCE = 100_000
EVENTS_OF_A_RUN = 12.24


class Facts:
    """Twenty tours with a goal."""

    def version(self, environment_id: int, guide_key: str, number: int) -> VersionFacts:
        return VersionFacts("tour", STEPS, "paid", 7 * DAY_MS, DAY_MS, "0" * 64)


def main() -> int:
    """Fill the store to each size, measure, and return 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[100_000, 1_000_000]
    )
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    measured: list[dict[str, float]] = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            store = open_event_store(Path(folder) / "events.db", Facts())
            measured.append(_measure(store, _events(random.Random(7), size), size))
            store.close()
    return 0 if _judge(measured) else 1


def _events(chance: random.Random, size: int) -> Iterator[dict[str, Any]]:
    """Give events as an export has them: run after run, in order of time, of visitors who come back three times."""
    number = 0
    while True:
        number += 1
        at = NOW - 31 * DAY_MS + round(number * DAYS * DAY_MS * EVENTS_OF_A_RUN / size)
        visitor, session = f"user-{number // 3}", str(uuid.UUID(int=number << 64 | 7 << 76))
        head = {
            "visitor": visitor, "anonymous": False, "account": None, "standing": "verified", "session": session,
            "release": 3, "build": "1.0.0", "language": chance.choice(LANGUAGES), "device": chance.choice(DEVICES),
            "automated": False, "mark": None, "sent_at": at + 60_000, "received_at": at + 60_000,
        }  # fmt: skip
        run = {"run": _id(at, number, 0), "guide": f"guide-{number % GUIDES}", "version": 1, "page": "/invoices"}
        last = len(STEPS) if chance.random() < 0.5 else chance.randrange(1, len(STEPS))
        segments = [segment for segment in SEGMENTS if chance.random() < 0.3]
        events = [{"type": "run_requested", "step": None, "data": {"segments": segments}}]
        for step in STEPS[:last]:
            events.append({"type": "step_shown", "step": step, "data": {"match": "exact", "confidence": 1.0}})
            if step != STEPS[last - 1] or last == len(STEPS):
                events.append(
                    {"type": "step_left", "step": step, "data": {"visible_ms": round(chance.lognormvariate(8.5, 1))}}
                )
                events.append({"type": "step_passed", "step": step, "data": {"by": "next"}})
        state = "completed" if last == len(STEPS) else "dismissed"
        events.append({"type": "run_ended", "step": STEPS[last - 1], "data": {"state": state, "by": "next"}})
        for seq, event in enumerate(events):
            yield {**head, **run, **event, "id": _id(at, number, seq + 1), "client_at": at + 1000 * seq, "seq": seq}
        if chance.random() < 0.1:
            yield {
                **head,
                "id": _id(at, number, 99),
                "type": "track",
                "client_at": at + 30_000,
                "data": {"name": "paid"},
            }


def _id(at: int, number: int, seq: int) -> str:
    text = f"{at:012x}7{seq:03x}8{number:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _measure(store: EventStore, source: Iterator[dict[str, Any]], size: int) -> dict[str, float]:
    """Fill the store up to a size, and time everything at it."""
    spent_s, stored = 0.0, store.size()["events"]
    before = stored
    while stored < size:
        part = [next(source) for _ in range(min(AT_ONCE, size - stored))]
        began = time.process_time()
        taken = store.import_events(1, "UTC", part, NOW)
        spent_s += time.process_time() - began
        assert not taken.refused, taken
        stored += len(part)
    while store.settle(NOW):
        pass
    found = store.size()
    environment = Environment(1, 1, "production", "Production", "pk", [], "UTC", {}, False, 1, 0)
    today = NOW // DAY_MS + 719_163
    plain = ReportQuery(environment, "guide-7", 1, today - 31, today + 1)
    source_now = reports.ReportSource(store, Facts(), NOW)
    combined = ReportQuery(
        environment, "guide-7", 1, today - 31, today + 1, language="ko", device="desktop", segment="trial"
    )
    told = {
        "events": size,
        "runs": found["runs"],
        "import_per_s": (size - before) / spent_s,
        "bytes_per_event": found["bytes"] / found["events"],
        "funnel_ms": _ms(lambda: reports.funnel(source_now, plain)),
        "overview_ms": _ms(lambda: overviews.overview(source_now, plain)),
        "three_filters_ms": _ms(lambda: reports.funnel(source_now, combined), 5),
        "intake_us": _intake_us(store, size),
    }
    print(f"{size:>11,} events, {told['runs']:,} runs: import {told['import_per_s']:,.0f}/s, "
          f"{told['bytes_per_event']:.0f} bytes/event, funnel {told['funnel_ms']:.1f} ms, "
          f"overview {told['overview_ms']:.1f} ms, three filters {told['three_filters_ms']:.0f} ms, "
          f"intake {told['intake_us']:.0f} µs CPU a batch of 10", flush=True)  # fmt: skip
    return told


def _ms(ask: Callable[[], Any], times: int = 30) -> float:
    ask()
    spent: list[float] = []
    for _ in range(times):
        began = time.process_time()
        ask()
        spent.append(time.process_time() - began)
    return statistics.median(spent) * 1000


def _intake_us(store: EventStore, size: int) -> float:
    """Return the CPU of storing one batch of ten events, in transactions of eight batches, each of a new visitor."""
    chance = random.Random(size)
    batches: list[Batch] = []
    for number in range(800):
        run = {"run": _id(NOW, size + number, 0), "guide": f"guide-{chance.randrange(GUIDES)}", "version": 1}
        kinds: list[dict[str, Any]] = [{"type": "run_requested"}]
        for step in STEPS[:3]:
            kinds += [{"type": "step_shown", "step": step},
                      {"type": "step_left", "step": step, "data": {"visible_ms": 900}},
                      {"type": "step_passed", "step": step, "data": {"by": "next"}}]  # fmt: skip
        events = [
            {**run, **kind, "id": _id(NOW, size + number, seq + 1), "at": NOW, "seq": seq}
            for seq, kind in enumerate(kinds)
        ]
        said = {"session": str(uuid.uuid4()), "release": 3, "build": "1", "language": "en", "device": "phone"}
        batches.append(Batch(1, "UTC", f"new-{size}-{number}", True, None, "anonymous", said, NOW, NOW, events))
    began = time.process_time()
    for start in range(0, len(batches), 8):
        store.append(batches[start : start + 8], NOW)
    return (time.process_time() - began) / len(batches) * 1e6


def _judge(measured: list[dict[str, float]]) -> bool:
    first, last = measured[0], measured[-1]
    kept = {
        "funnel ≤ 1.5 × the smallest + 2 ms": last["funnel_ms"] <= 1.5 * first["funnel_ms"] + 2,
        "funnel ≤ 20 ms": last["funnel_ms"] <= 20,
        "overview ≤ 200 ms": last["overview_ms"] <= 200,
        "three filters ≤ 500 ms": last["three_filters_ms"] <= 500,
        "import ≥ 20,000/s": min(one["import_per_s"] for one in measured) >= 20_000,
        "intake ≤ 1.5 × a tenth of the events": last["intake_us"]
        <= 1.5 * measured[max(0, len(measured) - 2)]["intake_us"],
        "≤ 200 bytes per event": last["bytes_per_event"] <= 200,
    }
    for limit, held in kept.items():
        print(f"{'kept  ' if held else 'MISSED'} {limit}")
    return all(kept.values())


if __name__ == "__main__":
    sys.exit(main())
