"""One session of a usability task in a browser: by a person at the screen, or by a script. Needs Playwright.

The widget shows the task and records what is done, as it does for participants who come by a link; here that is
waited for, and a script's part is played.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final

from handrail_guides.usability.tasks import SEQ, SUS, Session, Task

if TYPE_CHECKING:
    from playwright.sync_api import Page

Actor = Callable[["Page", Task], None]
"""A script that does the task as a participant would; it may give up by returning."""
BAR: Final = "handrail-task"
POLL_MS: Final = 50
PROOF_MS: Final = 2_000
ANSWERS_S: Final = 600
_QUESTIONS: Final = Template(Path(__file__).with_name("questions.html").read_text(encoding="utf-8"))


def act(page: Page, task: Task, actor: Actor) -> bool:
    """Let a script do the task and see it end; False where the widget never showed the task."""
    from playwright.sync_api import Error

    bar = page.locator(BAR)
    try:
        bar.wait_for(state="attached", timeout=10_000)
    except Error:
        return False
    with contextlib.suppress(Error):  # a script that cannot go on is a participant who gives up
        actor(page, task)
    over = page.locator(f"{BAR}[data-state]")
    try:
        over.wait_for(state="attached", timeout=PROOF_MS)
    except Error:
        bar.locator("[data-action=give_up]").click()
        over.wait_for(state="attached", timeout=PROOF_MS)
    return True


def wait_for_person(page: Page, ended: Callable[[], bool], minutes: float) -> None:
    """Wait while a person does the task; they may close the window."""
    deadline = time.monotonic() + minutes * 60 + 10
    while not ended() and not page.is_closed() and time.monotonic() < deadline:
        page.wait_for_timeout(POLL_MS)


def ask(page: Page, session: Session) -> None:
    """Show the questions and wait for the answers, ten minutes at most."""
    heard: list[Mapping[str, str]] = []

    def hear(_source: Any, answers: Mapping[str, str]) -> None:
        heard.append(answers)

    page.expose_binding("handrailAnswers", hear)  # pyright: ignore[reportUnknownMemberType]
    page.set_content(_QUESTIONS.substitute(fields=_fields()))
    deadline = time.monotonic() + ANSWERS_S
    while not heard and time.monotonic() < deadline and not page.is_closed():
        page.wait_for_timeout(POLL_MS)
    answers: Mapping[str, str] = heard[0] if heard else {}
    session.seq = int(answers["seq"]) if "seq" in answers else None
    if all(f"sus{number}" in answers for number in range(1, 11)):
        session.sus = [int(answers[f"sus{number}"]) for number in range(1, 11)]


def _fields() -> str:
    seq = _scale("seq", SEQ, 7, "Very difficult", "Very easy")
    items = (
        _scale(f"sus{number}", text, 5, "Strongly disagree", "Strongly agree") for number, text in enumerate(SUS, 1)
    )
    return seq + "".join(items)


def _scale(name: str, text: str, most: int, low: str, high: str) -> str:
    marks = "".join(
        f'<label><input type="radio" name="{name}" value="{n}" required> {n}</label>' for n in range(1, most + 1)
    )
    return f"<fieldset><legend>{text}</legend>{low} {marks} {high}</fieldset>"
