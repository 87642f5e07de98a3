"""Usability tests on Ledger: by a script on files, by a script through a server's link, and by a person."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.demo import HANDRAIL, Demo

LEDGER = Path(__file__).parents[2] / "examples" / "ledger"
TASK = LEDGER / "tasks" / "send-invoice.json"
pytestmark = pytest.mark.browser


def handrail(*arguments: str) -> str:
    told = subprocess.run(
        [HANDRAIL, *arguments], capture_output=True, text=True, cwd=LEDGER.parent, env=os.environ, check=False
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


def new_link(demo: Demo, build: str) -> str:
    data = ["--data", str(demo.data)]
    handrail("usability", "add", str(TASK), *data)
    where = ["--environment", "production", "--address", demo.host]
    told = handrail("usability", "link", "send-invoice", "--build", build, *where, *data)
    return re.sub("^http://[^/]*", demo.cms, told.strip())


def report(demo: Demo) -> dict[str, Any]:
    asked = ["usability", "report", "send-invoice", "--environment", "production", "--json", "--data", str(demo.data)]
    return json.loads(handrail(*asked))


# covers Q5
def test_a_scripted_participant_is_measured_on_the_real_application(demo: Demo) -> None:
    told = handrail("check", demo.host, "--guides", str(LEDGER), "--task", str(TASK), "--sessions", "2", "--json",
                    "--by", "ledger.participant:act")  # fmt: skip
    group = json.loads(told)["groups"][0]
    assert group["success"] == {"n": 2, "value": 1.0, "low": pytest.approx(0.29, abs=0.02), "high": 1.0}
    assert group["first_click"]["value"] == 1.0
    assert group["wrong_clicks"]["total"] == 2
    assert [step["step"] for step in group["steps"]][:3] == ["start-here", "customer", "amount"]


# covers Q5
def test_a_script_takes_part_by_a_link_and_its_runs_are_marked_on_the_server(demo: Demo) -> None:
    link, asked = new_link(demo, "script"), ["report", "funnel", "first-invoice", "--environment", "production"]
    asked += ["--data", str(demo.data), "--json"]
    before = json.loads(handrail(*asked))["attempts"]
    told = handrail("check", demo.host, "--task", link, "--by", "ledger.participant:act", "--json")
    assert json.loads(told)["ended"] == {"done": 1}
    group = next(one for one in report(demo)["groups"] if one["build"] == "script")
    assert (group["ended"], group["wrong_clicks"]["total"]) == ({"done": 1}, 1)
    assert [step["step"] for step in group["steps"]][:3] == ["start-here", "customer", "amount"]
    assert json.loads(handrail(*asked, "--mark", "usability"))["runs"] == 1
    assert json.loads(handrail(*asked))["attempts"] == before


# covers Q5
def test_a_person_takes_part_gives_up_and_answers(page: Page, demo: Demo) -> None:
    page.goto(new_link(demo, "person"))
    page.get_by_role("button", name="I take part").click()
    with page.expect_response(lambda response: response.url.endswith("/visitor")):
        page.get_by_role("link", name="Begin").click()
    page.locator("handrail-guide[data-step=start-here]").get_by_role("dialog").wait_for()
    bar = page.locator("handrail-task")
    # What the visitor did before the task, as the server tells it, proves nothing.
    assert bar.get_attribute("data-state") is None
    bar.get_by_text("Bill Northwind Traders").wait_for()
    page.get_by_role("link", name="New invoice").click()
    page.locator("handrail-guide[data-step=customer]").get_by_role("dialog").wait_for()
    bar.get_by_role("button", name="I give up").click()
    bar.get_by_role("link", name="Go on to a few questions").click()
    for group in page.get_by_role("group").all():
        group.get_by_role("radio").nth(2).check()
    page.get_by_role("button", name="Send the answers").click()
    page.get_by_text("Your answers are kept.").wait_for()
    group = next(one for one in report(demo)["groups"] if one["build"] == "person")
    assert (group["ended"], group["seq"]["value"], group["sus"]["value"]) == ({"gave_up": 1}, 3.0, 50.0)
    assert group["first_click"]["value"] == 1.0
    assert {one["step"] for one in group["steps"]} == {"start-here", "customer"}


# covers Q5, W12
@pytest.mark.slow
def test_the_keyboard_reaches_the_corner_from_the_guide_and_comes_back(page: Page, demo: Demo) -> None:
    page.goto(new_link(demo, "keyboard"))
    page.get_by_role("button", name="I take part").click()
    page.get_by_role("link", name="Begin").click()
    page.locator("handrail-guide[data-step=start-here]").get_by_role("dialog").wait_for()
    page.locator("handrail-task").get_by_text("Bill Northwind Traders").wait_for()
    forward = tabs(page, "Tab", 10)
    assert sorted(forward[:5]) == ["close", "done", "give_up", "summary", "target"]
    assert forward[5:] == forward[:5]
    assert tabs(page, "Shift+Tab", 5) == [*reversed(forward[:4]), forward[4]]
    while tabs(page, "Tab", 1) != ["give_up"]:
        pass
    page.keyboard.press("Enter")
    page.locator("handrail-task[data-state=gave_up]").wait_for()


WHERE = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at.dataset.action ?? (at.dataset.tour ? "target" : at.localName);
}"""


def tabs(page: Page, key: str, times: int) -> list[str]:
    """Press a key some times; return where the keyboard went."""
    found: list[str] = []
    for _ in range(times):
        page.keyboard.press(key)
        found.append(page.evaluate("() => new Promise((done) => setTimeout(done))") or page.evaluate(WHERE))
    return found
