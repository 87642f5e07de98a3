"""Compile an author's text, a Markdown subset with placeholders and plurals, to the tree that the widget draws.

A node is a string, or `{"t": tag, "a": {attributes}, "c": [children]}` with the tags of `schema/manifest.json`.
Nothing else exists, so nothing can be injected: HTML in a text is text.

Grammar of the braces (a subset of ICU MessageFormat):
`{name|there}`  the visitor's trait `name`, or `there` where it is missing; `{name}` alone leaves a gap;
`{count, plural, =0 {none} one {# invoice} other {# invoices}}`  forms by CLDR category, `#` is the number;
`\\{` a brace. Imports the Markdown parser where it is used.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from handrail_guides.saying import say

Node = Any  # str | {"t": str, "a": dict[str, str], "c": list[Node]}

CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", ""})
FILE_SCHEMES: Final = frozenset({"http", "https", ""})
_NAME = re.compile(r"[A-Za-z_][\w.-]{0,99}", re.ASCII)
_OPEN, _CLOSE = "\ue000", "\ue001"  # private-use marks that stand for a placeholder while Markdown is parsed
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


class TextError(ValueError):
    """A text's braces do not fit the grammar; carries the offset of the brace and the mend."""

    def __init__(self, message: str, mend: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name|default}`; `default` is None where the author gave none."""

    name: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Plural:
    """`{name, plural, …}`; `forms` maps a CLDR category or `=N` to the pieces of its text."""

    name: str
    forms: dict[str, list[Piece]]


Piece = str | Placeholder | Plural


def pieces(text: str) -> list[Piece]:
    """Split a text into plain stretches, placeholders and plurals. Raises TextError."""
    found, end = _Braces(text).pieces(0, depth=0)
    assert end == len(text)
    return found


def placeholders(text: str) -> set[str]:
    """Return the names that a text asks for; an ill-formed text asks for none."""
    try:
        return set(_names(pieces(text)))
    except TextError:
        return set()


def compile_text(text: str, *, block: bool = True) -> Node:
    """Compile a text. `block` allows paragraphs, lists and pictures; a title or a button is inline.

    A text without any mark-up compiles to the string itself. Raises TextError.
    """
    return _compiled(pieces(text), block)


def links(text: str) -> list[tuple[str, str]]:
    """Return (kind, address) of every link and picture of a text, kind being `a` or `img`, bad ones included."""
    found: list[tuple[str, str]] = []
    try:
        marked, _ = _marked(pieces(text))
    except TextError:
        return found
    for token in _inline_tokens(_parser(True).parse(marked)):
        if token.type == "link_open":
            found.append(("a", str(token.attrGet("href") or "")))
        elif token.type == "image":
            found.append(("img", str(token.attrGet("src") or "")))
    return found


def plain(text: str) -> str:
    """Return what a reader sees of a text: no mark-up, defaults in place of placeholders, the `other` plural form."""
    try:
        return plain_node(compile_text(text)).strip()
    except TextError:
        return text


def plain_node(node: Node) -> str:
    """Return the words of a compiled text."""
    if isinstance(node, str):
        return node
    match node["t"]:
        case "value":
            return node["a"].get("default", "")
        case "plural":
            return plain_node(node["c"][-1]).replace("#", "2")
        case "br":
            return "\n"
        case "img":
            return node["a"].get("alt", "")
        case tag:
            inner = "".join(plain_node(child) for child in node.get("c", []))
            return inner + ("\n" if tag in {"p", "li"} else "")


def good_address(address: str, schemes: frozenset[str] = LINK_SCHEMES) -> bool:
    """Tell whether an address may stand in a guide: a web address, mail, telephone, or a path of the host."""
    cleaned = re.sub(r"[\x00-\x20]", "", address)
    if cleaned != address.strip() or not cleaned or cleaned.startswith(("\\", "/\\")):
        return False
    try:
        return urlsplit(cleaned).scheme.lower() in schemes
    except ValueError:
        return False


@dataclass
class _Braces:
    text: str
    stops: str = field(default="{}\\#", init=False)

    def pieces(self, start: int, depth: int) -> tuple[list[Piece], int]:
        """Read pieces from `start` to the end, or, inside a plural form (depth > 0), to its closing brace."""
        out: list[Piece] = []
        plain: list[str] = []
        at = start
        while at < len(self.text):
            character = self.text[at]
            if character == "\\" and self.text[at + 1 : at + 2] in {"{", "}"}:
                plain.append(self.text[at + 1])
                at += 2
            elif character == "{":
                out.extend(_joined(plain))
                piece, at = self._braced(at, depth)
                out.append(piece)
            elif character == "}":
                if depth:
                    return [*out, *_joined(plain)], at
                raise TextError(say("A “}” stands alone."), say("Write \\} for a brace, or open it with {."), at)
            elif character == "#" and depth:
                out.extend([*_joined(plain), Placeholder("#", None)])
                at += 1
            else:
                plain.append(character)
                at += 1
        if depth:
            raise TextError(
                say("A plural form is not closed."), say("End each form with }, and the plural with another }."), start
            )
        return [*out, *_joined(plain)], at

    def _braced(self, start: int, depth: int) -> tuple[Piece, int]:
        match = _NAME.match(self.text, start + 1)
        if not match:
            mend = say("Write {name} or {name|there}; for a brace write \\{.")
            raise TextError(say("A “{” begins no placeholder."), mend, start)
        name, at = match.group(), match.end()
        if self.text.startswith("}", at):
            return Placeholder(name, None), at + 1
        if self.text.startswith("|", at):
            end = self.text.find("}", at)
            if end < 0:
                raise TextError(
                    say("The placeholder “%(name)s” is not closed.", name=name), say("End it with }."), start
                )
            return Placeholder(name, self.text[at + 1 : end]), end + 1
        plural = re.compile(r"\s*,\s*plural\s*,\s*").match(self.text, at)
        if plural and depth == 0:
            return self._plural(name, plural.end(), start)
        mend = say("Write {name|there}, or {name, plural, one {# thing} other {# things}} outside of another plural.")
        raise TextError(say("The placeholder “%(name)s” is not well formed.", name=name), mend, start)

    def _plural(self, name: str, at: int, start: int) -> tuple[Plural, int]:
        form = re.compile(rf"\s*(=\d{{1,9}}|{'|'.join(CATEGORIES)})\s*\{{")
        forms: dict[str, list[Piece]] = {}
        while match := form.match(self.text, at):
            inner, end = self.pieces(match.end(), depth=1)
            if match.group(1) in forms:
                raise TextError(
                    say("The form “%(group)s” stands twice.", group=match.group(1)), say("Keep one of them."), at
                )
            forms[match.group(1)] = inner
            at = end + 1
        closed = re.compile(r"\s*\}").match(self.text, at)
        if not closed or "other" not in forms:
            mend = say("Write {count, plural, one {# thing} other {# things}}; the form other is always needed.")
            raise TextError(say("The plural “%(name)s” is not well formed.", name=name), mend, start)
        return Plural(name, forms), closed.end()


def _joined(plain: list[str]) -> list[Piece]:
    text = "".join(plain)
    plain.clear()
    return [text] if text else []


def _names(found: list[Piece]) -> Iterator[str]:
    for piece in found:
        if isinstance(piece, Plural):
            yield piece.name
            for form in piece.forms.values():
                yield from _names(form)
        elif isinstance(piece, Placeholder) and piece.name != "#":
            yield piece.name


def _compiled(found: list[Piece], block: bool) -> Node:
    marked, values = _marked(found)
    parser = _parser(block)
    if block:
        children = _Tree(parser.parse(marked), values).nodes()
        if len(children) == 1 and children[0]["t"] == "p":
            children = children[0].get("c", [])  # a paragraph of nothing but marks that are not drawn has none
    else:
        children = _Tree(parser.parseInline(marked), values).nodes()
    return _fragment(children)


def _fragment(children: list[Node]) -> Node:
    children = _merged(children)
    if not children:
        return ""
    if len(children) == 1:
        return children[0]
    return {"t": "fragment", "c": children}


def _marked(found: list[Piece]) -> tuple[str, list[Node]]:
    """Return the text with a private mark for each placeholder, and the nodes that the marks stand for."""
    values: list[Node] = []
    out: list[str] = []
    for piece in found:
        if isinstance(piece, str):
            out.append(piece.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd"))
        else:
            out.append(f"{_OPEN}{len(values)}{_CLOSE}")
            values.append(_value(piece))
    return "".join(out), values


def _value(piece: Placeholder | Plural) -> Node:
    if isinstance(piece, Placeholder):
        default = {} if piece.default is None else {"default": piece.default}
        return {"t": "value", "a": {"name": piece.name, **default}}
    ordered = sorted(piece.forms.items(), key=lambda form: (form[0] == "other", not form[0].startswith("=")))
    forms = [{"t": "fragment", "a": {"when": when}, "c": _children(_compiled(form, False))} for when, form in ordered]
    return {"t": "plural", "a": {"name": piece.name}, "c": forms}


def _children(node: Node) -> list[Node]:
    if isinstance(node, dict) and node["t"] == "fragment":
        return node["c"]
    return [node] if node else []


@cache
def _parser(block: bool) -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"maxNesting": 12})
    parser.enable(["emphasis", "backticks", "link", "newline", "escape"])
    if block:
        parser.enable(["list", "image"])
    parser.validateLink = lambda url: True  # what an address may be is decided by good_address, not by the parser
    parser.normalizeLink = lambda url: url
    return parser


def _inline_tokens(tokens: list[Any]) -> Iterator[Any]:
    for token in tokens:
        yield from token.children or []


_TAGS: Final = {"paragraph": "p", "bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "strong": "strong",
                "em": "em", "link": "a"}  # fmt: skip


class _Tree:
    """Turns the parser's flat tokens into nodes."""

    def __init__(self, tokens: list[Any], values: list[Node]) -> None:
        self._values = values
        self._open: list[tuple[str, dict[str, str], list[Node]]] = [("fragment", {}, [])]
        for token in tokens:
            self._take(token)

    def nodes(self) -> list[Node]:
        """Return the nodes of the outermost level."""
        return self._open[0][2]

    def _take(self, token: Any) -> None:
        here = self._open[-1][2]
        name, _, side = token.type.rpartition("_")
        if token.type == "inline":
            for child in token.children or []:
                self._take(child)
        elif token.type == "text":
            here.extend(self._with_values(token.content))
        elif token.type == "code_inline":
            here.append({"t": "code", "c": self._with_values(token.content)})
        elif token.type == "softbreak":
            here.append(" ")
        elif token.type == "hardbreak":
            here.append({"t": "br"})
        elif token.type == "image":
            here.append(self._image(token))
        elif side == "open" and name in _TAGS:
            if not token.hidden:
                self._open.append((_TAGS[name], self._attributes(token), []))
        elif side == "close" and name in _TAGS and not token.hidden:
            self._close()

    def _close(self) -> None:
        tag, attributes, children = self._open.pop()
        if tag == "a" and not attributes:  # an address that may not be: the words stay
            self._open[-1][2].extend(children)
            return
        node: dict[str, Node] = {"t": tag, "a": attributes, "c": _merged(children)}
        self._open[-1][2].append({name: value for name, value in node.items() if value})

    def _attributes(self, token: Any) -> dict[str, str]:
        href = token.attrGet("href")
        return {"href": str(href)} if href and not _MARK.search(str(href)) and good_address(str(href)) else {}

    def _image(self, token: Any) -> Node:
        alt = _MARK.sub("", token.content)
        src = str(token.attrGet("src") or "")
        return {"t": "img", "a": {"src": src, "alt": alt}} if good_address(src, FILE_SCHEMES) else alt

    def _with_values(self, text: str) -> list[Node]:
        parts = _MARK.split(text)
        return [self._values[int(part)] if index % 2 else part for index, part in enumerate(parts) if part]


def _merged(children: list[Node]) -> list[Node]:
    """Return the nodes with neighbouring strings joined and empty ones gone."""
    out: list[Node] = []
    for child in children:
        if isinstance(child, str) and out and isinstance(out[-1], str):
            out[-1] += child
        elif child != "":
            out.append(child)
    return out
