"""Run a usability task in a browser: by a person at the screen, or by a script. Needs Playwright.

The page tells every click and every step as it happens; a session is folded from that, by the same clock. The
widget's own events are marked `usability`.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from handrail_guides.walk.driver import HostDown
from handrail_guides.walk.tasks import SUS, Session, Task

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

Actor = Callable[["Page", Task], None]
"""A script that does the task as a participant would; it may give up by returning."""
POLL_MS: Final = 50
_ON_PATH: Final = "(path) => new URLPattern({ pathname: path }).test(location.origin + location.pathname)"

_WATCH: Final = Path(__file__).with_name("session.js").read_text(encoding="utf-8")
_QUESTIONS: Final = Template(Path(__file__).with_name("questions.html").read_text(encoding="utf-8"))


@dataclass(slots=True)
class _Log:
    """What the page told, with the seconds since the task began."""

    began: float
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list[tuple[float, dict[str, Any]]])
    failed_loads: int = 0

    def hear(self, message: dict[str, Any]) -> None:
        """Note one message."""
        self.told.append((time.monotonic() - self.began, message))

    def answers(self) -> dict[str, str] | None:
        """Return what the participant answered, once they have."""
        return next((message["answers"] for _, message in self.told if message["kind"] == "answers"), None)


def run_session(page: Page, task: Task, base: str, session: Session, actor: Actor | None, *, ask: bool) -> Session:
    """Run one session and fill it in. Without an actor a person does the task; `ask` shows SEQ and SUS afterwards.

    Raises HostDown where the application does not answer.
    """
    from playwright.sync_api import Error

    log = _Log(time.monotonic())

    def hear(_source: Any, message: dict[str, Any]) -> None:
        log.hear(message)

    page.expose_binding("handrailSession", hear)  # pyright: ignore[reportUnknownMemberType]
    page.add_init_script(f"({_WATCH})({json.dumps(task.first_click)})")
    page.on("response", lambda response: _count_failure(response, log))
    try:
        page.goto(urljoin(base + "/", task.open), wait_until="domcontentloaded")
    except Error as error:
        raise HostDown(f"{base} does not answer ({error.message.splitlines()[0]}).") from None
    log.began = time.monotonic()
    if actor is not None:
        with contextlib.suppress(Error):  # a script that cannot go on is a participant who gives up
            actor(page, task)
    session.success = _wait_for_success(page, task, log, patient=actor is None)
    session.seconds = round(time.monotonic() - log.began, 3)
    fold(session, log.told, log.failed_loads)
    if ask:
        _ask(page, session, log)
    return session


def fold(session: Session, told: Sequence[tuple[float, dict[str, Any]]], failed_loads: int = 0) -> None:
    """Fill in a session's measures from what its pages told, in order.

    A wrong click is one on nothing that can be clicked, or, while the first click has a right answer, on another
    control than that. A step counts as gone back to by the guide's own button.
    """
    step, since = None, 0.0
    clicks = 0
    for at, message in told:
        if message["kind"] == "step":
            if step is not None:
                session.steps[step] = round(session.steps.get(step, 0.0) + at - since, 3)
            step, since = message["step"], at
        elif message["kind"] == "error":
            session.errors += 1
        elif message["kind"] == "click":
            if message["action"] == "back":
                session.back_steps += 1
            if message["inGuide"]:
                continue
            clicks += 1
            wrong = not message["control"]
            if clicks == 1 and message["right"] is not None:
                session.first_click_right = message["right"]
                wrong = not message["right"]
            if wrong:
                session.wrong_clicks += 1
                place = message["step"] or ""
                session.wrong_clicks_by_step[place] = session.wrong_clicks_by_step.get(place, 0) + 1
    if step is not None:
        session.steps[step] = round(session.steps.get(step, 0.0) + max(session.seconds - since, 0.0), 3)
    session.errors += failed_loads


def _wait_for_success(page: Page, task: Task, log: _Log, *, patient: bool) -> bool:
    """Wait until the task is done or its time is over; a script that has returned gets two more seconds."""
    deadline = log.began + task.minutes * 60 if patient else time.monotonic() + 2
    while time.monotonic() < deadline:
        if _succeeded(page, task):
            return time.monotonic() <= log.began + task.minutes * 60
        page.wait_for_timeout(POLL_MS)
    return False


def _succeeded(page: Page, task: Task) -> bool:
    from playwright.sync_api import Error

    kind, value = next(iter(task.success.items()))
    try:
        if kind == "path":
            return bool(page.evaluate(_ON_PATH, value))
        if kind == "css":
            return page.locator(value).count() > 0
        return bool(page.evaluate(_HAPPENED, value))
    except Error:
        return False


# The widget keeps how often each event happened, in this browser.
_HAPPENED: Final = """
(event) => Object.keys(localStorage).some((name) => {
  if (!/^handrail:.*:history$/.test(name)) return false;
  try { return !!JSON.parse(localStorage[name]).events?.[event]; } catch { return false; }
})
"""


def _count_failure(response: Response, log: _Log) -> None:
    if response.request.is_navigation_request() and response.status >= 400:
        log.failed_loads += 1


def _ask(page: Page, session: Session, log: _Log) -> None:
    """Show the questions and wait for the answers, ten minutes at most."""
    page.set_content(_QUESTIONS.substitute(fields=_fields()))
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline and log.answers() is None and not page.is_closed():
        page.wait_for_timeout(POLL_MS)
    answers = log.answers() or {}
    session.seq = int(answers["seq"]) if "seq" in answers else None
    if all(f"sus{number}" in answers for number in range(1, 11)):
        session.sus = [int(answers[f"sus{number}"]) for number in range(1, 11)]


def _fields() -> str:
    seq = _scale("seq", "Overall, how difficult or easy was the task to complete?", 7, "Very difficult", "Very easy")
    items = (
        _scale(f"sus{number}", text, 5, "Strongly disagree", "Strongly agree") for number, text in enumerate(SUS, 1)
    )
    return seq + "".join(items)


def _scale(name: str, text: str, most: int, low: str, high: str) -> str:
    marks = "".join(
        f'<label><input type="radio" name="{name}" value="{n}" required> {n}</label>' for n in range(1, most + 1)
    )
    return f"<fieldset><legend>{text}</legend>{low} {marks} {high}</fieldset>"


def in_tone(guide: dict[str, Any], tone: str) -> dict[str, Any]:
    """Return a guide whose texts are those of one tone, where a step has it; other tones are gone."""
    steps: list[dict[str, Any]] = []
    for step in guide["steps"]:
        nothing: dict[str, Any] = {}
        told: dict[str, Any] = next((one for one in step.get("variants", []) if one["tone"] == tone), nothing)
        plain = {name: value for name, value in step.items() if name != "variants"}
        steps.append(plain | {name: told[name] for name in ("title", "body") if name in told})
    return {**guide, "steps": steps}
