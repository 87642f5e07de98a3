"""Usability tasks: what a session measures, what a report says, which task files are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from handrail_guides.errors import GuideProblems
from handrail_guides.usability.report import as_text, report
from handrail_guides.usability.tasks import Session, fold, in_tone, read_task

LEDGER = Path(__file__).parents[1] / "examples" / "ledger"
TASK = LEDGER / "tasks" / "send-invoice.json"


def session(**values: object) -> Session:
    return Session("send-invoice", "p", "1.4.0", "first-invoice", 3, **values)  # type: ignore[arg-type]


def click(
    right: bool | None = None, *, control: bool = True, guide: bool = False, action: str = "", step: str = ""
) -> dict[str, object]:
    return {"kind": "click", "in_guide": guide, "action": action, "control": control, "right": right, "step": step}


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
        (6.5, {"kind": "error"}),
    ]
    made = session(seconds=8.0)
    fold(made, told)
    assert made.first_click_right is False
    assert (made.wrong_clicks, made.errors, made.back_steps) == (2, 2, 1)
    assert made.steps == {"start": pytest.approx(2.6 + 2.9), "amount": pytest.approx(2.0)}
    assert made.wrong_clicks_by_step == {"start": 1, "amount": 1}


def test_a_report_groups_by_build_and_stands_beside_production() -> None:
    task = read_task(TASK.read_text())
    sessions = [session(success=True, seconds=20.0, steps={"amount": 4.0}, seq=6, sus=[4, 2] * 5),
                session(success=False, seconds=60.0, steps={"amount": 9.0})]  # fmt: skip
    step = {"step": "amount", "time_s": {"n": 100, "median": 16.2, "p90": 40.0}, "drop_off": {}}
    funnel = {"version": 3, "runs": 120, "completion": {"n": 0}, "steps": [step]}
    told = report(task, sessions, {3: funnel})
    group = told["groups"][0]
    assert group["success"]["value"] == 0.5
    assert group["time_s"]["value"] == pytest.approx(20.0)
    assert group["sus"]["value"] == 75.0
    assert group["production"]["steps"][0]["step"] == group["steps"][0]["step"]
    assert "in production 16.2 s" in as_text(told)


def test_the_tone_of_a_task_chooses_the_texts() -> None:
    guide = json.loads((LEDGER / "guides" / "first-invoice.json").read_text())
    last = in_tone(guide, "celebrating")["steps"][-1]
    assert last["title"].startswith("Sent!")
    assert in_tone(guide, "neutral")["steps"][-1]["title"] == guide["steps"][-1]["title"]


@pytest.mark.parametrize(
    ("text", "line", "pointer"),
    [("{", 1, ""), ('{"format": 1,\n "gaol": "x"}', 2, "/gaol"), ('{"format": 1, "success": {}}', 1, "/success")],
)
def test_a_task_that_cannot_be_used_is_refused_with_its_place(text: str, line: int, pointer: str) -> None:
    with pytest.raises(GuideProblems) as caught:
        read_task(text, "task.json")
    assert (line, pointer) in [(problem.line, problem.pointer) for problem in caught.value.problems]
