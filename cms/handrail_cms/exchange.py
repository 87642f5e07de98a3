"""A guide's texts for translators, out and in: CSV for a spreadsheet, XLIFF 2.1 for translation tools. No Flask.

Coming in, a text is taken only where its source is still what the guide says; what does not fit is told, not guessed.
"""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handrail_guides.localise import statuses, texts

from handrail_cms.errors import Refused

Json = dict[str, Any]

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:2.0"
COLUMNS: Final = ("path", "source", "translation", "state")
MOST_BYTES: Final = 2 * 1024 * 1024
# A spreadsheet runs a cell that starts with one of these as a formula; the apostrophe is taken off again coming in.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One text: its path, its source, its translation and how that stands (current, stale, missing)."""

    path: str
    source: str
    text: str
    state: str


@dataclass(slots=True)
class Taken:
    """What became of a file: texts taken, unchanged, and refused with the reason (path, reason)."""

    document: Json
    taken: int = 0
    unchanged: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def rows(document: Json, language: str) -> list[Row]:
    """Return every text of a guide with its translation, in reading order."""
    table = document.get("translations", {}).get(language, {})
    states = statuses(document, language)
    return [
        Row(path, source, str(table.get(path, {}).get("text", "")), states.get(path, "missing"))
        for path, source in texts(document).items()
    ]


def to_csv(document: Json, language: str) -> str:
    """Return the texts as CSV, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows(document, language):
        writer.writerow([_guarded(cell) for cell in (row.path, row.source, row.text, row.state)])
    return out.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA_STARTS) else cell


def to_xliff(document: Json, language: str) -> str:
    """Return the texts as XLIFF 2.1, one unit a text; `state` says what still has to be done."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("xliff"), {"version": "2.1", "srcLang": str(document["language"]), "trgLang": language})
    file = ET.SubElement(root, _tag("file"), {"id": str(document["key"])})
    for number, row in enumerate(rows(document, language), 1):
        unit = ET.SubElement(file, _tag("unit"), {"id": f"u{number}", "name": row.path})
        done = "translated" if row.state == "current" else "initial"
        segment = ET.SubElement(unit, _tag("segment"), {"state": done})
        ET.SubElement(segment, _tag("source")).text = row.source
        if row.text:
            ET.SubElement(segment, _tag("target")).text = row.text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def take(document: Json, language: str, text: str) -> Taken:
    """Return the document with the translations of a file, CSV or XLIFF; raises Refused where it is neither."""
    if len(text.encode()) > MOST_BYTES:
        raise Refused("too_large", "The file is larger than 2 MiB. Send it guide by guide.")
    found = _from_xliff(text, language) if text.lstrip("\ufeff \r\n\t").startswith("<") else _from_csv(text)
    return _taken(document, language, found)


def _from_csv(text: str) -> dict[str, tuple[str, str]]:
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or [])]
    if missing:
        raise Refused("columns", f"The first line has to name the columns path, source and translation; “{missing[0]}” is missing.")
    return {
        _unguarded(row["path"] or ""): (_unguarded(row["source"] or ""), _unguarded(row["translation"] or "")) for row in reader
    }


def _from_xliff(text: str, language: str) -> dict[str, tuple[str, str]]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refused("entities", "The file declares entities. Send plain XLIFF 2.")
    try:
        root = ET.fromstring(text.lstrip("\ufeff"))  # noqa: S314  entities are refused above
    except ET.ParseError as error:
        raise Refused("xliff", f"The file is no XML: {error}.") from error
    if root.tag != _tag("xliff"):
        raise Refused("xliff", "The file is no XLIFF 2 document.")
    if root.get("trgLang", language).lower() != language.lower():
        raise Refused("language", f"The file is in {root.get('trgLang')}, not in {language}.")
    units = {unit.get("name", ""): unit for unit in root.iter(_tag("unit"))}
    return {path: (_text(unit, "source"), _text(unit, "target")) for path, unit in units.items()}


def _text(unit: ET.Element, name: str) -> str:
    return "".join("".join(part.itertext()) for part in unit.iter(_tag(name)))


def _taken(document: Json, language: str, found: Mapping[str, tuple[str, str]]) -> Taken:
    sources, result = texts(document), Taken(document)
    changes: dict[str, str] = {}
    for path, (source, translation) in found.items():
        if path not in sources:
            result.refused.append((path, "not_in_guide"))
        elif source != sources[path]:
            result.refused.append((path, "source_changed"))
        elif translation.strip():
            changes[path] = translation
    result.document = write(document, language, changes)
    before = document.get("translations", {}).get(language, {})
    result.unchanged = sum(1 for path, text in changes.items() if before.get(path) == {"text": text, "of": sources[path]})
    result.taken = len(changes) - result.unchanged
    return result


def write(document: Json, language: str, changes: Mapping[str, str]) -> Json:
    """Return a copy with these translations, made from the texts as they are now; an empty one takes it out."""
    sources = texts(document)
    table = dict(document.get("translations", {}).get(language, {}))
    for path, text in changes.items():
        if path in sources and text.strip():
            table[path] = {"text": text, "of": sources[path]}
        else:
            table.pop(path, None)
    translations = {**document.get("translations", {}), language: table}
    kept = {name: value for name, value in translations.items() if value}
    changed = {name: value for name, value in document.items() if name != "translations"}
    return {**changed, "translations": kept} if kept else changed
