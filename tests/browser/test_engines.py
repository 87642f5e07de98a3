"""The core of the widget in Firefox and WebKit: start, place, follow, advance, focus, resume, layers, policy, events.

`make test` runs the first test in each engine that is installed, `make test-engines` all of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.engines.drivers import Engine, missing, start, wait_for
from tests.browser.site import serve_site, two_steps
from tests.browser.stage import STRICT_POLICY, at, tour

pytestmark = [pytest.mark.browser, pytest.mark.engines]

HOST = "document.querySelector('handrail-guide')"
FIND = """(() => {
    const guides = [], dive = (root) => root.querySelectorAll('*').forEach((e) => {
        if (e.localName === 'handrail-guide') guides.push(e);
        if (e.shadowRoot) dive(e.shadowRoot);
    });
    dive(document);
    return guides[0];
})()"""
FOCUSED = """(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.dataset.action ?? (active?.getAttribute('role') || active?.id || active?.localName);
})()"""
BOXES = """(() => {
    const box = (e) => { const { x, y, width, height } = e.getBoundingClientRect(); return { x, y, width, height }; };
    const root = document.querySelector('handrail-guide').shadowRoot;
    const [popover, spot] = [root.querySelector('.popover'), root.querySelector('.spot')].map(box);
    return { popover, spot, target: box(document.querySelector('TARGET')), screen: [innerWidth, innerHeight] };
})()"""


@pytest.fixture(scope="module", params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One browser for all the tests of an engine; the reason, where it is not installed."""
    if reason := missing(request.param):
        pytest.skip(reason)
    engine = start(request.param)
    yield engine
    engine.close()


def press_button(engine: Engine, action: str) -> None:
    """Press one of the guide's buttons with the pointer."""
    button = f"{FIND}.shadowRoot.querySelector('[data-action={action}]').getBoundingClientRect()"
    x, y = engine.evaluate(f"(() => {{ const b = {button}; return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
    engine.click(x, y)


def see(engine: Engine, step: str) -> None:
    """Wait until a step is on the screen."""
    wait_for(engine, f"{FIND}?.dataset.step === '{step}'")


def show(engine: Engine, base: str, page: str, *steps: dict[str, Any], before: str = "") -> None:
    """Play a guide on a page of `pages/`."""
    engine.open(f"{base}/{page}")
    wait_for(engine, "!!window.handrail")
    engine.evaluate(f"(() => {{ {before}; handrail.show({json.dumps(tour(*steps))}); }})()")
    see(engine, "step-1")


# covers W1 W7 W8 W12 W17 E1
def test_a_live_tour_starts_is_followed_resumes_and_tells_its_story(engine: Engine) -> None:
    first, second = {"advance": {"on": "click"}}, {"on": {"path": "/b"}}
    with serve_site() as site:
        site.policy = STRICT_POLICY
        site.publish(two_steps(first=first, second=second, where={"any": ["/a", "/b"]}))
        engine.open(f"{site.address}/a")
        see(engine, "first")
        assert engine.evaluate(FOCUSED) == "dialog"
        x, y = engine.evaluate(
            "(() => { const b = document.querySelector('#new').getBoundingClientRect(); return [b.x + 5, b.y + 5]; })()"
        )
        engine.click(x, y)
        wait_for(engine, f"!{HOST}")
        engine.open(f"{site.address}/b")
        see(engine, "second")
        press_button(engine, "next")
        wait_for(engine, f"!{HOST}")
        story = ["run_requested", "step_shown first", "step_passed first", "step_left first"]
        story += [
            "run_resumed",
            "step_shown second",
            "step_passed second",
            "step_left second",
            "run_ended completed",
        ]
        deadline = time.monotonic() + 10
        while site.story() != story and time.monotonic() < deadline:
            time.sleep(0.1)
        assert site.story() == story


# covers W2 W3 W4
@pytest.mark.slow
def test_the_popover_is_placed_and_follows(engine: Engine, pages_address: str) -> None:
    show(engine, pages_address, "scrollers.html", {"target": at("#deep"), "place": "right"})
    boxes = BOXES.replace("TARGET", "#deep")
    inner = "document.querySelector('#inner')"
    for move in (
        "0",
        f"{inner}.scrollBy(0, 24)",
        f"{inner}.scrollBy(15, -9)",
        "document.querySelector('#spacer').style.height = '30px'",
    ):
        engine.evaluate(f"void ({move})")
        settled = f"""(() => {{
            const {{ spot, target }} = {boxes};
            return Math.abs(spot.x + 6 - target.x) < 1 && Math.abs(spot.y + 6 - target.y) < 1;
        }})()"""
        wait_for(engine, settled)
        found = engine.evaluate(boxes)
        popover, (width, height) = found["popover"], found["screen"]
        assert 0 <= popover["x"] <= width - popover["width"], move
        assert 0 <= popover["y"] <= height - popover["height"], move


# covers W6
@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "target"),
    [
        ("dialog.showModal()", at("#save")),
        ("deep().querySelector('dialog').showModal()", at("#in-shadow-dialog", "x-level", "x-level", "x-level")),
        ("", at("#nested", "x-level", "x-level", "x-level")),
        ("", at("#inside", "#frame")),
    ],
    ids=["modal dialog", "dialog in a shadow root", "three shadow roots", "iframe"],
)
def test_the_guide_is_usable_in_every_layer(
    engine: Engine, pages_address: str, before: str, target: dict[str, Any]
) -> None:
    show(engine, pages_address, "layers.html", {"target": target}, {"target": target}, before=before)
    press_button(engine, "next")
    see(engine, "step-2")


# covers W12 W13
@pytest.mark.slow
def test_the_keyboard_loops_between_popover_and_target_and_escape_closes(engine: Engine, pages_address: str) -> None:
    show(engine, pages_address, "plain.html", {"target": at("#new")}, before="document.querySelector('#other').focus()")
    order = [engine.evaluate(FOCUSED)]
    for _ in range(4):
        engine.press("Tab")
        order.append(engine.evaluate(FOCUSED))
    assert order == ["dialog", "next", "close", "new", "next"]
    engine.press("Escape")
    wait_for(engine, f"!{HOST}")
    assert engine.evaluate(FOCUSED) == "other"


# covers W17
@pytest.mark.slow
def test_a_strict_policy_is_kept(engine: Engine, pages_address: str) -> None:
    show(engine, pages_address, "strict.html?strict", {"target": at("#target")}, {})
    radius = engine.evaluate(f"getComputedStyle({FIND}.shadowRoot.querySelector('.popover')).borderTopLeftRadius")
    assert radius == "10px"
    press_button(engine, "next")
    see(engine, "step-2")
