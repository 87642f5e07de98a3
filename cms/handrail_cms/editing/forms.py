"""A posted editor form applied to a guide: its fields, then the one action that its button asks for. Pure.

An action is `NAME` or `NAME:ARGUMENT`, the value of the pressed button. Every action leaves a whole document
behind, so the same form works with and without a script.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from typing import Final

from handrail_cms.editing import clauses, fields, rows
from handrail_cms.editing.places import Json, obj, objects, put

GUIDE_PANEL: Final = "guide"
AUDIENCE_PANEL: Final = "audience"


def steps_of(document: Json) -> list[Json]:
    """Return the steps of a draft, which may be anything while somebody is writing it."""
    return objects(document.get("steps"))


def step_index(document: Json, step_id: str) -> int | None:
    """Return the place of a step in the list, or None."""
    return next((index for index, step in enumerate(steps_of(document)) if step.get("id") == step_id), None)


def apply(document: Json, form: Mapping[str, str]) -> tuple[Json, str]:
    """Return (the changed copy, the panel to show next).

    `form["panel"]` says what the form shows: `guide`, `audience` or a step's id; `form["do"]` is the action.
    """
    changed = copy.deepcopy(document)
    panel = form.get("panel", GUIDE_PANEL)
    if panel == GUIDE_PANEL:
        _write_guide(changed, form)
    elif panel == AUDIENCE_PANEL:
        _write_audience(changed, form)
    elif (index := step_index(changed, panel)) is not None:
        panel = _write_step(changed, index, form)
    return changed, act(changed, panel, form.get("do", "save"))


def _write_guide(document: Json, form: Mapping[str, str]) -> None:
    fields.write(document, form, fields.GUIDE_FIELDS, fields.GUIDE_PERIODS)
    fields.keep_only(document, "start", fields.START_KEYS)


def _write_audience(document: Json, form: Mapping[str, str]) -> None:
    if "audience-json" in form:
        try:
            put(document, ("audience",), json.loads(form["audience-json"] or "null"))
        except ValueError:
            document["audience"] = form["audience-json"]
    elif "audience-mode" in form:
        put(document, ("audience",), clauses.rule_of(form["audience-mode"], clauses.rows_from(form)))
    if "where" in form:
        _write_guide(document, {name: form[name] for name in ("where", "where-not") if name in form})


def _write_step(document: Json, index: int, form: Mapping[str, str]) -> str:
    step = steps_of(document)[index]
    before = str(step.get("id", ""))
    fields.write(step, form, fields.STEP_FIELDS, fields.STEP_PERIODS)
    fields.keep_only(step, "advance", fields.ADVANCE_KEYS)
    if step.get("advance") == {"on": "next"}:
        step.pop("advance")
    rows.write(step, form)
    after = str(step.get("id") or before)
    step["id"] = after
    if after != before:
        _rename(document, before, after)
    return after


def _rename(document: Json, before: str, after: str) -> None:
    """Carry a step's new id to the branches, buttons and translations that name it."""
    for step in steps_of(document):
        pointing = [*objects(step.get("then")), *(obj(button.get("action")) for button in objects(step.get("buttons")))]
        for branch in pointing:
            if branch.get("to") == before:
                branch["to"] = after
    for texts, path, rest in _translations(document, before):
        texts[f"steps.{after}.{rest}"] = texts.pop(path)


def _translations(document: Json, step_id: str) -> list[tuple[Json, str, str]]:
    """Return (a language's texts, path, rest of the path) of each translation of a step."""
    start = f"steps.{step_id}."
    languages = [obj(texts) for texts in obj(document.get("translations")).values()]
    return [
        (texts, path, path.removeprefix(start)) for texts in languages for path in list(texts) if path.startswith(start)
    ]


def act(document: Json, panel: str, action: str) -> str:
    """Carry out one action on the document; return the panel to show next."""
    name, _, argument = action.partition(":")
    if name == "select":
        return argument
    if name == "add-step":
        return add_step(document, argument)
    if name == "duplicate-step":
        return duplicate_step(document, argument)
    if name == "remove-step":
        return remove_step(document, argument)
    if name in {"move-up", "move-down"}:
        return move_step(document, argument, -1 if name == "move-up" else 1)
    if name == "place":
        step_id, _, to = argument.rpartition(":")
        return place_step(document, step_id, int(to) if to.isdigit() else 0)
    if name == "add-clause":
        mode, found = clauses.rows_of(document.get("audience")) or ("all", [])
        comparison = "exists" if argument == "event" else "is"
        document["audience"] = clauses.rule_of(
            mode, [*found, clauses.Clause(argument or "trait", comparison=comparison)]
        )
    elif name == "remove-clause":
        mode, found = clauses.rows_of(document.get("audience")) or ("all", [])
        kept = [row for index, row in enumerate(found) if str(index) != argument]
        put(document, ("audience",), clauses.rule_of(mode, kept))
    elif (index := step_index(document, panel)) is not None:
        rows.act(steps_of(document)[index], name, argument)
    return panel


def fresh_id(document: Json, wanted: str) -> str:
    """Return an id that no step of the guide has: the wanted one, or it with the next free number."""
    taken = {str(step.get("id")) for step in steps_of(document)}
    match = re.match(r"^(.*?)(?:-(\d+))?$", wanted)
    stem, number = (match[1], int(match[2] or 1)) if match else (wanted, 1)
    candidate = wanted
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    return candidate


def add_step(document: Json, after: str = "") -> str:
    """Add an empty step after the named one, at the end without one; return its id."""
    steps = document["steps"] = steps_of(document)
    step_id = fresh_id(document, f"step-{len(steps) + 1}")
    index = step_index(document, after)
    steps.insert(len(steps) if index is None else index + 1, {"id": step_id, "title": ""})
    return step_id


def duplicate_step(document: Json, step_id: str) -> str:
    """Copy a step behind itself, with its translations; return the copy's id."""
    steps = document["steps"] = steps_of(document)
    index = step_index(document, step_id)
    if index is None:
        return step_id
    twin = copy.deepcopy(steps[index])
    twin["id"] = fresh_id(document, step_id)
    steps.insert(index + 1, twin)
    for texts, path, rest in _translations(document, step_id):
        texts[f"steps.{twin['id']}.{rest}"] = copy.deepcopy(texts[path])
    return twin["id"]


def remove_step(document: Json, step_id: str) -> str:
    """Take a step out, with its translations; return the neighbour to show."""
    steps = document["steps"] = steps_of(document)
    index = step_index(document, step_id)
    if index is None:
        return GUIDE_PANEL
    steps.pop(index)
    for texts, path, _ in _translations(document, step_id):
        texts.pop(path)
    return str(steps[min(index, len(steps) - 1)].get("id", "")) if steps else GUIDE_PANEL


def move_step(document: Json, step_id: str, by: int) -> str:
    """Move a step by one place; at the end of the list it stays; return its id."""
    index = step_index(document, step_id)
    return step_id if index is None else place_step(document, step_id, index + by)


def place_step(document: Json, step_id: str, to: int) -> str:
    """Put a step at a place of the list, the nearest one that there is; return its id."""
    steps = document["steps"] = steps_of(document)
    index = step_index(document, step_id)
    if index is not None:
        step = steps.pop(index)
        steps.insert(max(0, min(to, len(steps))), step)
    return step_id


def apply_segment(document: Json, form: Mapping[str, str]) -> Json:
    """Return a changed copy of a segment: its name, key and description, its rule by rows or as JSON, its persona."""
    changed = copy.deepcopy(document)
    for name in ("name", "key", "description"):
        if name in form:
            put(changed, (name,), form[name].strip())
    if "job" in form:
        put(changed, ("persona", "job"), form["job"].strip())
    carrier: Json = {"audience": changed.get("rule")}
    _write_audience(carrier, form)
    act(carrier, AUDIENCE_PANEL, form.get("do", "save"))
    changed["rule"] = carrier.get("audience") or {"all": []}
    return changed
