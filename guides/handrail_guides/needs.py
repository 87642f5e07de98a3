"""Which parts of the widget a compiled guide needs beyond the tour chunk: known here, so that no page has to find out.

The names are those of the widget's chunks: `advance` (ways past a step other than a button or a click), `caps` (not too
soon again, not too often), `deeds` (buttons other than next, back and close; clicks beside the guide), `rich` (links,
pictures, lists, code, placeholders, plurals), `rules` (clauses other than traits, segments and whether an event
happened; traits that are compared with numbers; pages that are more than a plain path), `wait` (a second look at
elements that rules and ways to advance ask for).
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Json = Any

# Read by the widget without its parser: no modifier, group, escape, character to be encoded, or name used twice.
PLAIN: Final = r"(?!.*(:\w+)\b.*\1\b)(?:[\w/.~!$&',;=@%-]|\*(?!\*)|:[a-z_]\w*(?![\w*$]))*"
_PLAIN: Final = re.compile(rf"{PLAIN}\Z", re.IGNORECASE | re.ASCII)
_COMMON_RULE: Final = frozenset(
    {"all", "any", "not", "trait", "account", "event", "segment", "exists", "is", "is_not", "in", "not_in"}
)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_RICH: Final = frozenset({"a", "img", "ul", "ol", "code", "value", "plural"})


def is_plain(pattern: str) -> bool:
    """Tell whether the widget reads the pattern of a path without the `rules` chunk."""
    return bool(_PLAIN.match(pattern))


def needs_of_guide(steps: Sequence[Mapping[str, Json]]) -> list[str]:
    """Return the chunks that the compiled steps of a guide need, sorted."""
    return sorted({name for step in steps for name in _needs_of_step(step)})


def needs_of_release(guides: Sequence[Mapping[str, Json]], segments: Mapping[str, Json]) -> list[str]:
    """Return the chunks that the manifest's own rules, pages and frequencies need, sorted."""
    rules = [*segments.values(), *(guide["rule"] for guide in guides if "rule" in guide)]
    pages = [page for guide in guides for page in (*_pages_of(guide.get("where")), *guide.get("resume", []))]
    capped = any(not {"every", "at_most"}.isdisjoint(guide.get("frequency", {})) for guide in guides)
    rare = any(map(_is_rare, rules)) or not all(map(_is_plain_page, pages))
    return [name for name, needed in (("caps", capped), ("rules", rare)) if needed]


def _needs_of_step(step: Mapping[str, Json]) -> Iterator[str]:
    advance = step.get("advance", {})
    if advance.get("on", "next") not in {"next", "click"}:
        yield "advance"
    if advance.get("on") == "element":
        yield "wait"
    buttons = step.get("buttons", [])
    if "outside" in step or any(button["action"] not in ("next", "back", "close") for button in buttons):
        yield "deeds"
    texts = [
        part.get(name) for part in (step, *step.get("variants", []), *buttons) for name in ("title", "body", "text")
    ]
    if "media" in step or any(map(_is_rich, texts)):
        yield "rich"
    rules = [branch["if"] for branch in [*step.get("then", []), *step.get("variants", [])] if "if" in branch]
    rules += [step["done"]] if "done" in step else []
    patterns = _patterns_of([step.get("on", {}).get("path"), advance.get("path")])
    if any(map(_is_rare, rules)) or not all(map(is_plain, patterns)):
        yield "rules"
    if any(map(_asks_for_elements, rules)):
        yield "wait"


def _is_rare(rule: Json) -> bool:
    if isinstance(rule, list):
        return any(map(_is_rare, rule))
    if not isinstance(rule, Mapping):
        return True
    if not set(rule) <= _COMMON_RULE or any(_is_rare(rule[name]) for name in ("all", "any", "not") if name in rule):
        return True
    wanted = [rule.get("is"), rule.get("is_not"), *rule.get("in", []), *rule.get("not_in", [])]
    return any(map(_is_number, wanted))


def _is_number(value: Json) -> bool:
    """Tell whether a value is compared as a number: 5, and "5" as well."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _asks_for_elements(rule: Json) -> bool:
    if isinstance(rule, list):
        return any(map(_asks_for_elements, rule))
    if not isinstance(rule, Mapping):
        return False
    return "element" in rule or any(_asks_for_elements(rule[name]) for name in ("all", "any", "not") if name in rule)


def _is_rich(node: Json) -> bool:
    return isinstance(node, Mapping) and (node["t"] in _RICH or any(map(_is_rich, node.get("c", []))))


def _pages_of(where: Json) -> Iterator[Json]:
    for pages in (where or {}).values():
        yield from pages


def _is_plain_page(page: Json) -> bool:
    if isinstance(page, str):
        return is_plain(page)
    return set(page) == {"path"} and is_plain(page["path"])


def _patterns_of(part: Json) -> Iterator[str]:
    """Yield every text in a `where`, a list of patterns, or whatever holds some."""
    if isinstance(part, str):
        yield part
    elif part:
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from _patterns_of(inner)
