"""What a schema cannot say: names that must exist, texts and patterns that are well formed, addresses that are safe.

Every check takes a document whose shape may be wrong and looks only at what it can read.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from handrail_guides.document import escape
from handrail_guides.errors import Problem
from handrail_guides.expressions import expression_problem
from handrail_guides.saying import say
from handrail_guides.shape import nearest
from handrail_guides.texts import FILE_SCHEMES, LINK_SCHEMES, TextError, good_address, links, pieces
from handrail_guides.urlpattern import Component, PatternError, check

Json = Any
Placed = tuple[str, Json]

# What an item of a checklist has no use for: it is ticked, not walked through.
_NOT_IN_A_LIST: Final = ("target", "on", "advance", "then", "overlay", "place", "outside", "if_missing", "banner")
_TEXT_PATH: Final = re.compile(
    r"title\Z|steps\.[^.]+\.(title|body|media\.alt|buttons\.[^.]+|variants\.\d+\.(title|body))\Z"
)


def document_problems(document: Json, kind: str) -> list[Problem]:
    """Return the cross-field problems of a document."""
    if not isinstance(document, dict):
        return []
    if kind == "guide":
        return [problem for check in _GUIDE_CHECKS for problem in check(document)]
    if kind == "segment":
        return list(_rule_problems("/rule", document.get("rule")))
    return []


def objects(holder: Json, name: str, at: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield (pointer, object) of the objects in a list that an object may hold."""
    items = holder.get(name) if isinstance(holder, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else []):
        if isinstance(item, dict):
            yield f"{at}/{name}/{index}", item


def clauses(at: str, rule: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield (pointer, clause) of a rule and of every clause in it, in the order of the text."""
    if not isinstance(rule, dict):
        return
    yield at, rule
    for name in ("all", "any"):
        for pointer, clause in objects(rule, name, at):
            yield from clauses(pointer, clause)
    yield from clauses(f"{at}/not", rule.get("not"))


def rules(document: dict[str, Json]) -> Iterator[Placed]:
    """Yield (pointer, rule) of every rule of a guide."""
    yield "/audience", document.get("audience")
    for pointer, step in objects(document, "steps"):
        for name in ("then", "variants"):
            for place, branch in objects(step, name, pointer):
                yield f"{place}/if", branch.get("if")
        yield f"{pointer}/done", step.get("done")


def written(document: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield (pointer, text) of everything that a visitor reads, translations included."""
    yield from _strings(document, "", "title")
    for pointer, step in objects(document, "steps"):
        yield from _strings(step, pointer, "title", "body")
        for place, button in objects(step, "buttons", pointer):
            yield from _strings(button, place, "text")
        for place, variant in objects(step, "variants", pointer):
            yield from _strings(variant, place, "title", "body")
    for pointer, path, translation in translated(document):
        if not path.endswith(".media.alt"):
            yield from _strings(translation, pointer, "text")


def translated(document: dict[str, Json]) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Yield (pointer, text path, translation) of every translation."""
    tables = document.get("translations")
    for language, table in (tables if isinstance(tables, dict) else {}).items():
        for path, translation in (table if isinstance(table, dict) else {}).items():
            if isinstance(translation, dict):
                yield (
                    f"/translations/{escape(language)}/{escape(path)}",
                    path,
                    translation,
                )


def _strings(holder: dict[str, Json], at: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if isinstance(holder.get(name), str):
            yield f"{at}/{name}", holder[name]


def _step_ids(document: dict[str, Json]) -> list[str]:
    return [step["id"] for _, step in objects(document, "steps") if isinstance(step.get("id"), str)]


def _check_step_ids(document: dict[str, Json]) -> Iterator[Problem]:
    seen: set[str] = set()
    for pointer, step in objects(document, "steps"):
        step_id = step.get("id")
        if not isinstance(step_id, str):
            continue
        if step_id == "end":
            message = say("“end” can't be a step's id: branches use it for the end of the guide.")
            yield Problem(f"{pointer}/id", "reserved_id", message, say("Choose another id."))
        if step_id in seen:
            mend = say("Give each step its own id; keep the one that is already published.")
            yield Problem(
                f"{pointer}/id",
                "repeated_step",
                say("Two steps have the id “%(step_id)s”.", step_id=step_id),
                mend,
            )
        seen.add(step_id)


def _check_destinations(document: dict[str, Json]) -> Iterator[Problem]:
    ids = _step_ids(document)
    for pointer, step in objects(document, "steps"):
        for place, branch in objects(step, "then", pointer):
            if branch.get("to") != "end":
                yield from _destination(f"{place}/to", branch.get("to"), ids)
        for place, button in objects(step, "buttons", pointer):
            action = button.get("action")
            if isinstance(action, dict):
                yield from _destination(f"{place}/action/to", action.get("to"), ids)
    test = document.get("test")
    branches = test.get("branches") if isinstance(test, dict) else None
    for row, branch in enumerate(branches if isinstance(branches, list) else []):
        for column, step_id in enumerate(branch if isinstance(branch, list) else []):
            yield from _destination(f"/test/branches/{row}/{column}", step_id, ids)


def _destination(pointer: str, step_id: Json, ids: list[str]) -> Iterator[Problem]:
    if isinstance(step_id, str) and step_id not in ids:
        close = nearest(step_id, ids)
        mend = (
            say("Did you mean “%(close)s”?", close=close)
            if close
            else say("The steps are: %(names)s.", names=", ".join(ids[:20]))
        )
        yield Problem(pointer, "unknown_step", say("There is no step “%(step_id)s”.", step_id=step_id), mend)


def _check_buttons(document: dict[str, Json]) -> Iterator[Problem]:
    for pointer, step in objects(document, "steps"):
        seen: set[str] = set()
        for place, button in objects(step, "buttons", pointer):
            button_id = button.get("id")
            if isinstance(button_id, str) and button_id in seen:
                message = say("Two buttons of this step have the id “%(button_id)s”.", button_id=button_id)
                yield Problem(f"{place}/id", "repeated_button", message, say("Give each button its own id."))
            seen.add(str(button_id))
            action = button.get("action")
            address = action.get("open") if isinstance(action, dict) else None
            if isinstance(address, str) and not good_address(address, LINK_SCHEMES):
                yield _bad_address(f"{place}/action/open", address)


def _check_texts(document: dict[str, Json]) -> Iterator[Problem]:
    for pointer, text in written(document):
        try:
            pieces(text)
        except TextError as error:
            yield Problem(
                pointer,
                "bad_placeholder",
                say("%(message)s (character %(place)s)", message=error.message, place=error.offset + 1),
                error.mend,
            )
            continue
        for kind, address in links(text):
            if not good_address(address, LINK_SCHEMES if kind == "a" else FILE_SCHEMES):
                yield _bad_address(pointer, address)


def _check_media(document: dict[str, Json]) -> Iterator[Problem]:
    for pointer, step in objects(document, "steps"):
        media = step.get("media")
        for place, address in _strings(media if isinstance(media, dict) else {}, f"{pointer}/media", "src", "captions"):
            if not good_address(address, FILE_SCHEMES):
                yield _bad_address(place, address)


def _check_destination_pages(document: dict[str, Json]) -> Iterator[Problem]:
    test = document.get("test")
    holders = [("/test", test if isinstance(test, dict) else {})]
    for pointer, step in objects(document, "steps"):
        page = step.get("on")
        holders.append((f"{pointer}/on", page if isinstance(page, dict) else {}))
    for at, holder in holders:
        for place, address in _strings(holder, at, "open"):
            if not good_address(address, FILE_SCHEMES):
                yield _bad_address(place, address)


def _bad_address(pointer: str, address: str) -> Problem:
    shown = address if len(address) <= 60 else address[:57] + "…"
    mend = say("Use https://…, mailto:…, tel:…, or a path of the host such as /help.")
    return Problem(
        pointer, "bad_address", say("“%(shown)s” is not an address that a guide may hold.", shown=shown), mend
    )


def _check_translations(document: dict[str, Json]) -> Iterator[Problem]:
    tables = document.get("translations")
    own = str(document.get("language", "")).lower()
    for language in tables if isinstance(tables, dict) else {}:
        if language.lower() == own:
            message = say("The guide is written in “%(language)s”; its texts stand in the steps.", language=language)
            mend = say("Change the texts in the steps, or take this table out.")
            yield Problem(f"/translations/{escape(language)}", "own_language", message, mend)
    for pointer, path, _ in translated(document):
        if not _TEXT_PATH.match(path):
            mend = say("Write steps.<step>.title, .body, .buttons.<button>, .media.alt or .variants.<n>.title.")
            yield Problem(pointer, "unknown_text", say("“%(path)s” names no text of a guide.", path=path[:80]), mend)


def _check_kind(document: dict[str, Json]) -> Iterator[Problem]:
    kind = str(document.get("kind"))
    if kind in {"tooltip", "hotspot"}:
        for pointer, step in objects(document, "steps"):
            if "target" not in step:
                message = say("A %(kind)s stands at an element, and this step has no target.", kind=say(kind))
                yield Problem(pointer, "no_target", message, say("Add “target”, or make the guide a modal."))
    if kind in {"tooltip", "hotspot", "banner"} and len(list(objects(document, "steps"))) > 1:
        mend = say("Make it a tour, or split it into guides of their own.")
        yield Problem("/steps", "too_many_steps", say("A %(kind)s has exactly one step.", kind=say(kind)), mend)


def _check_list(document: dict[str, Json]) -> Iterator[Problem]:
    """A checklist has titles and facts; nothing else has them, and its items stand on no element and no page."""
    is_list = document.get("kind") == "checklist"
    if "title" in document and not is_list:
        mend = say("Take it out, or write it as the title of a step.")
        yield Problem("/title", "not_here", say("Only a checklist has a title above its steps."), mend)
    for pointer, step in objects(document, "steps"):
        if is_list and "title" not in step:
            yield Problem(pointer, "no_title", say("An item of a checklist needs a title."), say("Add “title”."))
        names = _NOT_IN_A_LIST if is_list else ("done",)
        for name in names:
            if name in step:
                message = (
                    say("An item of a checklist has no “%(name)s”.", name=name)
                    if is_list
                    else say("Only an item of a checklist has “%(name)s”.", name=name)
                )
                yield Problem(f"{pointer}/{name}", "not_here", message, say("Take it out."))


def _check_advance(document: dict[str, Json]) -> Iterator[Problem]:
    for pointer, step in objects(document, "steps"):
        advance = step.get("advance")
        if not isinstance(advance, dict):
            continue
        if str(advance.get("on")) in {"click", "input"} and "target" not in step and "target" not in advance:
            awaited = str(advance["on"])
            message = say("This step waits for a %(deed)s on its target, and has none.", deed=say(awaited))
            yield Problem(f"{pointer}/advance", "no_target", message, say("Add “target” to the step."))
        if isinstance(advance.get("pattern"), str):
            problem = expression_problem(advance["pattern"])
            if problem:
                yield Problem(f"{pointer}/advance/pattern", "bad_expression", *problem)


def _check_rules(document: dict[str, Json]) -> Iterator[Problem]:
    for pointer, rule in rules(document):
        yield from _rule_problems(pointer, rule)


def _rule_problems(at: str, rule: Json) -> Iterator[Problem]:
    for pointer, clause in clauses(at, rule):
        for name in ("before", "after"):
            if isinstance(clause.get(name), str):
                yield from _time_problems(f"{pointer}/{name}", clause[name])
        yield from _pattern_problems(pointer, clause)
        window = clause.get("time")
        for name in ("from", "to"):
            if isinstance(window, dict) and isinstance(window.get(name), str):
                yield from _time_problems(f"{pointer}/time/{name}", window[name], local=True)


def _pattern_problems(at: str, holder: dict[str, Json]) -> Iterator[Problem]:
    components: tuple[Component, ...] = ("path", "host", "hash")
    for component in components:
        pattern = holder.get(component)
        if not isinstance(pattern, str):
            continue
        try:
            check(pattern, component)
        except PatternError as error:
            yield Problem(f"{at}/{component}", "bad_pattern", error.message, error.mend)


def _check_pages(document: dict[str, Json]) -> Iterator[Problem]:
    where = document.get("where")
    for name in ("any", "not"):
        pages = where.get(name) if isinstance(where, dict) else None
        for index, page in enumerate(pages if isinstance(pages, list) else []):
            place = f"/where/{name}/{index}"
            if isinstance(page, dict):
                yield from _pattern_problems(place, page)
            for problem in _pattern_problems(place, {"path": page}):
                yield Problem(place, problem.code, problem.message, problem.mend)
    for pointer, step in objects(document, "steps"):
        for name in ("on", "advance"):
            holder = step.get(name)
            if isinstance(holder, dict):
                yield from _pattern_problems(f"{pointer}/{name}", holder)


def _time_problems(pointer: str, text: str, local: bool = False) -> Iterator[Problem]:
    form = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?" + (")?" if local else r"(Z|[+-]\d\d:\d\d)?)?")
    try:
        good = bool(re.fullmatch(form, text, re.ASCII)) and bool(datetime.fromisoformat(text))
    except ValueError:
        good = False
    if not good:
        example = "2027-01-31 or 2027-01-31T09:30" + ("" if local else "Z")
        zone = say(" The visitor's own time zone applies.") if local else ""
        yield Problem(
            pointer,
            "bad_time",
            say("“%(text)s” is not a date or time.", text=text[:40]),
            say("Write %(example)s.%(zone)s", example=example, zone=zone),
        )


_GUIDE_CHECKS = (_check_step_ids, _check_destinations, _check_buttons, _check_texts, _check_media, _check_translations,
                 _check_destination_pages,
                 _check_kind, _check_list, _check_advance, _check_rules, _check_pages)  # fmt: skip
