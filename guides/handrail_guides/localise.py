"""The texts of a guide, by language: where they stand, which translation is used, and which are stale.

A translation keeps the source text it was made from (`of`), so that staleness needs no database.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

Document = dict[str, Any]
Status = Literal["current", "stale", "missing", "orphan"]

RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "ug", "ur", "yi"})


def texts(document: Document) -> dict[str, str]:
    """Return path -> source text of everything a visitor reads, in reading order.

    Paths name steps by id and buttons by id (by place, where they have none), so that reordering keeps translations:
    `steps.pay.title`, `steps.pay.buttons.later`, `steps.pay.media.alt`, `steps.pay.variants.0.body`.
    """
    return {path: holder[name] for path, holder, name in _places(document)}


def localised(document: Document, languages: Sequence[str]) -> Document:
    """Return a copy with each text in the first of the languages that has it; the source text otherwise.

    A stale translation is used: it is nearer to the visitor than another language; lint names it.
    """
    made = copy.deepcopy(document)
    translations = made.get("translations", {})
    tables = [_table(translations, language) for language in languages]
    own = made["language"].lower()
    for path, holder, name in list(_places(made)):
        for language, table in zip(languages, tables, strict=True):
            if language.lower() == own:
                break
            if path in table:
                holder[name] = table[path]["text"]
                break
    return made


def chain(language: str, document: Document, fallback: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return the languages to try for a visitor, best first; the guide's own is always last.

    Each tag is shortened from its end as RFC 4647 section 3.4 (lookup) says, then come the environment's fallbacks.
    """
    tried = list(lookup(language))
    for tag in list(tried):
        for other in _folded(fallback or {}).get(tag.lower(), []):
            tried.extend(lookup(other))
    tried.append(document["language"])
    seen: dict[str, str] = {}
    for tag in tried:
        seen.setdefault(tag.lower(), tag)
    return list(seen.values())


def lookup(tag: str) -> Iterator[str]:
    """Yield a language tag and what is left of it when subtags are taken off its end (RFC 4647, 3.4)."""
    parts = tag.split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()
        if parts and len(parts[-1]) == 1:
            parts.pop()


def languages(document: Document) -> list[str]:
    """Return the guide's own language, then those it is translated into, in alphabetical order."""
    return [document["language"], *sorted(document.get("translations", {}))]


def statuses(document: Document, language: str) -> dict[str, Status]:
    """Return path -> how a language's text stands: current, stale, missing, or orphan (its source is gone)."""
    table: Mapping[str, Any] = document.get("translations", {}).get(language, {})
    found: dict[str, Status] = {}
    for path, source in texts(document).items():
        if path not in table:
            found[path] = "missing"
        else:
            found[path] = "current" if table[path]["of"] == source else "stale"
    for path in table:
        found.setdefault(path, "orphan")
    return found


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return the direction of a language's script."""
    parts = language.lower().split("-")
    scripts = {part for part in parts[1:] if len(part) == 4}
    if scripts:
        return "rtl" if scripts & {"arab", "hebr", "thaa", "syrc", "nkoo", "adlm"} else "ltr"
    return "rtl" if parts[0] in RIGHT_TO_LEFT else "ltr"


def button_name(button: Mapping[str, Any], index: int) -> str:
    """Return how a button is named in text paths."""
    return str(button.get("id", index))


def _places(document: Document) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield (path, the object that holds the text, the text's key in it)."""
    if document.get("title"):
        yield "title", document, "title"
    for step in document["steps"]:
        base = f"steps.{step['id']}"
        yield from _named(base, step, ("title", "body"))
        if "media" in step:
            yield from _named(f"{base}.media", step["media"], ("alt",))
        for index, button in enumerate(step.get("buttons", [])):
            if button.get("text"):
                yield f"{base}.buttons.{button_name(button, index)}", button, "text"
        for index, variant in enumerate(step.get("variants", [])):
            yield from _named(f"{base}.variants.{index}", variant, ("title", "body"))


def _named(base: str, holder: dict[str, Any], names: Sequence[str]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for name in names:
        if holder.get(name):
            yield f"{base}.{name}", holder, name


def _table(translations: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    for name, table in translations.items():
        if name.lower() == language.lower():
            return table
    return {}


def _folded(fallback: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name.lower(): others for name, others in fallback.items()}
