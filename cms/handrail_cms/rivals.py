"""Live guides that may want to start on the same page at the same time. Knows nothing of HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from handrail_guides.urlpattern import fits

from handrail_cms.editing.places import Json, get, items, obj

INTERRUPTING: Final = {"tour", "modal"}
# The open parts of a path pattern: `*`, `:name`, `(expression)`, with what repeats them.
_OPEN: Final = re.compile(r"(?::\w+(?:\([^)]*\))?|\([^)]*\)|\*)[?+*]?")


def of(body: Json, live: Sequence[Json]) -> list[Json]:
    """Return the live guides that may want to start on the same page at the same time, the first to go in front."""
    if body.get("kind") not in INTERRUPTING:
        return []
    pages = _pages(body)
    found = [
        one for one in live if one.get("kind") in INTERRUPTING and _meet(pages, _pages(one)) and _starts_itself(one)
    ]
    return sorted(found, key=lambda one: -int(one.get("priority", 50))) if _starts_itself(body) else []


def _starts_itself(body: Json) -> bool:
    return get(body, ("start", "on")) != "manual"


def _pages(body: Json) -> list[str]:
    return [
        one if isinstance(one, str) else str(obj(one).get("path", "*")) for one in items(get(body, ("where", "any")))
    ]


def _meet(ours: list[str], others: list[str]) -> bool:
    """Say whether two lists of patterns may match the same path; an empty list means every page."""
    return not ours or not others or any(_overlap(a, b) for a in ours for b in others)


def _overlap(one: str, other: str) -> bool:
    """Say whether some path fits both patterns, tried on paths that each describes with the other's own words."""
    tried = {*_samples(one, other), *_samples(other, one)}
    return any(fits(one, "path", path) and fits(other, "path", path) for path in tried)


def _samples(pattern: str, words_from: str) -> Iterator[str]:
    """Yield paths that fit a pattern, its open parts filled with numbers, a word, and what the other pattern names."""
    names = re.findall(r"(?<![:\w])[\w.-]+", _OPEN.sub("", words_from))
    for filling in ["1", "x", "", *names]:
        yield re.sub(r"[{}]\??", "", _OPEN.sub(filling, pattern))
