"""What every importer needs: keys and ids from names, HTML to the Markdown subset, the list of what was left out."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

Json = Any


@dataclass(slots=True)
class Imported:
    """A guide document; in words with their places, what could not be carried over, and what means less or more now."""

    document: dict[str, Json]
    left: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Carrier:
    """Collects one guide: its steps, what was left out of them, and what became something else."""

    name: str
    source: str
    kind: str = "tour"
    language: str = "en"
    members: dict[str, Json] = field(default_factory=dict[str, Json])
    steps: list[dict[str, Json]] = field(default_factory=list[dict[str, Json]])
    left: list[str] = field(default_factory=list[str])
    changed: list[str] = field(default_factory=list[str])
    _ids: set[str] = field(default_factory=set[str])

    def step_id(self, wanted: Json, title: str) -> str:
        """Return a free step id, from the source's own id or the title."""
        base = key_of(str(wanted)) if isinstance(wanted, (str, int)) and str(wanted) else key_of(plain_words(title))
        base = base[:40].strip("-") or f"step-{len(self.steps) + 1}"
        if base == "end":
            base = "the-end"
        found, number = base, 2
        while found in self._ids:
            found, number = f"{base}-{number}", number + 1
        self._ids.add(found)
        return found

    def leave(self, where: str, what: str) -> None:
        """Note something that could not be carried over."""
        note = f"{where}: {what}" if where else what
        if note not in self.left:
            self.left.append(note)

    def change(self, where: str, what: str) -> None:
        """Note something that was carried over as something else, which somebody should know."""
        if (note := f"{where}: {what}") not in self.changed:
            self.changed.append(note)

    def leave_unknown(self, where: str, given: dict[str, Json], known: set[str]) -> None:
        """Note every member that this importer does not carry."""
        for name in given:
            if name not in known and given[name] not in (None, "", [], {}, False):
                self.leave(where, f"“{name}” has no counterpart")

    def text(self, where: str, html: Json) -> str:
        """Return HTML or plain text as Markdown of the subset; what is lost is noted."""
        reader = _Markdown()
        reader.feed("" if html is None else str(html))
        reader.close()
        for tag in sorted(reader.lost):
            self.leave(where, f"the tag <{tag}> is not part of guides; its words stay")
        return reader.text()

    def finished(self) -> Imported:
        """Return the guide."""
        key = key_of(self.name) or f"from-{self.source}"
        document = {"format": 1, "key": key, "kind": self.kind, "name": self.name[:120], "language": self.language}
        document |= {**self.members, "steps": self.steps}
        return Imported(document, self.left, self.changed)


def key_of(name: str) -> str:
    """Return a key made of a name: lower-case letters, digits and hyphens; empty where nothing is left."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")[:80].strip("-")


def plain_words(html: str) -> str:
    """Return a text without its tags."""
    return re.sub(r"<[^>]*>", " ", html)


def place_of(side: str, align: str = "") -> str:
    """Return a `place` from a side and an alignment in the words that most libraries use."""
    side = side.lower()
    if side in {"", "auto", "over", "center", "middle", "floating"}:
        return "center" if side in {"over", "center", "middle", "floating"} else "auto"
    if side not in {"top", "bottom", "left", "right"}:
        return "auto"
    return side + {"start": "-start", "end": "-end"}.get(align.lower(), "")


def as_object(value: Json) -> dict[str, Json]:
    """Return an object, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def as_objects(value: Json) -> list[dict[str, Json]]:
    """Return the objects of a list; none of anything else."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def as_texts(value: Json) -> list[str]:
    """Return the texts of a list; none of anything else."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def as_number(value: Json) -> float:
    """Return a number, or 0 in the place of anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def period(seconds: float) -> str:
    """Return whole seconds as an ISO 8601 duration."""
    whole = max(1, round(seconds))
    for size, unit in ((86_400, "P{}D"), (3_600, "PT{}H"), (60, "PT{}M")):
        if whole % size == 0:
            return unit.format(whole // size)
    return f"PT{whole}S"


_WRAPS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`"}
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "figure"}
)
_KNOWN: Final = frozenset({*_WRAPS, *_BLOCKS, "a", "li", "br", "img", "span"})
_SILENT: Final = frozenset({"script", "style"})


class _Markdown(HTMLParser):
    """Writes the tags that guides have as Markdown, keeps the words of the others, drops scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lost: set[str] = set()
        self._out: list[str] = []
        self._links: list[str] = []
        self._lists: list[str] = []
        self._silent = 0

    def text(self) -> str:
        """Return the Markdown."""
        joined = re.sub(r"[ \t]+\n", "\n", "".join(self._out))
        return re.sub(r"\n{3,}", "\n\n", joined).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        given = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        if tag not in _KNOWN:
            self.lost.add(tag)
        elif tag in _WRAPS:
            self._out.append(_WRAPS[tag])
        elif tag == "br":
            self._out.append("\\\n")
        elif tag == "img" and given.get("src"):
            self._out.append(f"![{_escaped(given.get('alt', ''))}]({given['src'].replace(')', '%29')})")
        elif tag == "a":
            self._links.append(given.get("href", ""))
            self._out.append("[" if given.get("href") else "")
        elif tag == "li":
            self._out.append("\n1. " if self._lists[-1:] == ["ol"] else "\n- ")
        elif tag in _BLOCKS:
            if tag in {"ul", "ol"}:
                self._lists.append(tag)
            begins_item = self._out[-1:] in (["\n- "], ["\n1. "])
            self._out.append(("" if begins_item else "\n\n") + ("**" if tag[0] == "h" else ""))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _WRAPS:
            self._unwrap(_WRAPS[tag])
        elif tag == "a" and self._links:
            href = self._links.pop()
            self._out.append(f"]({href.replace(')', '%29').replace(' ', '%20')})" if href else "")
        elif tag in _BLOCKS:
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._out.append(("**" if tag[0] == "h" else "") + "\n\n")

    def handle_data(self, data: str) -> None:
        """Take words, with what Markdown and placeholders would read otherwise escaped."""
        if not self._silent:
            self._out.append(_escaped(re.sub(r"\s+", " ", data)))

    def _unwrap(self, mark: str) -> None:
        """Close a mark; around nothing it goes, and a blank before it moves behind it, where Markdown wants it."""
        if self._out[-1:] == [mark]:
            self._out.pop()
            return
        words = self._out[-1] if self._out else ""
        if words.endswith(" "):
            self._out[-1] = words.rstrip(" ")
        self._out.append(mark + (" " if words.endswith(" ") else ""))


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_`\[\]{}])", r"\\\1", text)
