"""Read PostHog's product tours as its API hands them out (posthog-js: product tours' types, element-inference)."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from handrail_guides.importers.carrying import (
    Carrier,
    Imported,
    as_number,
    as_object,
    as_objects,
    as_texts,
    key_of,
    period,
)
from handrail_guides.importers.trees import as_html, page_of, title_and_body

Json = Any

_FREQUENCY: Final = {"show_once": "once", "until_interacted": "until_dismissed", "always": "always"}
_DEVICES: Final = {"Desktop": "desktop", "Mobile": "phone", "Tablet": "tablet"}
_STEP: Final = {
    "id", "type", "selector", "progressionTrigger", "content", "contentHtml", "buttons", "bannerConfig",
    "inferenceData", "useManualSelector", "translations", "maxWidth", "modalPosition",
}  # fmt: skip


def from_posthog(tour: dict[str, Json], name: str) -> list[Imported]:
    """Read one product tour."""
    kind = {"banner": "banner", "announcement": "modal"}.get(str(tour.get("tour_type", "")), "tour")
    carrier = Carrier(str(tour.get("name") or name), "posthog", kind)
    if tour.get("description"):
        carrier.members["job"] = str(tour["description"])[:300]
    _conditions(carrier, tour)
    for index, step in enumerate(as_objects(tour.get("steps"))):
        _step(carrier, tour, step, f"steps[{index}]")
    if kind != "tour" and len(carrier.steps) > 1:
        carrier.kind = "tour"
        carrier.leave("", f"a {kind} of {len(carrier.steps)} steps is a tour here")
    if as_object(tour.get("appearance")):
        carrier.leave("appearance", "colours, fonts and corners belong to a theme")
    for flag in ("internal_targeting_flag_key", "linked_flag_key"):
        if tour.get(flag):
            carrier.leave(flag, f"the feature flag “{tour[flag]}”: send a trait from the host and ask for it")
    if tour.get("end_date"):
        carrier.leave("end_date", f"the end on {tour['end_date']}: schedule it where you publish")
    return [carrier.finished()]


def _conditions(carrier: Carrier, tour: dict[str, Json]) -> None:
    conditions = as_object(tour.get("conditions"))
    url, match = str(conditions.get("url") or ""), str(conditions.get("urlMatchType") or "icontains")
    if url:
        page = page_of(url, match)
        if page:
            carrier.members["where"] = {"any": [page]}
        else:
            carrier.leave("conditions.url", f"“{url}” ({match}) is not a pattern here; write “where” by hand")
    devices = [_DEVICES[each] for each in as_texts(conditions.get("deviceTypes")) if each in _DEVICES]
    if devices:
        carrier.members["audience"] = {"device": devices}
    events = [str(each.get("name")) for each in as_objects(as_object(conditions.get("events")).get("values"))]
    if any(each.get("propertyFilters") for each in as_objects(as_object(conditions.get("events")).get("values"))):
        carrier.leave(
            "conditions.events", "an event starts a guide whatever its properties; their filters are left out"
        )
    if not tour.get("auto_launch", True):
        carrier.members["start"] = {"on": "manual"}
    elif events:
        carrier.members["start"] = {"on": "event", "event": events[0]}
        for other in events[1:]:
            carrier.leave("conditions.events", f"a guide starts on one event; “{other}” is left out")
    elif conditions.get("selector"):
        carrier.members["start"] = {"on": "element", "target": {"css": str(conditions["selector"])}}
    elif delay := as_number(conditions.get("autoShowDelaySeconds")):
        carrier.members["start"] = {"on": "load", "delay": period(delay)}
    frequency = _FREQUENCY.get(str(tour.get("display_frequency", "")))
    if frequency:
        carrier.members["frequency"] = {"repeat": frequency}
    known = {"url", "urlMatchType", "selector", "autoShowDelaySeconds", "events", "deviceTypes"}
    carrier.leave_unknown("conditions", conditions, known)


def _step(carrier: Carrier, tour: dict[str, Json], step: dict[str, Json], where: str) -> None:
    if step.get("survey") or step.get("type") == "survey":
        carrier.leave(where, "a survey question has no counterpart in a tour; the step is left out")
        return
    html = step.get("contentHtml") or as_html(step.get("content"))
    title, body = title_and_body(str(html))
    made: dict[str, Json] = {"id": carrier.step_id(None, title or f"step {len(carrier.steps) + 1}")}
    if step.get("type") == "element" and (target := _target(carrier, step, where)):
        made["target"] = target
    if title:
        made["title"] = carrier.text(where, title)
    made["body"] = carrier.text(where, body) if body.strip() or not title else made.pop("title")
    if not as_object(tour.get("appearance")).get("showOverlay", True):
        made["overlay"] = "none"
    if step.get("progressionTrigger") == "click" and "target" in made:
        made["advance"] = {"on": "click"}
    buttons = list(_buttons(carrier, as_object(step.get("buttons")), where))
    if buttons:
        made["buttons"] = buttons
    banner = as_object(step.get("bannerConfig"))
    if banner and carrier.kind == "banner":
        made["banner"] = {"mode": "overlay" if banner.get("behavior") == "sticky" else "push"}
    carrier.steps.append(made)
    _translations(carrier, made, as_object(step.get("translations")), where)
    carrier.leave_unknown(where, step, _STEP)


def _target(carrier: Carrier, step: dict[str, Json], where: str) -> dict[str, Json]:
    """Read how posthog-js finds the element: by the selector where that is asked for, else by the inferred ones, of
    which the group that fits the fewest elements comes first, and by the text (its element-inference)."""
    inferred = as_object(step.get("inferenceData"))
    if step.get("useManualSelector") or not inferred:
        return {"css": str(step["selector"])} if step.get("selector") else {}
    try:
        groups = as_object(json.loads(str(inferred.get("autoData"))))
    except ValueError:
        groups = {}
    text = "" if inferred.get("excludeText") else str(inferred.get("text") or "").strip()[:200]
    ranked = sorted(
        as_objects(groups.get("textGroups" if text else "notextGroups")),
        key=lambda group: as_number(group.get("cardinality")),
    )
    found = [each for group in ranked for each in as_objects(group.get("cssSelectors"))]
    first = next(
        (str(each["css"]) for each in found if each.get("css") and not each.get("offset")), step.get("selector")
    )
    if not first and found:
        carrier.leave(
            where, "the element was one of several alike, found by its place among them; pick it with the builder"
        )
    return {name: value for name, value in (("css", first), ("text", text)) if value}


def _buttons(carrier: Carrier, buttons: dict[str, Json], where: str) -> Iterator[dict[str, Json]]:
    for look in ("secondary", "primary"):
        button = as_object(buttons.get(look))
        if not button:
            continue
        action: Json = {"dismiss": "close", "next_step": "next", "previous_step": "back"}.get(str(button.get("action")))
        if button.get("action") == "link" and button.get("link"):
            action = {"open": str(button["link"]), "new_tab": True}
        if button.get("action") == "trigger_tour":
            action = {"start": key_of(str(button.get("tourId", "")))}
            carrier.leave(where, f"the button starts the tour {button.get('tourId')}; name that guide's key instead")
        if action:
            yield {"id": look, "text": carrier.text(where, button.get("text", ""))[:60] or look.capitalize(),
                   "action": action, "look": look}  # fmt: skip


def _translations(carrier: Carrier, made: dict[str, Json], tables: dict[str, Json], where: str) -> None:
    for language, given in tables.items():
        html = as_object(given).get("contentHtml") or as_html(as_object(given).get("content"))
        title, body = title_and_body(str(html))
        table = carrier.members.setdefault("translations", {}).setdefault(language, {})
        for name, text in (("title", title), ("body", body)):
            if text.strip() and name in made:
                table[f"steps.{made['id']}.{name}"] = {"text": carrier.text(where, text), "of": made[name]}
        for look, button in as_object(as_object(given).get("buttons")).items():
            source = next((each["text"] for each in made.get("buttons", []) if each["id"] == look), None)
            if source and as_object(button).get("text"):
                table[f"steps.{made['id']}.buttons.{look}"] = {"text": str(button["text"]), "of": source}
