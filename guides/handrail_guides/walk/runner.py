"""Do many walks: one browser a worker, a fresh context a walk, and a result for every case, whatever happens.

Needs Playwright.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handrail_guides.errors import GuideProblems
from handrail_guides.walk import thorough
from handrail_guides.walk.browser import launch_chromium
from handrail_guides.walk.cases import Bundle, Case
from handrail_guides.walk.driver import Follower, HostDown, Options, ShutOut, follow
from handrail_guides.walk.findings import WAIT, Finding, Wait, Walk
from handrail_guides.walk.stage import Setup, Stage, open_stage
from handrail_guides.walk.widget import WalkerNotReady

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

Way = Callable[[Stage, Case, Options], Walk]


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs besides its cases. `login` names a function `module:function(page, persona_name)`."""

    setup: Setup
    wait: Wait = WAIT
    pictures: bool = True
    login: str | None = None
    today: date = field(default_factory=date.today)


class Walker:
    """A browser that walks cases one after another. Use as a context manager."""

    def __init__(self, job: Job, playwright: Playwright | None = None) -> None:
        self._job = job
        self._given = playwright
        self._states: dict[str, str | WalkerNotReady] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="handrail-walk-")
        self._bypass = False

    def __enter__(self) -> Walker:
        from playwright.sync_api import sync_playwright

        self._manager = None if self._given else sync_playwright()
        self._playwright: Playwright = self._given or self._manager.__enter__()  # type: ignore[union-attr]
        self._launch()
        return self

    def _launch(self) -> None:
        from playwright.sync_api import Error

        try:
            self._browser: Browser = launch_chromium(self._playwright)
        except (FileNotFoundError, Error) as error:
            raise WalkerNotReady(f"The browser cannot be started: {_line(error)}") from None

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        if self._manager is not None:
            self._manager.__exit__(None, None, None)
        self._folder.cleanup()

    def at(self, setup: Setup) -> Walker:
        """Walk another application from now on; returns this walker."""
        self._job = replace(self._job, setup=setup)
        return self

    def using(self, bundle: Bundle) -> Walker:
        """Take other documents than the job's for the next walks; returns this walker."""
        return self.at(replace(self._job.setup, bundle=bundle))

    def walk(self, case: Case) -> Walk:
        """Walk one case; the result says why where it could not be tried."""
        skip = case.guide.get("test", {}).get("skip")
        if skip:
            return _untried(case, skip, tried=True)
        try:
            if not self._browser.is_connected():  # it crashed in the walk before
                self._launch()
            walk = self._whole(case)
        except (HostDown, WalkerNotReady, GuideProblems) as error:
            return _untried(case, str(error), tried=False)
        except Exception as error:  # a browser that crashed, a page that breaks the protocol: the others go on
            return _untried(case, f"The walker could not go on: {_line(error)}", tried=False)
        return expect(walk, case, self._job.today)

    def _whole(self, case: Case) -> Walk:
        walk = self._once(case, follow)
        if case.profile == "thorough" and not walk.reason:
            for way in (_by_keyboard, _by_escape):
                _merge(walk, self._once(case, way, reduced=True))
        return walk

    def _once(self, case: Case, way: Way, *, reduced: bool = False) -> Walk:
        """Do one pass on a fresh stage; once more with the page's policy bypassed, where it shuts the widget out."""
        setup = replace(self._job.setup, storage_state=self._state(case.persona.name))
        options = Options(setup.base, self._job.wait, self._job.pictures and not reduced, setup.live)
        try:
            with open_stage(self._browser, case, setup, bypass_csp=self._bypass, reduced=reduced) as stage:
                return way(stage, case, options)
        except ShutOut:
            if self._bypass:
                raise WalkerNotReady("The page's policy shuts the widget out even where it is bypassed.") from None
            self._bypass = True
            return self._once(case, way, reduced=reduced)

    def _state(self, persona: str) -> str | None:
        """Return the storage state of a signed-in persona, signing in once."""
        if self._job.login is None:
            return self._job.setup.storage_state
        if persona not in self._states:
            try:
                self._states[persona] = self._sign_in(persona)
            except WalkerNotReady as error:
                self._states[persona] = error  # it would fail again, and take its time
        state = self._states[persona]
        if isinstance(state, WalkerNotReady):
            raise state
        return state

    def _sign_in(self, persona: str) -> str:
        log_in = login_function(self._job.login or "")
        path = str(Path(self._folder.name) / f"state-{len(self._states)}.json")
        context = self._browser.new_context(base_url=self._job.setup.base, storage_state=self._job.setup.storage_state)
        try:
            log_in(context.new_page(), persona)
            context.storage_state(path=path)
        except Exception as error:
            whom = f" for “{persona}”" if persona else ""
            raise WalkerNotReady(f"The login {self._job.login} failed{whom}: {_line(error)}") from None
        finally:
            context.close()
        return path


def _by_keyboard(stage: Stage, case: Case, options: Options) -> Walk:
    return thorough.by_keyboard(Follower(stage, case, options))


def _by_escape(stage: Stage, case: Case, options: Options) -> Walk:
    return thorough.judge_escape(Follower(stage, case, options))


def login_function(name: str) -> Callable[..., Any]:
    """Import `module:function`, from the current folder too. Raises WalkerNotReady."""
    module, _, function = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return getattr(importlib.import_module(module), function or "login")
    except (ImportError, AttributeError) as error:
        raise WalkerNotReady(f"The login “{name}” cannot be loaded: {error}") from None


def run(job: Job, todo: Sequence[Case], workers: int = 1) -> Iterator[Walk]:
    """Walk all cases, in this process or in several; yield each result as soon as it is there."""
    if workers <= 1 or len(todo) <= 1:
        with Walker(job) as walker:
            yield from map(walker.walk, todo)
        return
    pool = ProcessPoolExecutor(min(workers, len(todo)), get_context("spawn"), _open_worker, (job,))
    try:
        cases = {pool.submit(_walk_in_worker, case): case for case in todo}
        for done in as_completed(cases):
            try:
                yield done.result()
            except BrokenProcessPool:
                yield _untried(
                    cases[done], "A worker ended: no browser can be started, or memory is short.", tried=False
                )
    finally:
        pool.shutdown(cancel_futures=True)


def expect(walk: Walk, case: Case, today: date) -> Walk:
    """Apply the failures that the guide file expects: declared ones do not count, gone and expired ones do."""
    whole = case.guide.get("test", {}).get("expect_failure")
    marks = [(whole, None)] if whole else []
    marks += [(step["test"]["expect_failure"], step["id"]) for step in case.guide["steps"]
              if "expect_failure" in step.get("test", {}) and step["id"] in case.path]  # fmt: skip
    for mark, step_id in marks:
        if date.fromisoformat(mark["until"]) < today:
            walk.findings.append(
                Finding("expected_failure_expired", step_id, f"{mark['code']} until {mark['until']}: {mark['reason']}")
            )
        elif not _accept(walk, mark, step_id):
            walk.findings.append(Finding("expected_failure_gone", step_id, f"{mark['code']}: {mark['reason']}"))
    return walk


def _accept(walk: Walk, mark: dict[str, Any], step_id: str | None) -> bool:
    """Mark the findings that are expected; tell whether there was any."""
    found = False
    for findings in [walk.findings, *(step.findings for step in walk.steps)]:
        for place, finding in enumerate(findings):
            if finding.code == mark["code"] and step_id in (None, finding.step):
                findings[place] = replace(finding, expected=mark["reason"])
                found = True
    return found


def _merge(walk: Walk, extra: Walk) -> None:
    """Add what another pass over the same path found to the steps of the first."""
    met = {step.step: step for step in walk.steps}
    for finding in extra.all():
        known = met[finding.step].findings if finding.step in met else walk.findings
        if all(one.code != finding.code for one in known):
            known.append(finding)
    walk.ms += extra.ms


def _untried(case: Case, reason: str, *, tried: bool) -> Walk:
    return Walk(case.id, case.guide["key"], case.guide["kind"], case.language, case.viewport.name, case.theme,
                case.persona.name, case.path_name, case.profile, reason=reason, tried=tried)  # fmt: skip


def _line(error: BaseException) -> str:
    return f"{error}".strip().splitlines()[0][:200] if f"{error}".strip() else type(error).__name__


@contextmanager
def _no_output() -> Generator[None]:
    """Keep a worker's own words off the progress display."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        before, sys.stderr = sys.stderr, nowhere
        try:
            yield
        finally:
            sys.stderr = before


class _Worker:
    walker: Walker | None = None
    missing: str = ""


def _open_worker(job: Job) -> None:
    with _no_output():
        try:
            _Worker.walker = Walker(job).__enter__()
        except WalkerNotReady as error:
            _Worker.missing = str(error)


def _walk_in_worker(case: Case) -> Walk:
    if _Worker.walker is None:
        return _untried(case, _Worker.missing, tried=False)
    return _Worker.walker.walk(case)
