"""Do what a step asks of the visitor: press its button, click its target, type its `test`. Needs Playwright."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from handrail_guides.walk.findings import Finding, StepWalk
from handrail_guides.walk.reading import milliseconds

if TYPE_CHECKING:
    from handrail_guides.walk.driver import Follower

Step = Mapping[str, Any]
# What a control of each type takes, and, for the others, texts to try against a pattern: the first that fits is typed.
_BY_TYPE: Final = {
    "email": "walk@example.com", "number": "42", "range": "42", "tel": "+15550100", "url": "https://example.com/",
    "date": "2026-03-01", "time": "10:30", "month": "2026-03", "week": "2026-W10", "datetime-local": "2026-03-01T10:30",
    "color": "#336699",
}  # fmt: skip
_TRIES: Final = (
    *("Walk", "42", "42.00", "walk@example.com", "2026-03-01", "https://example.com/"),
    *("walk-1", "W", "WALK", "Walk the walk", "4242424242"),
)
OPEN_MS: Final = 1_000
SET_ONLY: Final = frozenset({"range", "date", "time", "month", "week", "datetime-local", "color"})


def perform(follower: Follower, step: Step, met: StepWalk, following: str | None) -> bool:
    """Do the step's own action. False where it cannot be done; the finding is then made."""
    if follower.case.guide["kind"] == "checklist":
        return _get_done(follower, step, met)
    button = leading_button(step, following)
    if button is not None:
        return _press(follower, met, [_action_name(button)], button_text(follower, step, button))
    if follower.case.guide["kind"] in ("banner", "tooltip", "hotspot") and "advance" not in step:
        return _press(follower, met, ["next", "close"], None)
    advance = step.get("advance", {"on": "next"})
    match advance["on"]:
        case "next":
            _use_hint(follower, step, met)
            return _press(follower, met, ["next", "close"] if following is None else ["next"], None)
        case "click":
            return _click(follower, step, met, advance.get("target", step.get("target")))
        case "input":
            return _fill(follower, step, met, advance.get("pattern"))
        case "event" | "element" | "path":
            return _trigger(follower, step, met)
        case _:
            return True


def _get_done(follower: Follower, step: Step, met: StepWalk) -> bool:
    """Make a checklist's item true: send its event, or press its button. Other facts only the host can bring about."""
    done = step.get("done")
    if done is None:
        own = step.get("buttons", [])
        return not own or _press(follower, met, [_action_name(own[0])], button_text(follower, step, own[0]))
    if "event" not in done:
        met.findings.append(Finding("item_untried", step["id"], f"It is done where {done} holds."))
        return False
    follower.ask("(name) => handrail.track(name)", done["event"])
    return True


def own_time(step: Step) -> int:
    """Return how long the step takes by itself, in milliseconds."""
    return milliseconds(step.get("advance", {}).get("after", "PT0S"))


def describe(step: Step) -> str:
    """Say in words what was done on a step."""
    advance = step.get("advance", {"on": "next"})
    words = {
        "next": "Its button was pressed.", "click": "Its target was clicked.", "input": "Its field was filled in.",
        "event": f"The event is “{advance.get('event')}”.", "element": "The element did not come or go.",
        "path": f"The path never became {advance.get('path')}.", "delay": f"{advance.get('after')} went by.",
    }  # fmt: skip
    return words[advance["on"]]


def leading_button(step: Step, following: str | None) -> Mapping[str, Any] | None:
    """Return the step's own button that leads on along the path; None where the step has none."""
    buttons = step.get("buttons", [])
    for button in buttons:
        if isinstance(button["action"], Mapping) and following is not None and button["action"].get("to") == following:
            return button
    plain = [button for button in buttons if button["action"] == "next"]
    if plain or not buttons:
        return plain[0] if plain else None
    if following is None and step.get("advance", {}).get("on", "next") == "next":
        return next((button for button in buttons if button["action"] in ("close", "skip", "snooze", "never")), None)
    return None


def button_text(follower: Follower, step: Step, button: Mapping[str, Any]) -> str:
    """Return what a button says in the walk's language."""
    from handrail_guides import localise
    from handrail_guides.texts import plain

    guide = localise.localised(follower.case.guide, localise.chain(follower.case.language, follower.case.guide))
    shown = next(one for one in guide["steps"] if one["id"] == step["id"])
    return plain(shown["buttons"][list(step["buttons"]).index(button)]["text"])


def open_closed(follower: Follower, step: Step) -> None:
    """Open a tooltip or a hotspot as its step says: by pointing at it, by focus, or by a click."""
    if "target" not in step or not follower.told("find", step["target"]).get("box"):
        return
    follower.probe("scroll")
    dot = follower.probe("dot", follower.key)
    point = _middle(dot) if dot else (_steady_reach(follower) or {}).get("point")
    how = step.get("open", "hover")
    if how == "focus":
        follower.probe("focus")
    elif point is not None and (how == "click" or dot):
        follower.page.mouse.click(*point)
    elif point is not None and how == "hover":
        follower.page.mouse.move(*point)
    follower.until(lambda glance: glance["opened"], OPEN_MS)


def close_again(follower: Follower) -> None:
    """Take the mouse away from a tooltip, which closes it; it has no button of its own."""
    follower.page.mouse.move(1, 1)
    follower.until(lambda glance: not glance["opened"], OPEN_MS)


def _press(follower: Follower, met: StepWalk, actions: list[str], text: str | None) -> bool:
    button = follower.probe("find_button", follower.key, actions, text)
    if button is None:
        met.findings.append(
            Finding("advance_stuck", met.step, f"The popover has no button to go on ({', '.join(actions)}).")
        )
        return False
    follower.page.mouse.click(*_middle(button["box"]))
    return True


def _click(follower: Follower, step: Step, met: StepWalk, target: Mapping[str, Any] | None) -> bool:
    """Click the target where a click reaches it, and see that it got there."""
    if target is None or not follower.told("find", target).get("box"):
        met.findings.append(Finding("target_not_found", met.step, "There is nothing to click."))
        return False
    reach = _steady_reach(follower, target)
    if reach is not None and not reach["steady"]:
        _once(met, "target_unstable", "It never stood still.")
        return False
    if reach is None or reach["point"] is None:
        by = (reach or {}).get("by", "nothing")
        if by == "nothing" and any(finding.code == "target_disabled" for finding in met.findings):
            return False
        code = "host_click_blocked" if by == "handrail-guide" else "target_covered"
        _once(met, code, f"{by} lies over it.")
        return False
    about = follower.told("about")
    follower.probe("listen")
    before = follower.page.url
    follower.page.mouse.click(*reach["point"])
    clicks = follower.probe("clicks")
    if clicks == 0 and follower.page.url == before and about.get("tag") != "option":
        _once(met, "host_click_blocked", "The click never reached the element.")
        return False
    return True


def _steady_reach(follower: Follower, target: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return where to click, once the target has stood still for two looks; scrolled to, where it is out of view.

    `steady` in the answer is False where it never stood still. A replaced element is looked for again.
    """
    last: Any = None
    places: set[tuple[float, float]] = set()
    reach: dict[str, Any] | None = None
    for attempt in range(20):
        reach = follower.probe("reach")
        point = tuple(reach["point"]) if reach and reach["point"] else None
        if reach and point and point == last:
            return reach | {"steady": True}
        if reach and not point and target is not None and reach["by"] == "nothing":
            follower.probe("find", target)
        elif reach and not point and attempt in (4, 10):
            follower.probe("scroll")
        places |= {point} if point else set()
        last = point
        follower.page.wait_for_timeout(30)
    return reach | {"steady": len(places) < 2} if reach else None


def _fill(follower: Follower, step: Step, met: StepWalk, pattern: str | None) -> bool:
    """Type into the target, or choose, or tick, so that the step's pattern is met."""
    if not follower.told("find", step["target"]).get("box"):
        met.findings.append(Finding("target_not_found", met.step, "There is nothing to fill in."))
        return False
    about = follower.told("about")
    hint = step.get("test", {})
    if about["type"] in ("checkbox", "radio"):
        return _tick(follower, met)
    if about["tag"] == "select":
        return _choose(follower, met, hint.get("choose", hint.get("fill")))
    value = hint.get("fill") or fitting(about["type"], pattern)
    if value is None:
        met.findings.append(Finding("hint_missing", met.step, f"No text of the walker's fits {pattern}."))
        return False
    if pattern and not re.fullmatch(pattern, value):
        met.findings.append(Finding("hint_unusable", met.step, f"“{value}” does not fit {pattern}."))
        return False
    return _type(follower, about, value)


def fitting(kind: str, pattern: str | None) -> str | None:
    """Return a text that a control of a type takes and that a pattern wholly matches; None where none is known."""
    tries = (_BY_TYPE[kind],) if kind in _BY_TYPE else _TRIES
    return next((text for text in tries if pattern is None or re.fullmatch(pattern, text)), None)


def _type(follower: Follower, about: Mapping[str, Any], value: str) -> bool:
    if about["type"] in SET_ONLY:
        return bool(follower.probe("set", value)["done"])
    reach = _steady_reach(follower)
    if reach and reach["point"]:
        follower.page.mouse.click(*reach["point"])
    follower.probe("focus")
    follower.page.keyboard.press("Control+A")
    follower.page.keyboard.type(value)
    return True


def _choose(follower: Follower, met: StepWalk, choice: str | None) -> bool:
    made = follower.probe("set", choice)
    if not made["done"]:
        met.findings.append(Finding("hint_unusable", met.step, f"“{choice}” is not among {made['choices']}."))
        return False
    return True


def _tick(follower: Follower, met: StepWalk) -> bool:
    reach = _steady_reach(follower)
    if reach is None or reach["point"] is None:
        _once(met, "target_covered", f"{(reach or {}).get('by')} lies over it.")
        return False
    follower.page.mouse.click(*reach["point"])
    return True


def _use_hint(follower: Follower, step: Step, met: StepWalk) -> None:
    """Do what a step's `test` says although the step does not wait for it."""
    hint = step.get("test", {})
    if "target" not in step or not ({"fill", "choose", "check"} & hint.keys()):
        return
    if not follower.told("find", step["target"]).get("box"):
        return
    about = follower.told("about")
    if "check" in hint and about.get("checked") != hint["check"]:
        _tick(follower, met)
    elif "choose" in hint:
        _choose(follower, met, hint["choose"])
    elif "fill" in hint:
        _type(follower, about, hint["fill"])


def _trigger(follower: Follower, step: Step, met: StepWalk) -> bool:
    """Bring about the event, element or path that a step waits for: by its hint, or by a click on its target."""
    hint = step.get("test", {})
    if "emit" in hint:
        follower.ask("(name) => handrail.track(name, {})", hint["emit"])
    elif "press" in hint:
        follower.page.keyboard.press(hint["press"])
    elif {"fill", "choose", "check"} & hint.keys():
        _use_hint(follower, step, met)
    elif "target" in step:
        return _click(follower, step, met, step["target"])
    return True


def _action_name(button: Mapping[str, Any]) -> str:
    action = button["action"]
    return action if isinstance(action, str) else next(iter(action))


def _middle(box: list[float]) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def _once(met: StepWalk, code: str, detail: str) -> None:
    if all(finding.code != code for finding in met.findings):
        met.findings.append(Finding(code, met.step, detail))
