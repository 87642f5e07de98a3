"""Read a Usertour flow or checklist as its API v2 answers: a content with `editedVersion` or `publishedVersion`, or one
of its content versions with `expand=steps` (content-representation: blocks, placement, conditions and actions in
words); and as it is written to that API, where a step is named by its `key`.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from handrail_guides.importers.carrying import (
    Carrier,
    Imported,
    as_number,
    as_object,
    as_objects,
    as_texts,
    period,
    place_of,
)
from handrail_guides.importers.trees import page_of

Json = Any

_REPEAT: Final = {"once": "once", "multiple": "until_completed", "unlimited": "always"}
_PRIORITY: Final = {"highest": 90, "high": 70, "medium": 50, "low": 30, "lowest": 10}
_COMPARISONS: Final = {"is": "is", "not": "is_not"}
_STATES: Final = {"any": {"exists": True}, "empty": {"exists": False}, "true": {"is": True}, "false": {"is": False}}
_LIQUID: Final = re.compile(r"\{\{\s*([\w.]+)\s*(?:\|\s*default:\s*\"([^\"]*)\"\s*)?[^}]*\}\}")
_HEADING: Final = re.compile(r"#{1,6}\s+(.+?)\s*#*")


def is_answer(content: dict[str, Json]) -> bool:
    """Say whether this is what the API answers, whose objects say what they are, or what is written to it."""
    return content.get("object") in ("content", "contentVersion") or is_written(content)


def is_written(content: dict[str, Json]) -> bool:
    """Say whether this is the body of a request: steps of blocks, or a checklist's items."""
    blocks = any(isinstance(step.get("content"), list) for step in as_objects(content.get("steps")))
    return blocks or bool(as_objects(as_object(content.get("data")).get("items")))


def from_usertour_api(content: dict[str, Json], name: str) -> list[Imported]:
    """Read one flow or checklist; a content of another type gives nothing."""
    live = next((as_object(each.get("publishedVersion")) for each in as_objects(content.get("environments"))), {})
    version = live or as_object(content.get("editedVersion")) or content
    carrier = Carrier(str(content.get("name") or name), "usertour")
    steps = [each for each in as_objects(version.get("steps")) if each.get("type") != "hidden"]
    names = {_own_name(step): carrier.step_id(step.get("key"), str(step.get("name", "step"))) for step in steps}
    for hidden in as_objects(version.get("steps")):
        if hidden.get("type") == "hidden":
            carrier.leave(str(hidden.get("name", "")), "a hidden step, which only has triggers, is left out")
    for index, step in enumerate(sorted(steps, key=lambda step: as_number(step.get("sequence")))):
        _step(carrier, step, names, f"steps[{index}]")
    _checklist(carrier, as_object(version.get("data")))
    _start(carrier, as_object(version.get("startRules")))
    if version.get("hideRules"):
        carrier.leave("hideRules", "rules that hide have no counterpart; put them into the audience with not")
    return [carrier.finished()] if carrier.steps else []


def _own_name(step: dict[str, Json]) -> str:
    """Return what other steps call a step: `cvid` in answers, `key` where it is written."""
    return str(step.get("cvid") or step.get("key") or step.get("name"))


def _checklist(carrier: Carrier, data: dict[str, Json]) -> None:
    """Read a checklist's items; an item that a click on it completes is ticked by its own button here too."""
    items = as_objects(data.get("items"))
    if not items:
        return
    carrier.kind = "checklist"
    if data.get("buttonText"):
        carrier.members["title"] = str(data["buttonText"])
    for index, item in enumerate(items):
        where, name = f"items[{index}]", str(item.get("name") or "Item")
        made: dict[str, Json] = {"id": carrier.step_id(None, name), "title": name}
        if item.get("description"):
            made["body"] = str(item["description"])
        facts = [each for each in as_objects(item.get("completeWhen")) if each.get("type") != "task_clicked"]
        clauses = [_clause(each) for each in facts]
        if facts and all(clauses):
            made["done"] = clauses[0] if len(clauses) == 1 else {"all": clauses}
        for fact, clause in zip(facts, clauses, strict=True):
            if not clause:
                carrier.leave(where, f"“{fact.get('type')}” completed it; write the rule of “done”")
        opens = next((each for each in as_objects(item.get("clickActions")) if _action(each, {})), None)
        if opens:
            made["buttons"] = [{"text": "Open", "action": _action(opens, {})}]
        for other in as_objects(item.get("clickActions")):
            if other is not opens:
                carrier.leave(where, f"a click on it did “{other.get('type')}”")
        carrier.steps.append(made)


def _step(carrier: Carrier, step: dict[str, Json], names: dict[str, str], where: str) -> None:
    blocks = list(_blocks(step.get("content")))
    title, body = _words(carrier, blocks, where)
    pictures = [each for each in blocks if each.get("type") == "image" and each.get("url")]
    if not (title or body or pictures):
        carrier.leave(where, "a step without words is left out")
        return
    made: dict[str, Json] = {"id": names[_own_name(step)]}
    _place(carrier, made, step, where)
    made |= {name: text for name, text in (("title", title), ("body", body)) if text}
    if pictures:
        made["media"] = {"src": str(pictures[0]["url"]), "alt": str(pictures[0].get("alt") or "")}
        if not pictures[0].get("alt"):
            carrier.leave(where, "the picture has no alternative text; write one")
    buttons = [_button(carrier, each, names, where) for each in blocks if each.get("type") == "button"]
    if any(buttons):
        made["buttons"] = [button for button in buttons if button]
    _click(carrier, made, step, names, where)
    for member in ("triggers", "explicitCompletionStep"):
        if step.get(member):
            carrier.leave(where, f"“{member}” has no counterpart; use branches, conditions and a goal")
    for other in sorted({str(each.get("type")) for each in blocks} - {"text", "button", "image"}):
        carrier.leave(where, f"the block “{other}” has no counterpart in a tour")
    carrier.steps.append(made)


def _place(carrier: Carrier, made: dict[str, Json], step: dict[str, Json], where: str) -> None:
    target, placement = as_object(step.get("target")), as_object(step.get("placement"))
    if target.get("selector"):
        made["target"] = {"css": str(target["selector"])}
        if target.get("text"):
            made["target"]["text"] = str(target["text"])[:200]
        if target.get("nth"):
            carrier.leave(where, f"“nth”: {target['nth']}: one of several alike; pick it with the builder")
        if placement.get("alignType") != "auto" and placement.get("side"):
            made["place"] = place_of(str(placement["side"]), str(placement.get("align") or ""))
    elif step.get("type") == "tooltip":
        carrier.leave(where, "the element was found by Usertour's own signals; pick it with the builder")
    made["overlay"] = "none" if not placement.get("backdrop") else "spotlight"
    if placement.get("backdrop") and placement.get("blockTarget"):
        made["overlay"] = "blocking"


def _blocks(content: Json) -> Iterator[dict[str, Json]]:
    """Yield the blocks in reading order, those of columns one column after the other."""
    for block in as_objects(content):
        if block.get("type") == "columns":
            for column in as_objects(block.get("columns")):
                yield from _blocks(column.get("blocks"))
        else:
            yield block


def _words(carrier: Carrier, blocks: list[dict[str, Json]], where: str) -> tuple[str, str]:
    """Return (title, body): a heading at the beginning is the title, others are bold paragraphs."""
    text = "\n\n".join(str(each.get("markdown") or "") for each in blocks if each.get("type") == "text")
    text = re.sub(r"\]\(([^)]*)\)\{target=_blank\}", r"](\1)", text)
    text = "".join(_placeholder(part, index) for index, part in enumerate(re.split(r"(\{\{.*?\}\})", text)))
    if "```" in text:
        carrier.leave(where, "a block of code is not part of guides; its words stay")
        text = text.replace("```", "")
    lines = text.strip().split("\n")
    title = ""
    if first := _HEADING.fullmatch(lines[0]):
        title, lines = first[1], lines[1:]
    lines = [f"**{found[1]}**" if (found := _HEADING.fullmatch(line)) else line for line in lines]
    return title, "\n".join(lines).strip()


def _placeholder(part: str, index: int) -> str:
    """Turn Liquid's `{{ name | default: "you" }}` into `{name|you}`; braces elsewhere are characters."""
    if index % 2 == 0:
        return re.sub(r"([{}])", r"\\\1", part)
    found = _LIQUID.fullmatch(part)
    return f"{{{found[1]}|{found[2] or ''}}}" if found else ""


def _button(carrier: Carrier, block: dict[str, Json], names: dict[str, str], where: str) -> dict[str, Json] | None:
    text = str(block.get("text") or "Next")[:60]
    actions = as_objects(block.get("actions"))
    chosen: Json = None
    for action in actions:
        found = _action(action, names)
        if found is None:
            carrier.leave(where, f"“{text}” did “{action.get('type')}”, which has no counterpart")
        chosen = chosen or found
    for member in ("hiddenWhen", "disabledWhen"):
        if block.get(member):
            carrier.leave(where, f"“{text}” has “{member}”; use two steps and a branch")
    if chosen is None and actions:
        return None
    look = "secondary" if block.get("variant") == "secondary" else "primary"
    return {"text": text, "action": chosen or "next", "look": look}


def _action(action: dict[str, Json], names: dict[str, str]) -> Json:
    match action.get("type"):
        case "goto_step" if str(action.get("step")) in names:
            return {"to": names[str(action["step"])]}
        case "dismiss":
            return "close"
        case "navigate" if action.get("url"):
            return {"open": str(action["url"])} | ({"new_tab": True} if action.get("newTab") else {})
        case _:
            return None


def _click(carrier: Carrier, made: dict[str, Json], step: dict[str, Json], names: dict[str, str], where: str) -> None:
    """A click on the target may run actions; going to another step is one."""
    for action in as_objects(step.get("onClick")):
        to = names.get(str(action.get("step"))) if action.get("type") == "goto_step" else None
        if to and "target" in made:
            made["advance"], made["then"] = {"on": "click"}, [{"to": to}]
        else:
            carrier.leave(where, f"a click on the element did “{action.get('type')}”")


def _start(carrier: Carrier, rules: dict[str, Json]) -> None:
    if not rules:
        carrier.members["start"] = {"on": "manual"}
        return
    pages: list[Json] = []
    clauses: list[Json] = []
    for condition in as_objects(rules.get("when")):
        if condition.get("type") == "current_url":
            pages += [page for each in as_texts(condition.get("includes")) if (page := page_of(str(each), "wildcard"))]
            if condition.get("excludes"):
                carrier.leave("startRules", "pages that are left out: write them into “where” with not")
        elif clause := _clause(condition):
            clauses.append(clause)
        else:
            carrier.leave("startRules", f"the condition “{condition.get('type')}” has to be written as an audience")
    if pages:
        carrier.members["where"] = {"any": pages}
    if clauses:
        carrier.members["audience"] = {"all": clauses}
    if as_number(rules.get("waitSeconds")):
        carrier.members["start"] = {"on": "load", "delay": period(as_number(rules["waitSeconds"]))}
    repeat = _REPEAT.get(str(as_object(rules.get("frequency")).get("mode")))
    if repeat:
        again = rules.get("startIfNotComplete") and repeat != "once"
        carrier.members["frequency"] = {"repeat": "until_completed" if again else repeat}
    if str(rules.get("priority")) in _PRIORITY:
        carrier.members["priority"] = _PRIORITY[str(rules["priority"])]


def _clause(condition: dict[str, Json]) -> Json:
    """Return a condition as a clause of a rule; None where it has no counterpart."""
    op, name = str(condition.get("op")), str(condition.get("attribute"))
    if condition.get("type") == "attribute" and condition.get("scope") in ("user", "company"):
        subject = {"trait" if condition["scope"] == "user" else "account": name}
        if op in _STATES:
            return subject | _STATES[op]
        if op in _COMPARISONS and condition.get("value") is not None:
            return subject | {_COMPARISONS[op]: str(condition["value"])}
    if condition.get("type") == "event" and condition.get("event"):
        return {"event": str(condition["event"])}
    if condition.get("type") == "element" and condition.get("state") in ("present", "hidden"):
        selector = as_object(condition.get("target")).get("selector")
        state = "present" if condition["state"] == "present" else "absent"
        return {"element": {"css": str(selector)}, "is": state} if selector else None
    if condition.get("type") == "group":
        inner = [_clause(each) for each in as_objects(condition.get("conditions"))]
        return {str(condition.get("match")): inner} if inner and all(inner) else None
    return None
