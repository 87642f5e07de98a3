"""The rows inside a step's form: its buttons and its branches. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from handrail_cms.editing import clauses
from handrail_cms.editing.places import Json, items, obj, objects, put

PLAIN_ACTIONS: Final = ("next", "back", "close", "skip", "snooze", "never")
TARGETED_ACTIONS: Final = ("to", "start", "open", "emit")


def buttons_of(step: Json) -> list[dict[str, str]]:
    """Return the step's own buttons as rows of text, action, argument and look."""
    return [_button_row(button) for button in objects(step.get("buttons"))]


def _button_row(button: Json) -> dict[str, str]:
    action: Any = button.get("action", "next")
    named = next((name for name in TARGETED_ACTIONS if name in obj(action)), None)
    return {
        "text": str(button.get("text", "")),
        "action": named or str(action),
        "argument": str(action[named]) if named else "",
        "look": str(button.get("look", "secondary")),
    }


def branches_of(step: Json) -> list[dict[str, str]]:
    """Return the step's branches as rows: the one clause that fits a row, or its JSON; and where to go."""
    return [_branch_row(branch) for branch in objects(step.get("then"))]


def _branch_row(branch: Json) -> dict[str, str]:
    rule = branch.get("if")
    return {"if": json.dumps(rule, ensure_ascii=False) if rule else "", "to": str(branch.get("to", ""))}


def write(step: Json, form: Mapping[str, str]) -> None:
    """Carry the posted rows into the step."""
    if "buttons" in form:
        old = objects(step.get("buttons"))
        posted = [_posted_button(form, number, old) for number in _numbers(form, "button")]
        put(step, ("buttons",), posted)
    if "branches" in form:
        put(step, ("then",), [_posted_branch(form, number) for number in _numbers(form, "branch")])


def act(step: Json, name: str, argument: str) -> None:
    """Add or remove a row."""
    key = {"button": "buttons", "branch": "then"}.get(name.partition("-")[2])
    if key is None:
        return
    found = list(items(step.get(key)))
    if name.startswith("add-"):
        found.append({"text": "", "action": "next"} if key == "buttons" else {"to": "end"})
    elif argument.isdigit() and int(argument) < len(found):
        found.pop(int(argument))
    put(step, (key,), found)


def _numbers(form: Mapping[str, str], kind: str) -> list[int]:
    return sorted({int(match[1]) for name in form if (match := re.match(rf"^{kind}-(\d+)-", name))})


def _posted_button(form: Mapping[str, str], number: int, old: list[Json]) -> Json:
    action = form.get(f"button-{number}-action", "next")
    argument = form.get(f"button-{number}-argument", "").strip()
    button: Json = dict(old[number]) if number < len(old) else {}
    before = obj(button.get("action"))
    wanted: Any = {action: argument} if action in TARGETED_ACTIONS else action
    if action in before:
        wanted = before | wanted
    button |= {"text": form.get(f"button-{number}-text", "").strip(), "action": wanted}
    look = form.get(f"button-{number}-look", "secondary")
    put(button, ("look",), None if look == "secondary" and "look" not in button else look)
    return button


def _posted_branch(form: Mapping[str, str], number: int) -> Json:
    text = form.get(f"branch-{number}-if", "").strip()
    to = form.get(f"branch-{number}-to", "end")
    if not text:
        return {"to": to}
    try:
        return {"if": json.loads(text), "to": to}
    except ValueError:
        return {"if": _simple(text), "to": to}


def _simple(text: str) -> Any:
    """Read `trait is value`, which people write before they know the format; other text is kept for validation."""
    match = re.match(r"^([\w.-]+)\s+(?:is|=)\s+(.+)$", text)
    return {"trait": match[1], "is": clauses.scalar(match[2])} if match else text
