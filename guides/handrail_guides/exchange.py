"""Texts for translators: out as XLIFF 2.0 or CSV, and back in without loss.

A unit's id is the text's path; the source travels with it, so that a translation of an older text comes back as stale.
XLIFF: docs.oasis-open.org/xliff/xliff-core/v2.0. Read with expat, entities refused: these files come from outside.
"""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from handrail_guides.errors import GuideProblems, Problem
from handrail_guides.localise import statuses, texts
from handrail_guides.saying import say

Document = dict[str, Any]

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:2.0"
MAX_BYTES: Final = 8 * 1024 * 1024
_COLUMNS: Final = ("guide", "path", "source", "target", "language", "status")
_STATES: Final = {"current": "translated", "stale": "initial", "missing": "initial"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text of one guide for one language; `target` is None where nothing was translated.

    `done` is false for what went out as stale and did not come back marked as translated.
    """

    guide: str
    language: str
    path: str
    source: str
    target: str | None
    done: bool = True


def to_xliff(documents: Iterable[Document], language: str) -> str:
    """Return an XLIFF 2.0 file with one `file` for each guide; all guides must be written in the same language."""
    guides = list(documents)
    sources = {document["language"] for document in guides}
    if len(sources) > 1:
        message = say("The guides are written in several languages: %(names)s.", names=", ".join(sorted(sources)))
        raise GuideProblems(
            [Problem("", "several_languages", message, say("Export the guides of each language apart."))]
        )
    head = f"srcLang={quoteattr(sources.pop() if sources else 'en')} trgLang={quoteattr(language)}"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<xliff xmlns="{NAMESPACE}" version="2.0" {head}>']
    for document in guides:
        lines += _file(document, language)
    return "\n".join([*lines, "</xliff>", ""])


def from_xliff(text: str | bytes) -> list[Unit]:
    """Return the units of an XLIFF 2.0 file. Raises GuideProblems where it is not one."""
    return _XliffReader().read(text if isinstance(text, bytes) else text.encode())


def to_csv(documents: Iterable[Document], languages: Iterable[str]) -> str:
    """Return a table (RFC 4180) of every text of the guides in some languages, with how each stands.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front, which `from_csv` takes off again.
    """
    wanted = list(languages)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for document in documents:
        for language in wanted:
            found = statuses(document, language)
            table = document.get("translations", {}).get(language, {})
            for path, source in texts(document).items():
                target = table.get(path, {}).get("text", "")
                writer.writerow([document["key"], path, _guarded(source), _guarded(target), language, found[path]])
    return out.getvalue()


def from_csv(text: str) -> list[Unit]:
    """Return the units of a table with at least the columns guide, path, source, target, language."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    if missing := [name for name in _COLUMNS[:5] if name not in (rows.fieldnames or [])]:
        message = say("The table has no column “%(missing)s”.", missing=missing[0])
        mend = say("Its first line must name the columns: %(names)s.", names=", ".join(_COLUMNS))
        raise GuideProblems([Problem("", "bad_table", message, mend, 1)])
    try:
        return [
            Unit(
                row["guide"],
                row["language"],
                row["path"],
                _bare(row["source"]),
                _bare(row["target"] or "") or None,
                row.get("status") != "stale",
            )
            for row in rows
            if row["path"]
        ]
    except csv.Error as error:
        message = say("The table cannot be read: %(error)s.", error=error)
        raise GuideProblems(
            [Problem("", "bad_table", message, say("Save it as CSV in UTF-8."), rows.line_num)]
        ) from None


def merge_units(document: Document, units: Iterable[Unit]) -> tuple[Document, list[str]]:
    """Return a copy of a guide with the translations of the units, and what was left out, in words.

    `of` becomes the source that the translator saw: where the guide's text has moved on, the translation is stale.
    A stale translation that came back as it went out stays stale.
    """
    made = copy.deepcopy(document)
    tables: dict[str, Any] = made.setdefault("translations", {})
    known, left = texts(document), list[str]()
    for unit in units:
        if unit.guide != document["key"] or unit.target is None:
            continue
        if unit.path not in known:
            left.append(f"{unit.path}: the guide has no such text")
        elif unit.language.lower() == document["language"].lower():
            left.append(f"{unit.path}: {unit.language} is the language that the guide is written in")
        elif unit.done or tables.get(unit.language, {}).get(unit.path, {}).get("text") != unit.target:
            tables.setdefault(unit.language, {})[unit.path] = {"text": unit.target, "of": unit.source}
    if not tables:
        del made["translations"]
    return made, left


def _file(document: Document, language: str) -> list[str]:
    found = statuses(document, language)
    table: Mapping[str, Any] = document.get("translations", {}).get(language, {})
    lines = [f'  <file id={quoteattr(document["key"])} xml:space="preserve">']
    for path, source in texts(document).items():
        # a stale translation goes out beside the new source: it is the best start, and comes back as current
        target = f"<target>{_xml(table[path]['text'])}</target>" if path in table else ""
        lines += [
            f"    <unit id={quoteattr(path)}>",
            f'      <segment state="{_STATES[found[path]]}"><source>{_xml(source)}</source>{target}</segment>',
            "    </unit>",
        ]
    return [*lines, "  </file>"]


def _xml(text: str) -> str:
    """Return a text as XML content; what XML cannot hold becomes XLIFF's `<cp hex>`; line breaks survive."""
    out: list[str] = []
    for character in text:
        code = ord(character)
        if character == "\r":
            out.append("&#13;")
        elif code in (0xFFFE, 0xFFFF) or (code < 0x20 and character not in "\t\n"):
            out.append(f'<cp hex="{code:04X}"/>')
        else:
            out.append(escape(character))
    return "".join(out)


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def _bare(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:2] in {*_FORMULA, "'"} else text


class _XliffReader:
    """Reads the subset of XLIFF 2.0 that carries plain text; inline codes other than `cp` are read as their text."""

    def __init__(self) -> None:
        self._units: list[Unit] = []
        self._language = ""
        self._guide = ""
        self._path = ""
        self._parts: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._done = True
        self._seen_root = False

    def read(self, raw: bytes) -> list[Unit]:
        """Return the units. Raises GuideProblems."""
        if len(raw) > MAX_BYTES:
            raise _bad("The file is larger than 8 MiB.", 1)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._refuse_entity
        try:
            parser.Parse(raw, True)
        except expat.ExpatError as error:
            raise _bad(f"This is not XML: {expat.ErrorString(error.code)}.", error.lineno) from None
        if not self._seen_root or not self._language:
            raise _bad("This is not an XLIFF 2.0 file with a target language (trgLang).", 1)
        return self._units

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.removeprefix(f"{NAMESPACE} ")
        if name == "xliff":
            self._seen_root = attributes.get("version", "").startswith("2.")
            self._language = attributes.get("trgLang", "")
        elif name == "file":
            self._guide = attributes.get("id", "")
        elif name == "unit":
            self._path, self._parts = attributes.get("id", ""), {}
        elif name == "segment":
            self._done = attributes.get("state", "initial") != "initial"
        elif name in {"source", "target"}:
            self._into = self._parts.setdefault(name, [])
        elif name == "cp" and self._into is not None:
            self._into.append(_character(attributes.get("hex", "")))

    def _end(self, tag: str) -> None:
        name = tag.removeprefix(f"{NAMESPACE} ")
        if name in {"source", "target"}:
            self._into = None
        elif name == "unit":
            target = "".join(self._parts["target"]) if "target" in self._parts else None
            source = "".join(self._parts.get("source", []))
            self._units.append(Unit(self._guide, self._language, self._path, source, target or None, self._done))

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _refuse_entity(self, name: str, *_: Any) -> None:
        raise _bad(f"The file declares the entity “{name[:40]}”, which XLIFF does not need.", 1)


def _character(digits: str) -> str:
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError):
        return ""


def _bad(message: str, line: int) -> GuideProblems:
    mend = say("Export it again, or ask for XLIFF 2.0.")
    return GuideProblems([Problem("", "bad_xliff", message, mend, line)])
