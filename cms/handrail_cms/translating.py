"""A guide's texts in one language as rows of a table, and what was written there put back. Knows nothing of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.exchange import from_csv, from_xliff, merge_units
from handrail_guides.localise import statuses, texts
from handrail_guides.saying import say

from handrail_cms.editing.places import Json, obj

MUCH_LONGER: Final = 1.6
SHORT: Final = 40


@dataclass(frozen=True, slots=True)
class Row:
    """One text: its path, its source, its translation and how that stands (current, stale, missing)."""

    path: str
    source: str
    text: str
    state: str

    @property
    def is_long(self) -> bool:
        """Whether the translation may not fit where the source does."""
        return len(self.text) > max(SHORT, MUCH_LONGER * len(self.source))


def rows(document: Json, language: str) -> list[Row]:
    """Return every text of a guide with its translation, in reading order."""
    table, states = _table(document, language), statuses(document, language)
    return [
        Row(path, source, str(obj(table.get(path)).get("text", "")), states.get(path, "missing"))
        for path, source in texts(document).items()
    ]


def _table(document: Json, language: str) -> Json:
    return obj(obj(document.get("translations")).get(language))


def write(document: Json, language: str, changes: Mapping[str, str]) -> Json:
    """Return a copy with these translations, made from the texts as they are now; an empty one takes it out."""
    sources, table = texts(document), dict(_table(document, language))
    for path, text in changes.items():
        if path in sources and text.strip():
            table[path] = {"text": text, "of": sources[path]}
        else:
            table.pop(path, None)
    translations: dict[str, Any] = {**obj(document.get("translations")), language: table}
    kept = {name: value for name, value in translations.items() if value}
    changed = {name: value for name, value in document.items() if name != "translations"}
    return {**changed, "translations": kept} if kept else changed


def take(document: Json, sent: bytes) -> tuple[Json, int, list[str]]:
    """Return (a copy with the translations of a file, how many texts changed, what was left out, in words).

    The file is CSV or XLIFF 2, as `to_csv` and `to_xliff` write it. Raises GuideProblems where it is neither.
    """
    try:
        text = sent.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GuideProblems(
            [Problem("", "not_utf8", say("The file is not written in UTF-8."), say("Save it as UTF-8."))]
        ) from error
    units = from_xliff(text) if text.lstrip().startswith("<") else from_csv(text)
    made, left = merge_units(document, units)
    before, after = obj(document.get("translations")), obj(made.get("translations"))
    count = sum(
        1
        for language, table in after.items()
        for path, one in table.items()
        if obj(before.get(language)).get(path) != one
    )
    return made, count, left
