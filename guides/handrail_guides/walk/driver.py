"""Follow one guide in a browser as a user would: go to the page, read the step, do what it asks for, go on.

What is right and wrong about a step is said by `judge`; how a step's own action is done, by `acts`. Needs Playwright.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from handrail_guides.walk import acts, judge, pictures
from handrail_guides.walk.cases import Case
from handrail_guides.walk.findings import WAIT, Finding, StepWalk, Wait, Walk
from handrail_guides.walk.reading import literal, milliseconds, start_address
from handrail_guides.walk.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response

Glance = dict[str, Any]
POLL_MS: Final = 40
GRACE_MS: Final = 2_500
RELOADS_AT_MOST: Final = 12
RELOADS_ODD: Final = 5
"""So many loads explain why a step never came."""
# What is wrong with the host, whatever page was asked for; anything else may be this page's.
_HOST_ITSELF = re.compile(r"ERR_(CONNECTION_(REFUSED|TIMED_OUT)|NAME_|ADDRESS_|UNSAFE_PORT|INTERNET_|SSL_|CERT_)")
_MATCHES: Final = "(pattern) => new URLPattern({ pathname: pattern }).test(location.origin + location.pathname)"
_REASONS: Final = {
    "not_found": "target_not_found",
    "ambiguous": "target_ambiguous",
    "hidden": "target_hidden",
    "zero_size": "target_hidden",
    "covered": "target_covered",
    "off_screen": "target_out_of_view",
    "detached": "target_unstable",
}


class HostDown(Exception):
    """The application does not answer; the message says how."""


class ShutOut(Exception):
    """The page's Content-Security-Policy keeps the brought widget out; the walk has to bypass it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a walk is done."""

    base: str
    wait: Wait = WAIT
    pictures: bool = True
    live: bool = False


def follow(stage: Stage, case: Case, options: Options) -> Walk:
    """Walk one case on an open stage. Raises HostDown and ShutOut; everything else becomes a finding."""
    return Follower(stage, case, options).walk()


class Follower:
    """One walk under way: what it needs of the page, and what it has found so far."""

    def __init__(self, stage: Stage, case: Case, options: Options) -> None:
        self.stage, self.case, self.options = stage, case, options
        self.page: Page = stage.page
        self.key: str = case.guide["key"]
        self.steps: dict[str, dict[str, Any]] = {step["id"]: step for step in case.guide["steps"]}
        self._statuses: dict[str, int] = {}
        self.walk_ = Walk(
            case.id, self.key, case.guide["kind"], case.language, case.viewport.name, case.theme,
            case.persona.name, case.path_name, case.profile,
        )  # fmt: skip

    # -- the whole guide

    def walk(self) -> Walk:
        """Do the whole walk. Raises HostDown and ShutOut."""
        began = time.monotonic()
        if self.start():
            self._follow_path()
        self._judge_end()
        self.walk_.ms = round(1000 * (time.monotonic() - began))
        return self.walk_

    def start(self) -> bool:
        """Open the first page and see to it that the guide runs there."""
        return self.open_page() and self.run()

    def open_page(self) -> bool:
        """Open the page where the guide can be started."""
        return self._go(start_address(self.case.guide), None)

    def run(self) -> bool:
        """Wait for the guide to start by itself, or start it."""
        ready = self.until(lambda glance: glance["ready"], self.options.wait.start)
        if ready is None:
            if self.stage.record.policy:
                raise ShutOut
            self._not_started("The widget did not come up on this page.")
            return False
        if not ready["open"] and self.until(lambda glance: glance["open"], 300) is None:
            self.ask(f"handrail.start({self.key!r})")
        if self.until(lambda glance: glance["open"], self.options.wait.pass_) is None:
            self._not_started(self._why_not())
            return False
        return True

    def _not_started(self, why: str) -> None:
        """Say that the guide did not start, or that the page never stood still for it."""
        if self.restless(RELOADS_ODD):
            self._whole("page_unsettled", f"{self.stage.record.navigations} loads until now.")
        else:
            self._whole("guide_not_started", why)

    def restless(self, at_most: int = RELOADS_AT_MOST) -> bool:
        """Tell whether the page has been loaded more often than the steps bring about."""
        return self.stage.record.navigations > at_most + 2 * len(self.walk_.steps)

    def _why_not(self) -> str:
        told: list[dict[str, Any]] = self.ask("handrail.explain()") or []
        mine = [one for one in told if one.get("guide") == self.key]
        return (
            f"handrail.explain(): {mine[0]}"[:300]
            if mine
            else f"It is not among the guides of this page ({self.page.url})."
        )

    def _follow_path(self) -> None:
        path = list(self.case.path)
        for place, step_id in enumerate(path):
            step = self.steps[step_id]
            following = path[place + 1] if place + 1 < len(path) else None
            met = StepWalk(step_id)
            self.walk_.steps.append(met)
            if not self.meet(step, met):
                if not self._still_going(following):
                    return
                continue
            self._judge(step, met)
            passed = self._pass(step, met, following)
            if self.restless(RELOADS_ODD):  # whatever else was seen comes of that
                met.findings = []
                self._step(met, "page_unsettled", f"{self.stage.record.navigations} loads until now.")
            if not passed:
                return

    def _still_going(self, following: str | None) -> bool:
        """After a step that was not shown: is the guide at the next one by itself?"""
        if following is None:
            return False

        def there(glance: Glance) -> bool:
            return glance["open"] is not None and glance["open"]["step"] == following

        return self.until(there, GRACE_MS) is not None

    # -- one step

    def meet(self, step: dict[str, Any], met: StepWalk) -> bool:
        """Wait until the step is drawn, going to its page where need be. A step that never comes is judged here."""
        began = time.monotonic()
        wait_ms = milliseconds(step.get("if_missing", {}).get("wait", "PT8S")) + GRACE_MS
        if not self._reach_page(step, met):
            return False
        mine = step["id"]
        kind = self.case.guide["kind"]

        def settled(glance: Glance) -> bool:
            open_ = glance["open"]
            drawn = glance["step"] == mine and glance["box"] is not None
            return drawn or self.ended(glance) or (open_ is not None and open_["step"] != mine)

        seen = self.until(settled, wait_ms)
        met.shown_ms = round(1000 * (time.monotonic() - began))
        met.page = self.page.url
        if seen is not None and seen["step"] == mine and seen["box"] is not None:
            if self.stage.record.status >= 400:
                self._step(met, "page_failed", f"{self.page.url} answers {self.stage.record.status}.")
            if kind in ("tooltip", "hotspot"):
                acts.open_closed(self, step)
            if met.shown_ms > self.options.wait.slow:
                self._step(met, "step_slow", f"It took {met.shown_ms / 1000:.1f} s.")
            return True
        self._judge_absence(step, met, seen)
        return False

    def _reach_page(self, step: dict[str, Any], met: StepWalk) -> bool:
        """Go to the page where the step lives, unless the guide or the host has already gone there."""
        pattern = step.get("on", {}).get("path")
        if not pattern or self.until(lambda glance: self._on(pattern), 400) is not None:
            return True
        address = step.get("on", {}).get("open") or literal(pattern)
        if address is None:
            self._step(met, "page_elsewhere", f"The guide is at {self.page.url}; the step lives on {pattern}.")
            return False
        if not self._go(address, met):
            return False
        if not self._on(pattern):
            self._step(met, "page_elsewhere", f"{address} led to {self.page.url}; the step lives on {pattern}.")
            return False
        return True

    def _on(self, pattern: str) -> bool:
        return bool(self.ask(_MATCHES, pattern))

    def _judge_absence(self, step: dict[str, Any], met: StepWalk, seen: Glance | None) -> None:
        """Say why a step was never drawn: its target, another step, or the end of the guide."""
        met.picture = pictures.take(self) if self.options.pictures else None
        if self.restless(RELOADS_ODD):
            self._step(met, "page_unsettled", f"{self.stage.record.navigations} loads until now.")
            return
        if self.stage.record.status >= 400:
            self._step(met, "page_failed", f"{self.page.url} answers {self.stage.record.status}.")
            return
        open_ = (seen or {}).get("open")
        if "target" in step:
            found = self.told("find", step["target"])
            code = _REASONS.get(found.get("view") or "") or _REASONS.get(found.get("reason") or found.get("state", ""))
            code = _REASONS.get(self._reason_told(step["id"]) or "") or code
            if code:
                self._step(met, code, judge.target_detail(step["target"], found))
                return
        if open_ and open_["step"] != step["id"]:
            self._step(met, "wrong_next_step", f"“{open_['step']}” came instead.")
        elif seen is not None and self.ended(seen):
            self._step(met, "guide_ended_early", self._end_told())
        else:
            self._step(met, "page_unsettled", "The step was due and never drawn.")

    def _reason_told(self, step: str) -> str | None:
        """Return the reason that the widget's own event gives for a missing target."""
        for event in reversed(self.stage.record.events):
            if event.get("type") == "target_missing" and event.get("step") == step:
                return event["data"]["reason"]
        return None

    def _end_told(self) -> str:
        for event in reversed(self.stage.record.events):
            if event.get("type") == "run_ended":
                return f"The widget says: {event.get('data')}"
        return ""

    def _judge(self, step: dict[str, Any], met: StepWalk) -> None:
        judge.step(self, step, met)
        if self.options.pictures:
            met.picture = pictures.take(self)

    def _pass(self, step: dict[str, Any], met: StepWalk, following: str | None) -> bool:
        """Do the step's own action and see that the guide goes on to the step that this path expects."""
        self.loaded()
        if self.case.guide["kind"] == "tooltip":
            acts.close_again(self)
            return False
        done = acts.perform(self, step, met, following)
        if not done:
            return False
        mine = step["id"]

        def gone(glance: Glance) -> bool:
            return self.ended(glance) or (glance["open"] is not None and glance["open"]["step"] != mine)

        wait_ms = max(self.options.wait.pass_, acts.own_time(step) + GRACE_MS)
        after = self.until(gone, wait_ms)
        if after is None:
            waits = step.get("advance", {})
            code = "advance_event_missing" if waits.get("on") == "event" else "advance_stuck"
            self._step(met, code, acts.describe(step))
            return False
        came = after["open"]["step"] if after["open"] else None
        if following is not None and came != following and not _meetable(step, following):
            self._step(met, "branch_untried", f"It leads to “{following}”.")
            return False
        if following is None and after["open"] and after["open"]["step"] in self.steps:
            self._step(met, "wrong_next_step", f"“{after['open']['step']}” came where this path ends.")
        if following is not None and not after["open"]:
            self._step(met, "guide_ended_early", self._end_told())
            return False
        return True

    def _judge_end(self) -> None:
        """After the guide: nothing stays behind, nothing of the widget failed on the way."""
        judge.take_record(self, self.walk_.findings, None)
        if self.walk_.steps and not any(finding.severity == "error" for finding in self.walk_.all()):
            judge.end(self)

    # -- the page

    def _go(self, address: str, met: StepWalk | None) -> bool:
        from playwright.sync_api import Error

        target = urljoin(self.options.base + "/", address)
        answer: Response | None = None
        try:
            answer = self.page.goto(target, wait_until="domcontentloaded", timeout=15_000)
        except Error as error:
            if "ERR_ABORTED" not in error.message and "interrupted" not in error.message:
                who = self.options.base if _HOST_ITSELF.search(error.message) else target
                raise HostDown(f"{who} does not answer ({_short(error.message)}).") from None
        if answer is not None and answer.status >= 400:
            self._note(met, "page_failed", f"{target} answers {answer.status}.")
            return False
        if self.until(lambda glance: True, self.options.wait.settle) is None:
            self._note(met, "page_unsettled", f"{target} cannot be read for {self.options.wait.settle / 1000:.0f} s.")
            return False
        return True

    def loaded(self) -> None:
        """Wait until the page has loaded: nobody clicks before its own scripts listen."""
        from playwright.sync_api import Error

        with contextlib.suppress(Error):
            self.page.wait_for_load_state("load", timeout=self.options.wait.settle)

    def ended(self, glance: Glance) -> bool:
        """Tell whether the guide is over: neither running on this page nor kept for another one."""
        return glance["open"] is None

    def until(self, holds: Callable[[Glance], Any], wait_ms: int) -> Glance | None:
        """Look again and again until something holds; None where it does not in time, or where the page never rests."""
        deadline = time.monotonic() + wait_ms / 1000
        while True:
            glance = self.probe("glance", self.key)
            if glance is not None and holds(glance):
                return glance
            if time.monotonic() > deadline or self.restless():
                return None
            self.page.wait_for_timeout(POLL_MS)

    def probe(self, name: str, *given: Any) -> Any:
        """Ask the probe in the page; None while a page is being left or loaded."""
        return self.ask(f"(given) => window.__handrail_walk.{name}(...given)", list(given))

    def told(self, name: str, *given: Any) -> dict[str, Any]:
        """Ask the probe for an object; an empty one while a page is being left or loaded."""
        return self.probe(name, *given) or {}

    def status_of(self, address: str) -> int:
        """Return what the application answers to an address, asked once, with the visitor's cookies; 599: none."""
        from playwright.sync_api import Error

        if address not in self._statuses:
            try:
                self._statuses[address] = self.stage.context.request.get(address, max_redirects=5, timeout=5_000).status
            except Error:
                self._statuses[address] = 599
        return self._statuses[address]

    def ask(self, script: str, *given: Any) -> Any:
        """Evaluate in the page; None where the page is just going away."""
        from playwright.sync_api import Error

        try:
            return self.page.evaluate(script, *given)
        except Error as error:
            if re.search(r"context was destroyed|closed|navigat|undefined|Cannot find context", error.message):
                return None
            raise

    # -- findings

    def _step(self, met: StepWalk, code: str, detail: str = "") -> None:
        met.findings.append(Finding(code, met.step, detail))

    def _whole(self, code: str, detail: str = "") -> None:
        self.walk_.findings.append(Finding(code, None, detail))

    def _note(self, met: StepWalk | None, code: str, detail: str) -> None:
        if met is None:
            self._whole(code, detail)
        else:
            self._step(met, code, detail)


def _meetable(step: dict[str, Any], following: str) -> bool:
    """Tell whether traits alone can bring about the branch that leads to a step."""
    rules = [branch.get("if") for branch in step.get("then", []) if branch["to"] == following]
    return not rules or any(rule is None or rule.keys() & {"trait", "all", "any"} for rule in rules)


def _short(message: str) -> str:
    if late := re.search(r"Timeout (\d+)000ms exceeded", message):
        return f"no answer in {late[1]} s"
    found = re.search(r"net::(\w+)", message)
    return found[1] if found else message.splitlines()[0][:120]
