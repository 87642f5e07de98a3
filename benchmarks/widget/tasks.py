"""Read a trace of Chromium: which tasks of the page's main thread were long, and whose script ran in them.

A task is what the page can't interrupt: one `RunTask` of the main thread, with script, style, layout and paint in it.
Lengths are CPU time of that thread (the throttle's own burning included), so that other programs count for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

CATEGORIES = ["-*", "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "v8.execute"]
TASK = "RunTask"
SCRIPTS = ("FunctionCall", "EvaluateScript", "v8.compile", "v8.compileModule", "v8.evaluateModule", "v8.run")


@dataclass(frozen=True)
class Task:
    """One task: milliseconds in all, and of them in which the script in question ran (style and layout it forced too)."""

    at: float
    length: float
    own: float


def _names(event: dict[str, Any], marker: str) -> bool:
    """Tell whether the event runs or compiles a script whose address has the marker in it."""
    data = event.get("args", {}).get("data", {})
    told = [data.get("url"), data.get("fileName"), event.get("args", {}).get("fileName")] if data else []
    return event["name"] in SCRIPTS and any(marker in str(address) for address in told if address)


def _main_thread(events: Iterable[dict[str, Any]], address: str) -> tuple[int, int]:
    """Return process and thread of the page at that address."""
    mains = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name" and "RendererMain" in e["args"]["name"]}
    for event in events:
        where = (event["pid"], event["tid"])
        if where in mains and event["name"] == "ParseHTML" and address in json.dumps(event.get("args", {})):
            return where
    raise ValueError(f"no page of {address} in the trace")


def _cpu(event: dict[str, Any]) -> float:
    """Return milliseconds of CPU time; short events carry none and count by the clock."""
    return event.get("tdur", event["dur"]) / 1000


def read_tasks(trace: bytes, address: str, marker: str) -> Iterator[Task]:
    """Yield the tasks of the page at `address`, with what scripts whose own address has `marker` in it had of them.

    Microtasks carry no address: they count as the script's, wherever it ran before.
    """
    events = json.loads(trace)["traceEvents"]
    thread = _main_thread(events, address)
    ours = [e for e in events if (e["pid"], e["tid"]) == thread and e.get("ph") == "X" and e.get("dur")]
    ours.sort(key=lambda event: event["ts"])
    place, ran = 0, False
    for task in (event for event in ours if event["name"] == TASK):
        end, own_end, own = task["ts"] + task["dur"], 0.0, 0.0
        while place < len(ours) and ours[place]["ts"] < end:
            event = ours[place]
            place += 1
            named = _names(event, marker)
            ran = ran or named
            if (named or (ran and event["name"] == "RunMicrotasks")) and event["ts"] >= max(task["ts"], own_end):
                own += _cpu(event)
                own_end = event["ts"] + event["dur"]
        yield Task(task["ts"] / 1000, _cpu(task), own)
