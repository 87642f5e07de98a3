"""How long walks take, on Ledger: the bars of the walker.

    python benchmarks/walk/speed.py [--repeats 50]

A five-step guide, quick and thorough, medians of 7; a matrix of 20 guides × 2 languages × 2 viewports with two workers;
and repeated quick runs of the example set in one language and viewport, in which nothing may flake.
"""

from __future__ import annotations

import argparse
import copy
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handrail_guides.walk.cases import VIEWPORTS, Ask, Bundle, cases
from handrail_guides.walk.runner import Job, Walker, run
from handrail_guides.walk.sources import from_folder
from handrail_guides.walk.stage import Setup
from handrail_guides.walk.widget import built_widget

EXAMPLES = Path(__file__).parents[2] / "examples"
RUNS = 7
LIMITS_S = {"quick": 6.0, "thorough": 15.0}
MATRIX_LIMIT_S = 240.0


@contextmanager
def ledger() -> Iterator[str]:
    """Run the example application without a server of Handrail's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--log-level", "error",
               "--port", str(port), "ledger.app:create_app"]  # fmt: skip
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(EXAMPLES)})
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def five_steps(bundle: Bundle) -> Bundle:
    """The first five steps of the tour into the frame and the dialog."""
    guide = copy.deepcopy(next(one for one in bundle.guides if one["key"] == "inside-an-invoice"))
    guide["steps"] = guide["steps"][:5]
    guide.pop("translations")
    return Bundle([guide], bundle.segments, bundle.themes)


def many(bundle: Bundle) -> Bundle:
    """Twenty guides: the example's eight, over and over under other keys."""
    made = [copy.deepcopy(bundle.guides[n % len(bundle.guides)]) | {"key": f"guide-{n}"} for n in range(20)]
    return Bundle(made, bundle.segments, bundle.themes)


def measure_five(base: str, bundle: Bundle) -> bool:
    fine = True
    one = five_steps(bundle)
    for profile, limit in LIMITS_S.items():
        with Walker(Job(Setup(built_widget(), one, base), pictures=True)) as walker:
            case = next(cases(one, Ask(languages=["en"], profile=profile)))  # type: ignore[arg-type]
            walks = [(walker.walk(case), time.perf_counter()) for _ in range(RUNS)]
        seconds = [walk.ms / 1000 for walk, _ in walks]
        middle = statistics.median(seconds)
        fine &= middle <= limit
        print(f"five steps, {profile}: median {middle:.2f} s, "
            f"{min(seconds):.2f} to {max(seconds):.2f}, limit {limit} s, "
              f"states {sorted({walk.state for walk, _ in walks})}")  # fmt: skip
    return fine


def measure_matrix(base: str, bundle: Bundle) -> bool:
    everything = many(bundle)
    todo = list(cases(everything, Ask(languages=["en", "ko"], viewports=[VIEWPORTS["desktop"], VIEWPORTS["phone"]])))
    began = time.perf_counter()
    walks = list(run(Job(Setup(built_widget(), everything, base), pictures=False), todo, workers=2))
    seconds = time.perf_counter() - began
    states = {state: sum(walk.state == state for walk in walks) for state in ("passed", "failed", "not_tried")}
    print(f"20 guides x 2 languages x 2 viewports ({len(walks)} walks), quick, two workers: {seconds:.0f} s, "
          f"limit {MATRIX_LIMIT_S:.0f} s, {states}")  # fmt: skip
    for walk in walks:
        for finding in walk.all():
            if finding.counts:
                print(f"    {walk.id} {finding.sentence()}")
    return seconds <= MATRIX_LIMIT_S


def measure_flakes(base: str, bundle: Bundle, repeats: int) -> bool:
    todo = list(cases(bundle, Ask(languages=["en"])))
    began, odd = time.perf_counter(), 0
    walks = run(Job(Setup(built_widget(), bundle, base), pictures=False), todo * repeats, workers=2)
    for done, walk in enumerate(walks, 1):
        told = [finding.sentence() for finding in walk.all()] + ([walk.reason] if walk.reason else [])
        odd += bool(told)
        for line in told:
            print(f"    walk {done}: {walk.id} {line}", flush=True)
        if done % len(todo) == 0:
            print(
                f"    {done // len(todo)} of {repeats} runs, {odd} odd, {time.perf_counter() - began:.0f} s", flush=True
            )
    print(f"{repeats} runs of {len(todo)} walks: {odd} odd results, {time.perf_counter() - began:.0f} s")
    return not odd


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--only", choices=("five", "matrix", "flakes"), help="flakes are measured by --repeats alone")
    given = parser.parse_args()
    bundle, _ = from_folder(EXAMPLES / "ledger")
    fine = True
    with ledger() as base:
        if given.only in (None, "five"):
            fine &= measure_five(base, bundle)
        if given.only in (None, "matrix"):
            fine &= measure_matrix(base, bundle)
        if given.repeats:
            fine &= measure_flakes(base, bundle, given.repeats)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
