"""The demo's crowd: decided first, sent afterwards, and counted by the report exactly as decided."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from handrail_cms.crowd import Habit, outcome, plan, read_habits

from tests.demo import HANDRAIL, Demo, running_demo

LEDGER = Path(__file__).parents[1] / "examples" / "ledger"
NOW = 1_800_000_000_000
GUIDES = {path.stem: json.loads(path.read_text()) for path in (LEDGER / "guides").glob("*.json")}
HABITS = read_habits((LEDGER / "crowd.json").read_text())


def test_the_same_seed_decides_the_same_and_nobody_is_still_under_way() -> None:
    visits = plan(HABITS, GUIDES, 100, NOW)
    assert visits == plan(HABITS, GUIDES, 100, NOW)
    assert visits != plan(HABITS, GUIDES, 100, NOW, seed=8)
    assert max(visit.started_ms + sum(ms for _, ms in visit.steps) for visit in visits) < NOW - 30 * 60_000


def test_habits_name_steps_that_the_guides_have() -> None:
    for key, habit in HABITS.items():
        known = {step["id"] for step in GUIDES[key]["steps"]}
        assert set(habit.leave) | set(habit.seconds) | set(habit.branches) <= known


def test_what_a_plan_comes_to_is_counted_as_a_report_counts() -> None:
    everybody = Habit(1.0, {"b": {"failed": 1.0}}, {}, {})
    guide = {"g": {"steps": [{"id": "a"}, {"id": "b"}]}}
    told = outcome(plan({"g": everybody}, guide, 10, NOW), "g")
    assert (told["runs"], told["ended"], told["reached"]) == (10, {"failed": 10}, {"a": 10})
    first = Habit(1.0, {"a": {"failed": 1.0}}, {}, {})
    assert outcome(plan({"g": first}, guide, 10, NOW), "g")["failed_attempts"] == 10


# covers R1
@pytest.mark.browser
def test_the_report_of_the_demo_says_exactly_what_the_crowd_did(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--crowd", "40") as demo:
        funnel = read_funnel(demo)
    visits = plan(HABITS, GUIDES, 40, 0)
    told = outcome(visits, "first-invoice")
    assert funnel["runs"] == told["runs"]
    assert {name: count for name, count in funnel["ended"].items() if count} == told["ended"]
    for step in funnel["steps"]:
        assert step["reached"] == told["reached"].get(step["step"], 0)
        ended = {name: count for name, count in step["ended_here"].items() if count}
        assert ended == told["ended_here"].get(step["step"], {})
    assert funnel["mark"] == "simulated"


def read_funnel(demo: Demo) -> dict[str, Any]:
    token = subprocess.run(
        [HANDRAIL, "token", "create", "--role", "viewer", "--data", str(demo.data)],
        capture_output=True, text=True, env=os.environ | demo.environment, check=True,
    ).stdout.strip()  # fmt: skip
    address = f"{demo.cms}/api/v1/guides/first-invoice/funnel?environment=production&mark=simulated"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.load(answer)
