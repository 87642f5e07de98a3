"""Read configurations of driver.js (1.x), Shepherd.js (8 to 15) and Intro.js (3 to 8), as JSON.

Learned from the libraries' own documentation and types; functions do not survive JSON, so what was code is named where
its key is left.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from typing import Any, Final

from handrail_guides.importers.carrying import Carrier, Imported, as_object, as_objects, place_of

Json = Any

# options that only say how it looks or moves, which every guide has its own way for
_DRIVER_LOOKS: Final = {
    "showProgress", "allowClose", "overlayOpacity", "animate", "smoothScroll", "stagePadding", "stageRadius",
    "showButtons", "disableActiveInteraction", "popoverOffset", "allowKeyboardControl", "overlayClickBehavior",
    "disableButtons", "duration",
}  # fmt: skip
_DRIVER_COUNTERPARTS: Final = {
    "popoverClass": "a theme",
    "overlayColor": "a theme",
    "progressText": "the widget's own words",
    "nextBtnText": "buttons of each step",
    "prevBtnText": "buttons of each step",
    "doneBtnText": "buttons of each step",
}


def from_driver(config: dict[str, Json], name: str) -> list[Imported]:
    """Read a driver.js configuration: `{steps: [{element, popover: {title, description, side, align}}]}`."""
    carrier = Carrier(name, "driver-js")
    carrier.leave_unknown("", config, {"steps", *_DRIVER_LOOKS, *_DRIVER_COUNTERPARTS})
    for option, counterpart in _DRIVER_COUNTERPARTS.items():
        if config.get(option):
            carrier.leave("", f"“{option}”: use {counterpart} instead")
    for index, step in enumerate(as_objects(config.get("steps"))):
        where = f"steps[{index}]"
        popover = as_object(step.get("popover"))
        title, body = carrier.text(where, popover.get("title", "")), carrier.text(where, popover.get("description", ""))
        if not title and not body:
            carrier.leave(where, "a step without a title and a description shows nothing here")
            continue
        made: dict[str, Json] = {"id": carrier.step_id(None, title or body)}
        _target(made, step.get("element"), carrier, where)
        _texts(made, title, body)
        place = place_of(str(popover.get("side", "")), str(popover.get("align", "")))
        if place != "auto":
            made["place"] = place
        if step.get("disableActiveInteraction", config.get("disableActiveInteraction")):
            made["overlay"] = "blocking"
        shown = popover.get("showButtons", config.get("showButtons"))
        if shown == []:
            carrier.leave(where, "a step without buttons was moved on by code; it has the usual buttons here")
        carrier.leave_unknown(where, step, {"element", "popover", "disableActiveInteraction"})
        carrier.leave_unknown(f"{where}.popover", popover, {"title", "description", "side", "align", "showButtons",
                                                            "showProgress", "disableButtons"})  # fmt: skip
        carrier.steps.append(made)
    return [carrier.finished()]


def from_shepherd(config: dict[str, Json], name: str) -> list[Imported]:
    """Read a Shepherd.js tour: `{useModalOverlay, defaultStepOptions, steps: [{id, title, text, attachTo, …}]}`."""
    carrier = Carrier(str(config.get("tourName") or name), "shepherd")
    usual = as_object(config.get("defaultStepOptions"))
    overlay = "spotlight" if config.get("useModalOverlay") else "none"
    carrier.leave_unknown("", config, {"tourName", "defaultStepOptions", "useModalOverlay", "steps", "id",
                                       "exitOnEsc", "keyboardNavigation"})  # fmt: skip
    raw = as_objects(config.get("steps"))
    ids = [carrier.step_id(step.get("id"), str(step.get("title", step.get("text", "")))) for step in raw]
    named = {str(step["id"]): made for step, made in zip(raw, ids, strict=True) if step.get("id")}
    for index, (given, step_id) in enumerate(zip(raw, ids, strict=True)):
        step, where = {**usual, **given}, f"steps[{index}]"
        text = step.get("text", "")
        html = "".join(f"<p>{part}</p>" for part in text) if isinstance(text, list) else text
        made: dict[str, Json] = {"id": step_id, "overlay": overlay}
        attach = as_object(step.get("attachTo"))
        _target(made, attach.get("element"), carrier, where)
        _texts(made, carrier.text(where, step.get("title", "")), carrier.text(where, html))
        side, _, align = str(attach.get("on", "")).partition("-")
        if place_of(side, align) != "auto":
            made["place"] = place_of(side, align)
        if step.get("canClickTarget") is False:
            made["overlay"] = "blocking"
        _shepherd_advance(made, step, attach, carrier, where)
        buttons = [_shepherd_button(button, carrier, where, named) for button in as_objects(step.get("buttons"))]
        if any(buttons):
            made["buttons"] = [button for button in buttons if button]
        carrier.leave_unknown(where, step, {"id", "title", "text", "attachTo", "buttons", "advanceOn", "canClickTarget",
                                            "cancelIcon", "scrollTo", "arrow", "modalOverlayOpeningPadding",
                                            "modalOverlayOpeningRadius"})  # fmt: skip
        carrier.steps.append(made)
    return [carrier.finished()]


def from_intro(config: dict[str, Json], name: str) -> list[Imported]:
    """Read Intro.js options: `{steps: [{element, title, intro, position}], hints: [{element, hint}]}`."""
    carrier = Carrier(name, "intro-js")
    carrier.leave_unknown("", config, {"steps", "hints", "showProgress", "showBullets", "showStepNumbers", "exitOnEsc",
                                       "exitOnOverlayClick", "overlayOpacity", "keyboardNavigation", "scrollToElement",
                                       "nextLabel", "prevLabel", "doneLabel", "skipLabel",
                                       "disableInteraction"})  # fmt: skip
    for label in ("nextLabel", "prevLabel", "doneLabel", "skipLabel"):
        if config.get(label):
            carrier.leave("", f"“{label}”: use buttons of each step instead")
    for index, step in enumerate(as_objects(config.get("steps"))):
        where = f"steps[{index}]"
        title, body = carrier.text(where, step.get("title", "")), carrier.text(where, step.get("intro", ""))
        if not title and not body:
            carrier.leave(where, "a step without words shows nothing here")
            continue
        made: dict[str, Json] = {"id": carrier.step_id(None, title or body)}
        _target(made, step.get("element"), carrier, where)
        _texts(made, title, body)
        place = _intro_place(str(step.get("position", "")))
        if place != "auto":
            made["place"] = place
        if step.get("disableInteraction", config.get("disableInteraction")):
            made["overlay"] = "blocking"
        if config.get("exitOnOverlayClick", True):
            made["outside"] = "close"
        carrier.leave_unknown(where, step, {"element", "title", "intro", "position", "disableInteraction", "step"})
        carrier.steps.append(made)
    return ([carrier.finished()] if carrier.steps else []) + _intro_hints(config, name)


def _intro_hints(config: dict[str, Json], name: str) -> list[Imported]:
    """Each hint becomes a hotspot of its own."""
    found: list[Imported] = []
    for index, hint in enumerate(as_objects(config.get("hints"))):
        where = f"hints[{index}]"
        carrier = Carrier(f"{name} hint {index + 1}", "intro-js", kind="hotspot")
        made: dict[str, Json] = {"id": "hint", "open": "click"}
        _target(made, hint.get("element"), carrier, where)
        _texts(made, "", carrier.text(where, hint.get("hint", "")))
        if "target" not in made:
            carrier.change(where, "a hint without an element cannot be a hotspot; it became a banner")
            carrier.kind = "banner"
            del made["open"]
        carrier.leave_unknown(where, hint, {"element", "hint"})
        carrier.steps.append(made)
        found.append(carrier.finished())
    return found


def _intro_place(position: str) -> str:
    """Intro.js names the alignment of the edge: `bottom-left-aligned` starts at the left."""
    side, _, align = position.partition("-")
    return place_of(side, {"left-aligned": "start", "right-aligned": "end"}.get(align, ""))


def _shepherd_advance(
    made: dict[str, Json], step: dict[str, Json], attach: dict[str, Json], carrier: Carrier, where: str
) -> None:
    advance = as_object(step.get("advanceOn"))
    selector = advance.get("selector", attach.get("element"))
    if not advance:
        return
    if advance.get("event") == "click" and isinstance(selector, str):
        is_own = "target" in made and selector == made["target"]["css"]
        made["advance"] = {"on": "click"} if is_own else {"on": "click", "target": {"css": selector}}
    else:
        carrier.leave(where, f"advances on the event “{advance.get('event')}”; it has a next button here")


def _shepherd_button(
    button: dict[str, Json], carrier: Carrier, where: str, named: dict[str, str]
) -> dict[str, Json] | None:
    actions = {"next": "next", "back": "back", "cancel": "close", "complete": "close", "hide": "close"}
    raw = str(button.get("action", button.get("type", ""))).lower().removesuffix("()").rpartition(".")[2]
    text = carrier.text(where, button.get("text", "")) or raw.capitalize()
    action: Json = actions.get(raw) or ({"to": named[raw]} if raw in named else None)
    if action is None:
        carrier.leave(where, f"the button “{text}” ran code; it is left out")
        return None
    made: dict[str, Json] = {"text": text[:60], "action": action}
    if not button.get("secondary") and "secondary" not in str(button.get("classes", "")):
        made["look"] = "primary"
    return made


def _target(made: dict[str, Json], element: Json, carrier: Carrier, where: str) -> None:
    if isinstance(element, str) and element.strip():
        made["target"] = {"css": element.strip()}
    elif element is not None and element != "":
        carrier.leave(where, "the element was not a selector; the step is centred: pick it with the builder")


def _texts(made: dict[str, Json], title: str, body: str) -> None:
    if title:
        made["title"] = title
    if body or not title:
        made["body"] = body
