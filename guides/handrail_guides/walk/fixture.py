"""Guides in a host application's own Playwright suite: start, step, assert on, and switch off. Needs Playwright.

Works on an application that has the widget installed; everything goes through the widget's public calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request

WAIT_MS: Final = 5_000
# The calls of the widget's own stub, in `widget/src/stub.ts`: a host's page may not have it yet.
_STUB: Final = """
if (!window.handrail) {
  const calls = [];
  const names = "identify account track start stop reset destroy on consent next back close show test".split(" ");
  const queue = Object.fromEntries(names.map((name) => [name, (...given) => void calls.push([name, given])]));
  window.handrail = { calls, state: () => ({ ready: false, open: [] }), explain: () => [], ...queue };
}
"""
_SHOWN: Final = """
() => [...document.querySelectorAll("handrail-guide")].flatMap((host) => {
  const text = host.shadowRoot?.querySelector("[role=dialog]")?.textContent.trim();
  return text === undefined ? [] : [{ guide: host.dataset.guide, step: host.dataset.step, text }];
})
"""


class Handrail:
    """The guides of one page. Every call that waits raises AssertionError, saying what was there instead."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._events: list[dict[str, Any]] = []
        self._options: dict[str, Any] = {}
        page.on("request", self._hear)

    def off(self) -> None:
        """Keep guides out of the way on every page from now on: the one line that a host's suite needs."""
        self.set(off=True)

    def clock(self, at: str | int) -> None:
        """Let the time stand still for guides, at an ISO 8601 time or epoch milliseconds."""
        self.set(clock=at)

    def set(self, **options: Any) -> None:
        """Give options of `handrail.test()` to this page and to those that follow; see docs/widget.md."""
        self._options |= options
        script = f"{_STUB} window.handrail.test({json.dumps(self._options)});"
        self._page.add_init_script(f"if (window === window.top) {{ {script} }}")
        if self._page.url.startswith("http"):
            self._page.evaluate(f"() => {{ {script} }}")

    def start(self, guide: str) -> None:
        """Start a guide and wait until its first step is shown."""
        self._until(lambda: bool(self.state().get("ready")), "The widget is not ready on this page.")
        self._page.evaluate("(guide) => { void window.handrail.start(guide); }", guide)
        self._until(lambda: bool(self.shown(guide)), f"The guide “{guide}” did not start.")

    def state(self) -> dict[str, Any]:
        """Return `handrail.state()`."""
        return self._page.evaluate("() => window.handrail?.state?.() ?? { ready: false, open: [] }")

    def shown(self, guide: str | None = None, step: str | None = None) -> list[dict[str, str]]:
        """Return guide, step and text of everything on the screen, or of one guide or step."""
        found: list[dict[str, str]] = self._page.evaluate(_SHOWN)
        return [one for one in found if guide in (None, one["guide"]) and step in (None, one["step"])]

    def next(self) -> None:
        """Go on to the next step, as the host page can."""
        self._page.evaluate("() => window.handrail.next()")

    def back(self) -> None:
        """Go back one step."""
        self._page.evaluate("() => window.handrail.back()")

    def close(self) -> None:
        """Close what is shown."""
        self._page.evaluate("() => window.handrail.close()")

    def expect_step(self, step: str, guide: str | None = None) -> dict[str, str]:
        """Wait until a step is shown and return it."""
        self._until(lambda: bool(self.shown(guide, step)), f"The step “{step}” is not shown.")
        return self.shown(guide, step)[0]

    def expect_nothing(self, guide: str | None = None) -> None:
        """Wait until no guide is shown, or one is not."""
        self._until(lambda: not self.shown(guide), "A guide is still shown.")

    def events(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Return the events that the page has sent so far, all or of one type. Ask `set(events="walk")` for them."""
        return [event for event in self._events if kind in (None, event["type"])]

    def done(self) -> None:
        """Stop listening; the fixture calls it at the end of a test."""
        self._page.remove_listener("request", self._hear)

    def _hear(self, request: Request) -> None:
        if request.method == "POST" and "/v1/" in request.url and request.url.endswith("/events"):
            batch = json.loads(request.post_data_buffer or b"{}")
            self._events.extend(batch.get("events", []))

    def _until(self, holds: Callable[[], bool], message: str) -> None:
        for _ in range(WAIT_MS // 50):
            if holds():
                return
            self._page.wait_for_timeout(50)
        raise AssertionError(f"{message} Shown: {self.shown()}; state: {self.state()}")
