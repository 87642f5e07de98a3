"""The thorough half of the judgement: accessibility, focus, keyboard, Escape, reduced motion. Needs a page.

`judge_step` looks at a step while the walk stands on it. `by_keyboard` is a walk of its own: the same path
without a mouse, with reduced motion asked for, ended by Escape and begun again.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from handrail_guides.walk import acts
from handrail_guides.walk.findings import Finding, StepWalk, Walk

if TYPE_CHECKING:
    from handrail_guides.walk.driver import Follower

TABS: Final = 14
"""Tab is pressed this often to see where the focus goes; more often than any popover has buttons."""
REACH_TABS: Final = 40
HOLDING_KINDS: Final = frozenset({"tour", "modal"})
"""Kinds that take the focus and keep it."""

_AXE: Final = """
async (guide) => {
  const host = `handrail-guide[data-guide="${guide}"]`;
  const root = document.querySelector(host)?.shadowRoot;
  const part = [".popover", "[role=dialog]", "[role=tooltip]", "[role=region]"].find((one) => root?.querySelector(one));
  if (!part) return [];
  const only = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const context = { include: [{ fromShadowDom: [host, part] }] };
  const named = { "aria-dialog-name": { enabled: true }, "aria-tooltip-name": { enabled: true } };
  const found = await axe.run(context, { resultTypes: ["violations"], runOnly: only, rules: named });
  return found.violations.map((one) => ({ rule: one.id, help: one.help, summary: one.nodes[0]?.failureSummary ?? "" }));
}
"""


@cache
def axe_source() -> str:
    """Return axe-core's own build, as the package carries it."""
    return importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def judge_step(follower: Follower, document: Mapping[str, Any], met: StepWalk) -> None:
    """Judge contrast and markup with axe, and where the focus is and goes."""
    _judge_axe(follower, met)
    if follower.case.guide["kind"] in HOLDING_KINDS:
        _judge_focus(follower, document, met)


def by_keyboard(follower: Follower) -> Walk:
    """Walk the path without a mouse, then start again and leave by Escape; write what is wrong into the walk."""
    walk = follower.walk_
    if follower.case.guide["kind"] not in HOLDING_KINDS or not follower.start():
        return walk
    _judge_motion(follower)
    path = follower.case.path
    for place, step_id in enumerate(path):
        met = StepWalk(step_id)
        walk.steps.append(met)
        step = follower.steps[step_id]
        if not follower.meet(step, met):
            break
        follower.loaded()
        following = path[place + 1] if place + 1 < len(path) else None
        if not _do_by_keyboard(follower, step, met, following):
            _add(met, "keyboard_unreachable", f"Focus ended at {follower.probe('pathOfFocus')}.")
            break
        if follower.until(lambda glance, mine=step_id: not glance["open"] or glance["open"]["step"] != mine,
                          follower.options.wait.pass_ + acts.own_time(step)) is None:  # fmt: skip
            _add(met, "keyboard_unreachable", "The keys were pressed and the guide did not go on.")
            break
    for met in walk.steps:
        met.findings = [finding for finding in met.findings if finding.code == "keyboard_unreachable"]
    return walk


def judge_escape(follower: Follower) -> Walk:
    """Start the guide once more, press Escape, and see it gone and the focus where it was."""
    walk = follower.walk_
    if follower.case.guide["kind"] not in HOLDING_KINDS:
        return walk
    first = follower.steps[follower.case.path[0]]
    met = StepWalk(first["id"])
    walk.steps.append(met)
    if not follower.open_page():
        return walk
    was = follower.probe("start_from")
    if not follower.run() or not follower.meet(first, met):
        walk.findings.clear()
        met.findings.clear()
        return walk
    follower.page.keyboard.press("Escape")
    if follower.until(lambda glance: not glance["open"] and glance["step"] is None, 1_500) is None:
        met.findings = [Finding("escape_ignored", met.step)]
        return walk
    met.findings = []
    back = follower.probe("back")
    if was and back and not back["same"] and back["is"] != "<body>":
        met.findings = [Finding("focus_not_returned", met.step, f"It was at {back['was']}, it is at {back['is']}.")]
    elif was and back and not back["same"]:
        met.findings = [Finding("focus_not_returned", met.step, f"It was at {back['was']}, it is lost.")]
    return walk


def _judge_axe(follower: Follower, met: StepWalk) -> None:
    if follower.ask("() => typeof window.axe") != "object":
        follower.ask(f"() => {{ {axe_source()} }}")
    violations: list[dict[str, str]] = follower.ask(_AXE, follower.key) or []
    for violation in violations:
        code = "contrast_low" if violation["rule"].startswith("color-contrast") else "axe_violation"
        told = " ".join(violation["summary"].split())[:220]
        _add(met, code, f"{violation['rule']}: {violation['help']}. {told}")


def _judge_focus(follower: Follower, document: Mapping[str, Any], met: StepWalk) -> None:
    """The focus is in the popover, or with the target that is being used, and Tab keeps it there."""
    announced = follower.probe("announced", follower.key)
    if follower.probe("focused", follower.key) not in ("popover", "target") and not announced:
        _add(met, "focus_not_moved", f"It is at {follower.probe('pathOfFocus')}.")
        return
    if document.get("overlay", "spotlight") == "none" and follower.case.guide["kind"] != "modal":
        return
    for key in ("Tab",) * TABS + ("Shift+Tab",) * 3:
        follower.page.keyboard.press(key)
        if not _held(follower, document):
            _add(met, "focus_not_trapped", f"{key} led to {follower.probe('pathOfFocus')}.")
            return


def _held(follower: Follower, document: Mapping[str, Any]) -> bool:
    """Tell whether the step still holds the focus; true where it is over, and where the page drew its target anew."""
    inside = ("popover", "target")
    if follower.probe("focused", follower.key) in inside:
        return True
    glance = follower.probe("glance", follower.key)
    if glance is None or glance["step"] != document["id"]:
        return True
    if "target" in document:
        follower.probe("find", document["target"])
    return follower.probe("focused", follower.key) in inside


def _judge_motion(follower: Follower) -> None:
    """Under reduced motion the popover stands where it appears."""
    step_id = follower.case.path[0]
    if follower.until(lambda glance: glance["step"] == step_id and glance["box"] is not None, 3_000) is None:
        return
    travel = follower.probe("travel", follower.key, 12)
    if travel and (travel["travelled"] > 2 or travel["moving"]):
        detail = f"It moved {travel['travelled']:.0f} px, {travel['moving']} animation(s) ran."
        follower.walk_.findings.append(Finding("motion_not_reduced", step_id, detail))


def _do_by_keyboard(follower: Follower, step: Mapping[str, Any], met: StepWalk, following: str | None) -> bool:
    button = acts.leading_button(step, following)
    advance = step.get("advance", {"on": "next"})
    if button is not None:
        return _press_button(follower, acts.button_text(follower, step, button), None)
    if advance["on"] == "next":
        return _press_button(follower, None, "next" if following else ("next", "close"))
    if advance["on"] == "delay":
        return True
    hint = step.get("test", {})
    if "emit" in hint:
        follower.ask("(name) => handrail.track(name, {})", hint["emit"])
        return True
    target = advance.get("target") or step.get("target") if advance["on"] == "click" else step.get("target")
    if target is None:
        return True
    if not follower.told("find", target).get("box") or not _tab_to_target(follower):
        return False
    return _use_target(follower, step, advance)


def _use_target(follower: Follower, step: Mapping[str, Any], advance: Mapping[str, Any]) -> bool:
    about, hint = follower.probe("about"), step.get("test", {})
    if about["tag"] == "select":
        return bool(follower.probe("set", hint.get("choose", hint.get("fill")))["done"])
    if about["type"] in ("checkbox", "radio"):
        follower.page.keyboard.press("Space")
    elif about["tag"] in ("input", "textarea") or about["editable"]:
        value = hint.get("fill") or acts.fitting(about["type"], advance.get("pattern"))
        if value is None:
            return True
        if about["type"] in acts.SET_ONLY:  # digits do nothing on a slider, and mean another date in another language
            return bool(follower.probe("set", value)["done"])
        follower.page.keyboard.press("Control+A")
        follower.page.keyboard.type(value)
        follower.page.keyboard.press("Tab")
    else:
        follower.page.keyboard.press("Enter")
    return True


def _tab_to_target(follower: Follower) -> bool:
    for _ in range(REACH_TABS):
        if follower.probe("focused", follower.key) == "target":
            return True
        follower.page.keyboard.press("Tab")
    return False


def _press_button(follower: Follower, text: str | None, actions: str | tuple[str, ...] | None) -> bool:
    wanted = (actions,) if isinstance(actions, str) else actions or ()
    for _ in range(REACH_TABS):
        at = follower.probe("button", follower.key)
        if at and (at["text"] == text if text else at["action"] in wanted):
            follower.page.keyboard.press("Enter")
            return True
        follower.page.keyboard.press("Tab")
    return False


def _add(met: StepWalk, code: str, detail: str = "") -> None:
    if all(finding.code != code for finding in met.findings):
        met.findings.append(Finding(code, met.step, detail))
