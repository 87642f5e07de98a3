"""Read a tour exported from Moodle (admin/tool/usertours, "Export tour"): one JSON object with `pathmatch` and `steps`.

`configdata` is JSON in a string, for the tour and for each step; `%` in a path stands for anything; target types are
0 selector, 1 block, 2 the page.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from typing import Any

from handrail_guides.importers.carrying import Carrier, Imported, as_object, as_objects, place_of

Json = Any

_SELECTOR, _BLOCK, _UNATTACHED = "0", "1", "2"
_SITE_ADMIN = "-1"


def from_moodle(tour: dict[str, Json], name: str) -> list[Imported]:
    """Read one exported tour."""
    carrier = Carrier(_words(str(tour.get("name") or name)), "moodle")
    config = _config(tour)
    _texts_noted(carrier, "name", tour.get("name"))
    path = str(tour.get("pathmatch", "")).replace("*", "\\*").replace("%", "*")
    page, _, query = path.partition("?")
    if page:
        carrier.members["where"] = {"any": [page if page.startswith(("/", "*")) else f"*{page}"]}
    if query:
        carrier.leave("pathmatch", f"the query “{query}” is not part of a path pattern; add it as a query condition")
    _filters(carrier, as_object(config.get("filtervalues")))
    if str(tour.get("enabled", "1")) == "0":
        carrier.leave("enabled", "the tour was switched off; here, what is not published is off")
    for index, step in enumerate(sorted(as_objects(tour.get("steps")), key=_order)):
        carrier.steps.append(_step(carrier, step, config, f"steps[{index}]"))
    carrier.leave_unknown("", tour, {"name", "description", "pathmatch", "enabled", "sortorder", "configdata", "steps",
                                     "version", "displaystepnumbers", "endtourlabel", "showtourwhen"})  # fmt: skip
    if tour.get("endtourlabel"):
        carrier.leave("", "“endtourlabel”: give the last step a button with that text")
    return [carrier.finished()]


def _step(carrier: Carrier, step: dict[str, Json], tour: dict[str, Json], where: str) -> dict[str, Json]:
    config = {**tour, **_config(step)}
    title, body = _words(str(step.get("title", ""))), _words(str(step.get("content", "")))
    _texts_noted(carrier, where, step.get("title"))
    made: dict[str, Json] = {"id": carrier.step_id(None, title)}
    kind, value = str(step.get("targettype", _UNATTACHED)), str(step.get("targetvalue", ""))
    if kind == _SELECTOR and value:
        made["target"] = {"css": value}
    elif kind == _BLOCK and value:
        made["target"] = {"css": f".block_{value}"}
    made["title"] = carrier.text(where, title)
    if body:
        made["body"] = carrier.text(where, body)
    if place_of(str(config.get("placement", ""))) != "auto" and "target" in made:
        made["place"] = place_of(str(config["placement"]))
    made["overlay"] = "spotlight" if str(config.get("backdrop", "0")) == "1" else "none"
    if str(config.get("reflex", "0")) == "1" and "target" in made:
        made["advance"] = {"on": "click"}
    if step.get("files"):
        carrier.leave(where, "its pictures: upload them and name them in the text")
    if "target" in made:
        made["if_missing"] = {"then": "centre" if str(config.get("orphan", "0")) == "1" else "skip"}
    return made


def _filters(carrier: Carrier, filters: dict[str, Json]) -> None:
    """Carry roles over as a trait that the host must send; name the other filters."""
    clauses: list[Json] = []
    for name, values in filters.items():
        wanted = [str(value) for value in values if str(value) not in {"", "0"}] if isinstance(values, list) else []
        if name == "role" and _SITE_ADMIN in wanted:
            wanted[wanted.index(_SITE_ADMIN)] = "admin"
            carrier.change("filter role", "Moodle's site administrators became the role “admin”")
        if name in {"role", "theme", "courseformat"} and wanted:
            clauses.append({"trait": name, "in": wanted})
            carrier.change(
                f"filter {name}", f"became the trait “{name}”, which the host page must send with identify()"
            )
        elif name == "cssselector" and wanted:
            clauses.append({"element": {"css": ", ".join(wanted)}})
        elif wanted or (name == "accessdate" and str(as_object(values).get("filter_accessdate_enabled", "0")) == "1"):
            carrier.leave(f"filter {name}", "has no counterpart: send a trait from the host and ask for it")
    if clauses:
        carrier.members["audience"] = clauses[0] if len(clauses) == 1 else {"all": clauses}


def _texts_noted(carrier: Carrier, where: str, text: Json) -> None:
    if isinstance(text, str) and _is_name(text):
        carrier.leave(where, f"the text is Moodle's language string “{text}”; write the words themselves")


def _is_name(text: str) -> bool:
    name, comma, component = text.rpartition(",")
    return bool(comma) and " " not in text and component.replace("_", "").isalnum() and bool(name)


def _words(text: str) -> str:
    """Return a text; of the name of a language string, something to read until it is written out."""
    return text.rpartition(",")[0].replace("_", " ").capitalize() if _is_name(text) else text


def _config(holder: dict[str, Json]) -> dict[str, Json]:
    raw = holder.get("configdata", "{}")
    try:
        return as_object(json.loads(raw) if isinstance(raw, str) else raw)
    except ValueError:
        return {}


def _order(step: dict[str, Json]) -> int:
    number = str(step.get("sortorder", "0"))
    return int(number) if number.isdecimal() else 0
