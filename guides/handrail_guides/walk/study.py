"""A study: several sessions of one task, by people at this screen or by a script. Needs Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from handrail_guides.walk.browser import launch_chromium
from handrail_guides.walk.cases import VIEWPORTS, Case, Persona
from handrail_guides.walk.driver import HostDown
from handrail_guides.walk.runner import login_function
from handrail_guides.walk.sessions import Actor, in_tone, run_session
from handrail_guides.walk.stage import Setup, open_stage
from handrail_guides.walk.tasks import Session, Task
from handrail_guides.walk.widget import WalkerNotReady

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Study:
    """What is to be done. `by` names a script, `module:function(page, task)`; people do it where there is none."""

    task: Task
    setup: Setup
    sessions: int
    build: str
    by: str | None = None


def run_study(study: Study) -> Iterator[Session]:
    """Run the sessions one after another, each in a fresh browser context. Raises WalkerNotReady."""
    from playwright.sync_api import sync_playwright

    actor: Actor | None = login_function(study.by) if study.by else None
    guide = _guide(study)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright, headless=actor is not None)
        for number in range(1, study.sessions + 1):
            try:
                yield _session(browser, study, guide, actor, number)
            except HostDown as error:
                raise WalkerNotReady(str(error)) from None
        browser.close()


def _session(browser: Browser, study: Study, guide: dict[str, Any] | None, actor: Actor | None, number: int) -> Session:
    task = study.task
    mode: dict[str, Any] = {"off": True}
    if guide is not None:
        mode = {"guide": guide["key"], "persona": {"language": task.language}, "events": "usability", "animate": True}
    shown = guide or study.setup.bundle.guides[0]
    case = Case(shown, task.language, VIEWPORTS["desktop"], "light", Persona(), (), "", "quick")
    made = Session(task.key, f"participant-{number}", study.build, task.guide, 1 if guide else None)
    with open_stage(browser, case, replace(study.setup, mode=mode)) as stage:
        return run_session(stage.page, task, study.setup.base, made, actor, ask=actor is None)


def _guide(study: Study) -> dict[str, Any] | None:
    if study.task.guide is None:
        return None
    for guide in study.setup.bundle.guides:
        if guide["key"] == study.task.guide:
            return in_tone(guide, study.task.tone)
    raise WalkerNotReady(f"The task's guide “{study.task.guide}” is not among the guides.")
