"""Usability tasks on Ledger: what sessions measure and what a report says."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from handrail_guides.walk.sessions import fold, in_tone
from handrail_guides.walk.tasks import Session, as_text, read_task, report
from handrail_guides.walk.widget import WalkerNotReady

from tests.demo import HANDRAIL, Demo

LEDGER = Path(__file__).parents[2] / "examples" / "ledger"
TASK = LEDGER / "tasks" / "send-invoice.json"


def session(**values: object) -> Session:
    return Session("send-invoice", "p", "1.4.0", "first-invoice", 3, **values)  # type: ignore[arg-type]


def click(
    right: bool | None = None, *, control: bool = True, guide: bool = False, action: str = "", step: str = ""
) -> dict[str, object]:
    return {"kind": "click", "inGuide": guide, "action": action, "control": control, "right": right, "step": step}


def test_a_session_is_folded_from_what_its_pages_told() -> None:
    told = [
        (0.5, {"kind": "step", "step": "start"}),
        (2.0, click(right=False, step="start")),
        (3.0, click(right=True, step="start")),
        (3.1, {"kind": "step", "step": "amount"}),
        (4.0, click(control=False, right=False, step="amount")),
        (5.0, click(guide=True, action="back", step="amount")),
        (5.1, {"kind": "step", "step": "start"}),
        (6.0, {"kind": "error"}),
    ]
    made = session(seconds=8.0)
    fold(made, told, failed_loads=1)
    assert made.first_click_right is False
    assert (made.wrong_clicks, made.errors, made.back_steps) == (2, 2, 1)
    assert made.steps == {"start": pytest.approx(2.6 + 2.9), "amount": pytest.approx(2.0)}
    assert made.wrong_clicks_by_step == {"start": 1, "amount": 1}


def test_a_report_groups_by_build_and_stands_beside_production() -> None:
    task = read_task(TASK)
    sessions = [session(success=True, seconds=20.0, steps={"amount": 4.0}, seq=6, sus=[4, 2] * 5),
                session(success=False, seconds=60.0, steps={"amount": 9.0})]  # fmt: skip
    step = {"step": "amount", "time_s": {"n": 100, "median": 16.2, "p90": 40.0}, "drop_off": {}}
    told = report(task, sessions, {"version": 3, "runs": 120, "completion": {}, "steps": [step]})
    group = told["groups"][0]
    assert group["success"]["value"] == 0.5
    assert group["time_s"]["value"] == pytest.approx(20.0)
    assert group["sus"]["value"] == 75.0
    assert told["production"]["steps"][0]["step"] == group["steps"][0]["step"]
    assert "in production 16.2 s" in as_text(told)


def test_the_tone_of_a_task_chooses_the_texts() -> None:
    guide = json.loads((LEDGER / "guides" / "first-invoice.json").read_text())
    last = in_tone(guide, "celebrating")["steps"][-1]
    assert last["title"].startswith("Sent!")
    assert in_tone(guide, "neutral")["steps"][-1]["title"] == guide["steps"][-1]["title"]


@pytest.mark.parametrize(("text", "told"), [("{", "is not JSON"), ('{"format": 1}', "'goal' is a required property")])
def test_a_task_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "task.json").write_text(text)
    with pytest.raises(WalkerNotReady, match=told):
        read_task(tmp_path / "task.json")


# covers Q5
@pytest.mark.browser
def test_a_scripted_participant_is_measured_on_the_real_application(demo: Demo) -> None:
    command = [HANDRAIL, "check", demo.host, "--guides", str(LEDGER), "--task", str(TASK), "--sessions", "2", "--json"]
    command += ["--by", "ledger.participant:act"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=LEDGER.parent, env=os.environ, check=False)
    assert told.returncode == 0, told.stderr
    group = json.loads(told.stdout)["groups"][0]
    assert group["success"] == {"n": 2, "value": 1.0, "low": pytest.approx(0.29, abs=0.02), "high": 1.0}
    assert group["first_click"]["value"] == 1.0
    assert group["wrong_clicks"]["total"] == 2
    assert [step["step"] for step in group["steps"]][:3] == ["start-here", "customer", "amount"]
