"""Sentences about guides: where one stands, whom a rule means, when it starts; in the request's language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from handrail_guides.differences import Change
from markupsafe import Markup, escape

from handrail_cms.audience import Deciding
from handrail_cms.editing import clauses, periods
from handrail_cms.editing.places import Json, items, obj, objects
from handrail_cms.interface import filters, words
from handrail_cms.standing import Live, Standing


def state_of(place: Live | None) -> tuple[str, str]:
    """Return (word, look) of a guide's state in one environment."""
    if place is None or place.item is None:
        return _("Not live"), "off"
    if place.item.paused:
        return _("Paused, version %(n)s", n=place.item.version), "attention"
    return _("Live, version %(n)s", n=place.item.version), "live"


def state_line(standing: Standing, environment_key: str | None, errors: int) -> Markup:
    """Say in one sentence where a guide stands in the chosen environment, and what needs attention."""
    place = standing.within(environment_key) if environment_key else None
    parts = [_where_it_stands(place)]
    if errors:
        parts.append(
            ngettext(
                "%(num)s problem keeps the draft from being published.",
                "%(num)s problems keep the draft from being published.",
                errors,
            )
        )
    elif place and place.item and place.changed:
        parts.append(_("The draft has changes that nobody sees yet."))
    return Markup(" ").join(parts)


def _where_it_stands(place: Live | None) -> Markup | str:
    if place is None or place.item is None:
        return _("Not live in %(environment)s.", environment=place.environment.name) if place else _("Not live.")
    said = (
        _("Paused in %(environment)s, version %(n)s: %(when)s.")
        if place.item.paused
        else _("Live in %(environment)s, version %(n)s, published %(when)s.")
    )
    return (escape(said)) % {
        "environment": place.environment.name,
        "n": place.item.version,
        "when": filters.when(place.since, place.environment.time_zone),
    }


def period(text: str | None) -> str:
    """Write a duration in words."""
    number, unit = periods.split(text)
    if not number.isdigit():
        return number
    count = int(number)
    forms = {
        "days": ngettext("%(num)s day", "%(num)s days", count),
        "hours": ngettext("%(num)s hour", "%(num)s hours", count),
        "minutes": ngettext("%(num)s minute", "%(num)s minutes", count),
    }
    return forms.get(unit) or ngettext("%(num)s second", "%(num)s seconds", count)


def audience(rule: Any) -> Markup:
    """Say whom a rule means; parts that have no words are shown as what they are."""
    found = clauses.rows_of(obj(rule))
    if found is not None and not found[1]:
        return escape(_("Everybody"))
    said = audience_clause(rule)
    return said if found is None else escape(_("People for whom ")) + said


def clause(row: clauses.Clause) -> Markup:
    """Say one clause."""
    said = _clause(row)
    return (escape(_("not: "))) + said if row.negated else said


def because(deciding: Sequence[Deciding]) -> Markup:
    """Say which clause decided, in a segment which of its own, and what was known of the visitor there."""
    if not deciding:
        return escape(_("everybody"))
    said = escape(": ").join(audience_clause(one.clause) for one in deciding)
    known = _known(deciding[-1])
    return said + Markup('<span class="soft wide-block">{}</span>').format(known) if known else said


def _known(one: Deciding) -> str:
    """Say what was known of the visitor where a clause decided; nothing where the clause says it all."""
    match one.code:
        case "missing" if {"path", "host", "hash", "query", "element"} & set(obj(one.clause)):
            return _("only the browser knows that")
        case "missing":
            return _("nothing is known of that")
        case "wrong_type":
            return _("%(value)s cannot be compared with that", value=_plain(one.saw))
        case "event":
            return ngettext("happened %(num)s time", "happened %(num)s times", one.saw or 0)
        case "guide":
            return words.word(words.guide_states(), one.saw)
        case "share":
            return filters.percent(one.saw)
        case "exists":
            return ""
        case _:
            return "" if one.saw is None else _("it is %(value)s", value=_plain(one.saw))


def audience_clause(rule: Any) -> Markup:
    """Say a part of a rule without an introduction."""
    found = clauses.rows_of(obj(rule))
    if found is None or not found[1]:
        return Markup("<code>{}</code>").format(json.dumps(rule, ensure_ascii=False))
    joint = escape(_(" and ") if found[0] == "all" else _(" or "))
    return joint.join(clause(row) for row in found[1])


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _clause(row: clauses.Clause) -> Markup:
    name, value = Markup("<em>{}</em>").format(row.name or "…"), Markup("<em>{}</em>").format(row.value or "…")
    if row.subject == "event":
        times = "" if row.comparison == "exists" else row.value
        how = words.word(words.event_comparisons(), row.comparison).replace("…", times)
        return name + " " + how + _within(row)
    if row.subject == "guide":
        state = words.word(words.guide_states(), row.value)
        return (escape(_("the guide"))) + " " + name + " " + state + _within(row)
    subject = words.word(words.subjects(), row.subject)
    if row.subject in clauses.VALUE_SUBJECTS:
        how = words.word(words.comparisons(), row.comparison)
        shown = Markup("") if row.comparison == "exists" else value
        if row.comparison == "within":
            shown = escape(period(periods.join(row.number, row.unit)))
        return Markup(" ").join([subject, name, how, shown])
    unit = " %" if row.subject == "share" else ""
    return Markup(" ").join([subject, value]) + unit


def _within(row: clauses.Clause) -> str:
    if not row.number:
        return ""
    return " " + _("within the last %(period)s", period=period(periods.join(row.number, row.unit)))


def matching(count: int, seen: int, *, capped: bool = False) -> str:
    """Say how many of the visitors seen lately a rule means."""
    if not seen:
        return _("No visitor was seen in the last 30 days, so nobody can be counted yet.")
    known = (
        _("of the latest %(n)s visitors", n=filters.number(seen))
        if capped
        else _("of %(n)s visitors", n=filters.number(seen))
    )
    return _("%(count)s %(of)s of the last 30 days match.", count=filters.number(count), of=known)


def pages(where: Any) -> str:
    """Say on which pages a guide may show."""
    found = [one if isinstance(one, str) else str(obj(one).get("path") or one) for one in items(obj(where).get("any"))]
    return ", ".join(found) if found else _("Every page")


def start(document: Json) -> str:
    """Say what starts a guide."""
    begins = obj(document.get("start"))
    return words.word(words.starts(), str(begins.get("on", "load")))


def frequency(document: Json) -> str:
    """Say how often a guide comes back."""
    often = obj(document.get("frequency"))
    said = words.word(words.repeats(), str(often.get("repeat", "until_completed")))
    if most := obj(often.get("at_most")):
        said += ", " + _("at most %(n)s times", n=most.get("times", "…"))
        if most.get("per"):
            said += " " + _("in %(period)s", period=period(str(most["per"])))
    return said


def step_name(step: Json, number: int) -> str:
    """Name a step in lists: its title, or its number where it has none."""
    title = str(step.get("title") or step.get("body") or "").strip().splitlines()
    return title[0][:90] if title and title[0] else _("Step %(n)s", n=number)


def target_line(step: Json) -> str:
    """Say what a step points at."""
    target = obj(step.get("target"))
    if not target:
        return _("In the middle of the page")
    return str(target.get("name") or target.get("text") or target.get("css") or target.get("role") or "…")


def step_count(document: Json) -> int:
    """Return the number of steps."""
    return len(objects(document.get("steps")))


def change(one: Change, document: Json) -> Markup:
    """Say one difference between two states of a guide."""
    of_step = one.path[:1] == ("steps",) and len(one.path) > 1
    step = Markup("<strong>{}</strong>").format(_step_title(one, document)) if of_step else Markup("")
    if of_step and len(one.path) == 2:
        said = {
            "added": _("Step %(step)s is new."),
            "removed": _("Step %(step)s is gone."),
            "moved": _("Step %(step)s moved from place %(before)s to %(after)s."),
            "changed": _("Step %(step)s changed."),
        }[one.kind]
        places = {"before": one.before + 1, "after": one.after + 1} if one.kind == "moved" else {}
        return (escape(said)) % {"step": step, **places}
    field = _field_of(one.path[2:] if of_step else one.path)
    values = {"step": step, "field": field, "before": _value(one.before), "after": _value(one.after)}
    if not of_step:
        return (escape(_("%(field)s: %(before)s became %(after)s"))) % values
    return (escape(_("%(step)s, %(field)s: %(before)s became %(after)s"))) % values


def field_at(path: tuple[str, ...], document: Json) -> str:
    """Name one field of a guide: “Who is it for?, Title”; a path names steps by id."""
    if path[:1] != ("steps",) or len(path) < 3:
        return _field_of(path)
    return f"{_title_of(path[1], objects(document.get('steps')))}, {_field_of(path[2:])}"


def _step_title(one: Change, document: Json) -> str:
    removed = len(one.path) == 2 and one.kind == "removed"
    return _title_of(one.path[1], [obj(one.before)] if removed else objects(document.get("steps")))


def _title_of(step: str, steps: Sequence[Json]) -> str:
    return next((str(each.get("title") or step) for each in steps if str(each.get("id")) == step), step)


def _field_of(path: tuple[str, ...]) -> str:
    """Name the field that a path leads to: by its word, and by what stands deeper as it is."""
    head, *rest = path
    if head == "translations" and rest:
        return " › ".join([_("Texts in %(language)s", language=rest[0]), *rest[1:]])
    return " › ".join([field_name(head), *rest])


def _value(value: Any) -> Markup:
    if value is None:
        return Markup("<em>{}</em>").format(_("nothing"))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Markup("<q>{}</q>").format(text if len(text) <= 160 else text[:159] + "…")


def field_name(field: str) -> str:
    """Return what a field of the document is called on the pages."""
    names = {
        "name": _("Name"),
        "job": _("Job"),
        "key": _("Key"),
        "language": _("Language"),
        "where": _("Pages"),
        "audience": _("Who sees it"),
        "start": _("Start"),
        "frequency": _("How often"),
        "priority": _("Priority"),
        "goal": _("Goal"),
        "theme": _("Theme"),
        "title": _("Title"),
        "body": _("Text"),
        "target": _("Element"),
        "place": _("Place"),
        "overlay": _("Rest of the page"),
        "outside": _("A click outside"),
        "advance": _("What takes people on"),
        "buttons": _("Buttons"),
        "if_missing": _("If the element is missing"),
        "then": _("Branches"),
        "on": _("Page"),
        "media": _("Picture"),
        "kind": _("Kind"),
        "test": _("For QA"),
        "variants": _("Other tones"),
    }
    return names.get(field, field)
