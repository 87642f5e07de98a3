"""Read a Usertour flow as its database keeps it: types of @usertour/types (contents, config) and its editor's tree."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handrail_guides.importers.carrying import Carrier, Imported, as_number, as_object, as_objects, as_texts, place_of
from handrail_guides.importers.trees import as_html, page_of, plain_text
from handrail_guides.importers.usertour_api import from_usertour_api, is_answer

Json = Any


def from_usertour(content: dict[str, Json], name: str) -> list[Imported]:
    """Read one content of the type flow with its published or edited version, or the API's answer about one."""
    if is_answer(content):
        return from_usertour_api(content, name)
    version = next((as_object(content.get(each)) for each in ("publishedVersion", "editedVersion", "version")
                    if content.get(each)), content)  # fmt: skip
    carrier = Carrier(str(content.get("name") or name), "usertour")
    kind = str(content.get("type", "flow"))
    if kind != "flow":
        carrier.leave("", f"contents of the type {kind} are not read; only flows are")
    raw = sorted(
        as_objects(version.get("steps") or content.get("steps")), key=lambda step: as_number(step.get("sequence"))
    )
    names: dict[str, str] = {}
    for step in raw:
        names[str(step.get("cvid", step.get("id", "")))] = carrier.step_id(None, str(step.get("name", "step")))
    for index, step in enumerate(raw):
        made = _step(carrier, step, names, f"steps[{index}]")
        if made:
            carrier.steps.append(made)
    _rules(carrier, as_object(version.get("config")))
    return [carrier.finished()] if carrier.steps else []


def _step(carrier: Carrier, step: dict[str, Json], names: dict[str, str], where: str) -> dict[str, Json] | None:
    setting, target = as_object(step.get("setting")), as_object(step.get("target"))
    elements = list(_elements(step.get("data")))
    html = "".join(as_html({"content": each.get("data")}) for each in elements if each.get("type") == "text")
    images = [each for each in elements if each.get("type") == "image" and each.get("url")]
    body = carrier.text(where, html)
    if step.get("type") == "hidden" or not (body or images):
        carrier.leave(where, "a step without words is left out")
        return None
    made: dict[str, Json] = {"id": names[str(step.get("cvid", step.get("id", "")))]}
    selector = target.get("customSelector") or next(iter(as_texts(target.get("selectorsList"))), None)
    if step.get("type") in ("tooltip", None) and (selector or target.get("content")):
        made["target"] = {name: value for name, value in (("css", selector), ("text", target.get("content"))) if value}
        made["place"] = place_of(str(setting.get("side", "")), str(setting.get("align", "")))
    elif step.get("type") == "tooltip":
        carrier.leave(where, "the element was found by Usertour's own signals; pick it with the builder")
    made["title" if not body else "body"] = body or str(step.get("name", "Step"))
    if images:
        made["media"] = {"src": str(images[0]["url"]), "alt": ""}
        carrier.leave(where, "the picture has no alternative text; write one")
    made["overlay"] = "none" if not setting.get("enabledBackdrop") else "spotlight"
    if setting.get("enabledBlockTarget"):
        made["overlay"] = "blocking"
    buttons = [_button(carrier, as_object(each.get("data")), names, where) for each in elements
               if each.get("type") == "button"]  # fmt: skip
    if any(buttons):
        made["buttons"] = [button for button in buttons if button]
    _click(carrier, made, target, names, where)
    if step.get("trigger"):
        carrier.leave(where, "its triggers have no counterpart; use branches and conditions")
    for other in {str(each.get("type")) for each in elements} - {"text", "button", "image", "None"}:
        carrier.leave(where, f"the element “{other}” has no counterpart in a tour")
    return made


def _click(carrier: Carrier, made: dict[str, Json], target: dict[str, Json], names: dict[str, str], where: str) -> None:
    """A click on the target may run actions; going to the next step is one."""
    for action in as_objects(target.get("actions")):
        to = names.get(str(as_object(action.get("data")).get("stepCvid")))
        if action.get("type") == "step-goto" and to and "target" in made:
            made["advance"] = {"on": "click"}
            made["then"] = [{"to": to}]
        else:
            carrier.leave(where, f"a click on the element did “{action.get('type')}”")


def _button(carrier: Carrier, data: dict[str, Json], names: dict[str, str], where: str) -> dict[str, Json] | None:
    text = str(data.get("text") or "Next")[:60]
    actions = as_objects(data.get("actions"))
    chosen: Json = None
    for action in actions:
        given = as_object(action.get("data"))
        match str(action.get("type")):
            case "step-goto" if str(given.get("stepCvid")) in names:
                chosen = chosen or {"to": names[str(given["stepCvid"])]}
            case "flow-dismis":
                chosen = chosen or "close"
            case "flow-start":
                carrier.leave(
                    where, f"“{text}” starts the flow {given.get('contentId')}; name that guide's key instead"
                )
            case "page-navigate":
                address = plain_text(given.get("value"))
                chosen = {"open": address} if address else chosen
            case other:
                carrier.leave(where, f"“{text}” did “{other}”, which has no counterpart")
    if chosen is None and actions:
        return None
    return {
        "text": text,
        "action": chosen or "next",
        "look": "primary" if data.get("type") == "primary" else "secondary",
    }


def _rules(carrier: Carrier, config: dict[str, Json]) -> None:
    if config.get("enabledHideRules"):
        carrier.leave("config", "rules that hide have no counterpart; put them into the audience with not")
    if not config.get("enabledAutoStartRules"):
        carrier.members["start"] = {"on": "manual"}
        return
    pages: list[Json] = []
    for rule in as_objects(config.get("autoStartRules")):
        if rule.get("type") == "current-page":
            data = as_object(rule.get("data"))
            pages += [page for each in as_texts(data.get("includes")) if (page := page_of(str(each), "wildcard"))]
        else:
            carrier.leave("config", f"the start rule “{rule.get('type')}” has to be written as an audience")
    if pages:
        carrier.members["where"] = {"any": pages}
    every = as_object(as_object(config.get("autoStartRulesSetting")).get("frequency"))
    repeat = {"once": "once", "multiple": "until_completed", "unlimited": "always"}.get(str(every.get("frequency")))
    if repeat:
        carrier.members["frequency"] = {"repeat": repeat}


def _elements(groups: Json) -> Iterator[dict[str, Json]]:
    """Yield the elements of Usertour's tree of groups and columns, in reading order."""
    for node in as_objects(groups):
        children = node.get("children")
        if children:
            yield from _elements(children)
        else:
            yield as_object(node.get("element"))
