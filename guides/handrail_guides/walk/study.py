"""A study: several sessions of one task, on guides from files or by a server's link. Needs Playwright.

On files the stage stands in for the server: it gives the widget its task and takes what the page tells. By a link
the server does both, and the application's own widget plays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from handrail_guides.manifest import compile_preview
from handrail_guides.usability.tasks import Session, Task, fold, in_tone
from handrail_guides.walk.browser import launch_chromium
from handrail_guides.walk.cases import VIEWPORTS, Case, Persona
from handrail_guides.walk.runner import login_function
from handrail_guides.walk.sessions import BAR, Actor, act, ask, wait_for_person
from handrail_guides.walk.stage import Answer, Setup, open_stage
from handrail_guides.walk.widget import WalkerNotReady

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CODE = "task-at-this-screen"
HOUR_MS = 3_600_000


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
            yield _session(browser, study, guide, actor, f"participant-{number}")
        browser.close()


def _session(browser: Browser, study: Study, guide: dict[str, Any] | None, actor: Actor | None, name: str) -> Session:
    task = study.task
    shown = guide or study.setup.bundle.guides[0]
    case = Case(shown, task.language, VIEWPORTS["desktop"], "light", Persona(), (), "", "quick")
    made = Session(task.key, name, study.build, task.guide, 1 if guide else None)
    told: dict[str, Any] = {}
    setup = replace(study.setup, mode={}, answer=_stand_in(task, guide, told))
    with open_stage(browser, case, setup) as stage:
        page = stage.page
        _open(page, urljoin(setup.base + "/", task.open), code=CODE)
        if actor is None:
            wait_for_person(page, lambda: bool(told.get("ended")), task.minutes)
        elif not act(page, task, actor):
            raise WalkerNotReady(f"The widget did not come up at {page.url}, so the task could not begin.")
        made.success, made.ended = told.get("ended") == "done", told.get("ended") or "left"
        made.seconds = round(told.get("seconds", 0.0), 3)
        fold(made, told.get("told", []))
        if actor is None and not page.is_closed():
            ask(page, made)
    return made


def _stand_in(task: Task, guide: dict[str, Any] | None, told: dict[str, Any]) -> Answer:
    """Answer the widget's calls about a task as the server does."""

    def answer(call: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        if call == "sessions":
            shown = {"goal": task.goal, "success": task.success, "first_click": task.first_click,
                     "minutes": task.minutes}  # fmt: skip
            return 201, {"token": CODE, "purpose": "task", "guide": task.guide, "task": shown, "questions": "#",
                         "expires_at": 10_000 * HOUR_MS * 1_000}  # fmt: skip
        if call == "participation":
            told.update(body)
            return 204, None
        if guide is None:
            return 404, None
        made = compile_preview(guide, version=1)
        return 200, {"guide": made.entry, "chunks": made.languages}

    return answer


def run_by_link(link: str, base: str, by: str, sessions: int) -> Iterator[str]:
    """Let a script take part by a server's link; yield how each session ended. Raises WalkerNotReady."""
    from playwright.sync_api import sync_playwright

    actor: Actor = login_function(by)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for _ in range(sessions):
            context = browser.new_context(locale="en", service_workers="block")
            context.set_default_timeout(5_000)
            yield _take_part(context.new_page(), link, base, actor)
            context.close()
        browser.close()


def _take_part(page: Page, link: str, base: str, actor: Actor) -> str:
    answer = _open(page, link)
    if answer >= 400 or page.locator("form button.primary").count() == 0:
        raise WalkerNotReady(f"{link} lets nobody take part: {page.locator('main').inner_text().splitlines()[-1]}")
    task = _task_behind(page, link)
    page.locator("form button.primary").click()
    begin = page.locator("#begin")
    address = begin.get_attribute("href", timeout=5_000) or ""
    if not address.startswith(base + "/"):
        raise WalkerNotReady(f"The link leads to {address.split('?')[0]}, not to {base}.")
    _open(page, address)
    if not act(page, task, actor):
        raise WalkerNotReady(f"The application at {base} has no widget that knows the task. Is it installed there?")
    ended = page.locator(BAR).get_attribute("data-state") or "left"
    page.locator(f"{BAR} a").click()
    page.wait_for_url("**/t/after/*")
    return ended


def _task_behind(page: Page, link: str) -> Task:
    told: dict[str, Any] = page.context.request.get(link, headers={"Accept": "application/json"}).json()
    return Task(**{name: value for name, value in told.items() if name != "build"})


def _open(page: Page, address: str, code: str = "") -> int:
    from playwright.sync_api import Error

    if code:
        address += ("&" if "?" in address else "?") + f"handrail_code={code}"
    try:
        response = page.goto(address, wait_until="domcontentloaded", timeout=15_000)
    except Error as error:
        raise WalkerNotReady(f"{address.split('?')[0]} does not answer ({error.message.splitlines()[0]}).") from None
    return response.status if response else 200


def _guide(study: Study) -> dict[str, Any] | None:
    if study.task.guide is None:
        return None
    for guide in study.setup.bundle.guides:
        if guide["key"] == study.task.guide:
            return in_tone(guide, study.task.tone)
    raise WalkerNotReady(f"The task's guide “{study.task.guide}” is not among the guides.")
