"""Read what two hosted products hand out: PostHog's product tours (its API's JSON), Usertour's contents.

PostHog: types of posthog-js (posthog-product-tours-types). Usertour: types of @usertour/types (contents, config) and
its editor's tree of groups, columns and elements.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from handrail_guides.importers.carrying import Carrier, Imported, as_object, as_objects, key_of, period, place_of

Json = Any

_POSTHOG_FREQUENCY: Final = {"show_once": "once", "until_interacted": "until_dismissed", "always": "always"}
_POSTHOG_DEVICES: Final = {"Desktop": "desktop", "Mobile": "phone", "Tablet": "tablet"}
_POSTHOG_STEP: Final = {
    "id", "type", "selector", "progressionTrigger", "content", "contentHtml", "buttons", "bannerConfig",
    "inferenceData", "useManualSelector", "translations", "maxWidth", "modalPosition",
}  # fmt: skip
_MARKS: Final = {"bold": "strong", "italic": "em", "code": "code"}
_NODES: Final = {"paragraph": "p", "heading": "h2", "bulletList": "ul", "orderedList": "ol", "listItem": "li",
                 "bulleted-list": "ul", "numbered-list": "ol", "list-item": "li", "link": "a"}  # fmt: skip


def from_posthog(tour: dict[str, Json], name: str) -> list[Imported]:
    """Read one product tour."""
    kind = {"banner": "banner", "announcement": "modal"}.get(str(tour.get("tour_type", "")), "tour")
    carrier = Carrier(str(tour.get("name") or name), "posthog", kind)
    if tour.get("description"):
        carrier.members["job"] = str(tour["description"])[:300]
    _posthog_conditions(carrier, tour)
    for index, step in enumerate(as_objects(tour.get("steps"))):
        _posthog_step(carrier, tour, step, f"steps[{index}]")
    if kind != "tour" and len(carrier.steps) > 1:
        carrier.kind = "tour"
        carrier.leave("", f"a {kind} of {len(carrier.steps)} steps is a tour here")
    if as_object(tour.get("appearance")):
        carrier.leave("appearance", "colours, fonts and corners belong to a theme")
    for flag in ("internal_targeting_flag_key", "linked_flag_key"):
        if tour.get(flag):
            carrier.leave(flag, f"the feature flag “{tour[flag]}”: send a trait from the host and ask for it")
    return [carrier.finished()]


def from_usertour(content: dict[str, Json], name: str) -> list[Imported]:
    """Read one content of the type flow, launcher or banner, with its published or edited version."""
    version = next((as_object(content.get(each)) for each in ("publishedVersion", "editedVersion", "version")
                    if content.get(each)), content)  # fmt: skip
    carrier = Carrier(str(content.get("name") or name), "usertour")
    kind = str(content.get("type", "flow"))
    if kind != "flow":
        carrier.leave("", f"contents of the type {kind} are not read; only flows are")
    raw = sorted(as_objects(version.get("steps") or content.get("steps")), key=lambda step: step.get("sequence", 0))
    names: dict[str, str] = {}
    for step in raw:
        names[str(step.get("cvid", step.get("id", "")))] = carrier.step_id(None, str(step.get("name", "step")))
    for index, step in enumerate(raw):
        made = _usertour_step(carrier, step, names, f"steps[{index}]")
        if made:
            carrier.steps.append(made)
    _usertour_rules(carrier, as_object(version.get("config")))
    return [carrier.finished()] if carrier.steps else []


def _posthog_conditions(carrier: Carrier, tour: dict[str, Json]) -> None:
    conditions = as_object(tour.get("conditions"))
    url, match = str(conditions.get("url") or ""), str(conditions.get("urlMatchType") or "icontains")
    if url:
        page = _page(url, match)
        if page:
            carrier.members["where"] = {"any": [page]}
        else:
            carrier.leave("conditions.url", f"“{url}” ({match}) is not a pattern here; write “where” by hand")
    devices = [_POSTHOG_DEVICES[each] for each in conditions.get("deviceTypes") or [] if each in _POSTHOG_DEVICES]
    if devices:
        carrier.members["audience"] = {"device": devices}
    events = [str(each.get("name")) for each in as_objects(as_object(conditions.get("events")).get("values"))]
    if not tour.get("auto_launch", True):
        carrier.members["start"] = {"on": "manual"}
    elif events:
        carrier.members["start"] = {"on": "event", "event": events[0]}
        for other in events[1:]:
            carrier.leave("conditions.events", f"a guide starts on one event; “{other}” is left out")
    elif conditions.get("selector"):
        carrier.members["start"] = {"on": "element", "target": {"css": str(conditions["selector"])}}
    elif conditions.get("autoShowDelaySeconds"):
        carrier.members["start"] = {"on": "load", "delay": period(float(conditions["autoShowDelaySeconds"]))}
    frequency = _POSTHOG_FREQUENCY.get(str(tour.get("display_frequency", "")))
    if frequency:
        carrier.members["frequency"] = {"repeat": frequency}
    known = {"url", "urlMatchType", "selector", "autoShowDelaySeconds", "events", "deviceTypes"}
    carrier.leave_unknown("conditions", conditions, known)


def _posthog_step(carrier: Carrier, tour: dict[str, Json], step: dict[str, Json], where: str) -> None:
    if step.get("survey") or step.get("type") == "survey":
        carrier.leave(where, "a survey question has no counterpart in a tour; the step is left out")
        return
    html = step.get("contentHtml") or _html(step.get("content"))
    title, body = _title_and_body(str(html))
    made: dict[str, Json] = {"id": carrier.step_id(None, title or f"step {len(carrier.steps) + 1}")}
    if step.get("selector") and step.get("type") == "element":
        made["target"] = {"css": str(step["selector"])}
        text = as_object(as_object(step.get("inferenceData")).get("precise")).get("text") or as_object(
            step.get("inferenceData")
        ).get("text")
        if isinstance(text, str) and text.strip():
            made["target"]["text"] = text.strip()[:200]
    if title:
        made["title"] = carrier.text(where, title)
    made["body"] = carrier.text(where, body) if body.strip() or not title else made.pop("title")
    if not as_object(tour.get("appearance")).get("showOverlay", True):
        made["overlay"] = "none"
    if step.get("progressionTrigger") == "click" and "target" in made:
        made["advance"] = {"on": "click"}
    buttons = list(_posthog_buttons(carrier, as_object(step.get("buttons")), where))
    if buttons:
        made["buttons"] = buttons
    banner = as_object(step.get("bannerConfig"))
    if banner and carrier.kind == "banner":
        made["banner"] = {"mode": "overlay" if banner.get("behavior") == "sticky" else "push"}
    carrier.steps.append(made)
    _posthog_translations(carrier, made, as_object(step.get("translations")), where)
    carrier.leave_unknown(where, step, _POSTHOG_STEP)


def _posthog_buttons(carrier: Carrier, buttons: dict[str, Json], where: str) -> Iterator[dict[str, Json]]:
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


def _posthog_translations(carrier: Carrier, made: dict[str, Json], tables: dict[str, Json], where: str) -> None:
    for language, given in tables.items():
        html = as_object(given).get("contentHtml") or _html(as_object(given).get("content"))
        title, body = _title_and_body(str(html))
        table = carrier.members.setdefault("translations", {}).setdefault(language, {})
        for name, text in (("title", title), ("body", body)):
            if text.strip() and name in made:
                table[f"steps.{made['id']}.{name}"] = {"text": carrier.text(where, text), "of": made[name]}
        for look, button in as_object(as_object(given).get("buttons")).items():
            source = next((each["text"] for each in made.get("buttons", []) if each["id"] == look), None)
            if source and as_object(button).get("text"):
                table[f"steps.{made['id']}.buttons.{look}"] = {"text": str(button["text"]), "of": source}


def _usertour_step(
    carrier: Carrier, step: dict[str, Json], names: dict[str, str], where: str
) -> dict[str, Json] | None:
    setting, target = as_object(step.get("setting")), as_object(step.get("target"))
    elements = list(_elements(step.get("data")))
    html = "".join(_html({"content": each.get("data")}) for each in elements if each.get("type") == "text")
    images = [each for each in elements if each.get("type") == "image" and each.get("url")]
    body = carrier.text(where, html)
    if step.get("type") == "hidden" or not (body or images):
        carrier.leave(where, "a step without words is left out")
        return None
    made: dict[str, Json] = {"id": names[str(step.get("cvid", step.get("id", "")))]}
    selector = target.get("customSelector") or next(iter(target.get("selectorsList") or []), None)
    if step.get("type") in {"tooltip", None} and (selector or target.get("content")):
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
    buttons = [_usertour_button(carrier, as_object(each.get("data")), names, where) for each in elements
               if each.get("type") == "button"]  # fmt: skip
    if any(buttons):
        made["buttons"] = [button for button in buttons if button]
    _usertour_click(carrier, made, target, names, where)
    if step.get("trigger"):
        carrier.leave(where, "its triggers have no counterpart; use branches and conditions")
    for other in {str(each.get("type")) for each in elements} - {"text", "button", "image", "None"}:
        carrier.leave(where, f"the element “{other}” has no counterpart in a tour")
    return made


def _usertour_click(
    carrier: Carrier, made: dict[str, Json], target: dict[str, Json], names: dict[str, str], where: str
) -> None:
    """A click on the target may run actions; going to the next step is one."""
    for action in as_objects(target.get("actions")):
        to = names.get(str(as_object(action.get("data")).get("stepCvid")))
        if action.get("type") == "step-goto" and to and "target" in made:
            made["advance"] = {"on": "click"}
            made["then"] = [{"to": to}]
        else:
            carrier.leave(where, f"a click on the element did “{action.get('type')}”")


def _usertour_button(
    carrier: Carrier, data: dict[str, Json], names: dict[str, str], where: str
) -> dict[str, Json] | None:
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
                address = _plain(given.get("value"))
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


def _usertour_rules(carrier: Carrier, config: dict[str, Json]) -> None:
    if config.get("enabledHideRules"):
        carrier.leave("config", "rules that hide have no counterpart; put them into the audience with not")
    if not config.get("enabledAutoStartRules"):
        carrier.members["start"] = {"on": "manual"}
        return
    pages: list[Json] = []
    for rule in as_objects(config.get("autoStartRules")):
        if rule.get("type") == "current-page":
            data = as_object(rule.get("data"))
            pages += [page for each in data.get("includes") or [] if (page := _page(str(each), "wildcard"))]
        else:
            carrier.leave("config", f"the start rule “{rule.get('type')}” has to be written as an audience")
    if pages:
        carrier.members["where"] = {"any": pages}
    every = as_object(as_object(config.get("autoStartRulesSetting")).get("frequency"))
    repeat = {"once": "once", "multiple": "until_completed", "unlimited": "always"}.get(str(every.get("frequency")))
    if repeat:
        carrier.members["frequency"] = {"repeat": repeat}


def _page(url: str, match: str) -> Json:
    """Return a page pattern for an address and how it was matched; None where patterns cannot say it."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/") if rest else ("", "/", url.lstrip("/"))
    path = (slash or "/") + path
    literal = "".join(f"\\{c}" if c in "\\+?{}()*" and not (c == "*" and match == "wildcard") else c for c in path)
    literal, _, fragment = literal.partition("#")
    literal = literal.split("\\?")[0].replace(":", "\\:")
    if match in {"regex", "not_regex", "not_icontains", "is_not"} or fragment:
        return None
    pattern = {"exact": literal, "wildcard": literal}.get(match, f"{literal}*" if host else f"*{literal.lstrip('/')}*")
    if literal == "/" and match != "exact":
        pattern = "*"
    return {"host": host.split(":")[0], "path": pattern} if host and scheme and "*" not in host else pattern


def _elements(groups: Json) -> Iterator[dict[str, Json]]:
    """Yield the elements of Usertour's tree of groups and columns, in reading order."""
    for node in as_objects(groups):
        children = node.get("children")
        if children:
            yield from _elements(children)
        else:
            yield as_object(node.get("element"))


def _html(node: Json) -> str:
    """Return a tree of ProseMirror (PostHog) or Slate (Usertour) as HTML."""
    if isinstance(node, list):
        return "".join(_html(each) for each in node)
    if not isinstance(node, dict):
        return ""
    if isinstance(node.get("text"), str):
        return _marked(node)
    if node.get("type") == "hardBreak":
        return "<br>"
    if node.get("type") == "user-attribute":
        return str(node.get("fallback", ""))
    if node.get("type") == "image":
        attributes = as_object(node.get("attrs"))
        return f'<img src="{escape(str(attributes.get("src", "")))}" alt="{escape(str(attributes.get("alt", "")))}">'
    inner = _html(node.get("content", node.get("children")))
    tag = _NODES.get(str(node.get("type")))
    if tag == "a":
        return f'<a href="{escape(str(node.get("url", "")))}">{inner}</a>'
    return f"<{tag}>{inner}</{tag}>" if tag else inner


def _marked(node: dict[str, Json]) -> str:
    found = escape(node["text"])
    kinds = [str(mark.get("type")) for mark in as_objects(node.get("marks"))]
    kinds += [name for name in _MARKS if node.get(name) is True]
    for kind in kinds:
        if kind in _MARKS and found.strip():
            found = f"<{_MARKS[kind]}>{found}</{_MARKS[kind]}>"
    for mark in as_objects(node.get("marks")):
        if mark.get("type") == "link":
            found = f'<a href="{escape(str(as_object(mark.get("attrs")).get("href", "")))}">{found}</a>'
    return found


def _plain(value: Json) -> str:
    """Return the words of a Slate tree, which Usertour also uses for addresses."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(_plain(each) for each in value)
    node = as_object(value)
    return str(node["text"]) if isinstance(node.get("text"), str) else _plain(node.get("children", []))


def _title_and_body(html: str) -> tuple[str, str]:
    """Take a heading at the beginning as the title."""
    for tag in ("h1", "h2", "h3"):
        head, closed, rest = html.strip().partition(f"</{tag}>")
        if closed and head.startswith(f"<{tag}"):
            return head.partition(">")[2], rest
    return "", html
