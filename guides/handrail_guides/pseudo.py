"""A pseudo-language: every text longer and accented, so that what is cut off, or was never translated, shows at once.

Its tag is `en-XA`, the private use that Android and ICU made common.
"""

# pyright: reportUnknownVariableType=false
from __future__ import annotations

import copy
from typing import Any, Final

from handrail_guides.localise import texts
from handrail_guides.texts import Piece, Placeholder, Plural, pieces

Document = dict[str, Any]

LANGUAGE: Final = "en-XA"
_ACCENTED: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPRSTUVWYZ",
    "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞŔŠŢÛṼŴÝŽ",
)


def pseudo(text: str) -> str:
    """Return a text in the pseudo-language: accents, brackets, and a third more length. Mark-up and braces stay."""
    return f"[{''.join(_piece(piece) for piece in pieces(text))}{'·' * (len(text) // 3)}]"


def with_pseudo(document: Document) -> Document:
    """Return a copy of a guide that speaks the pseudo-language too."""
    made = copy.deepcopy(document)
    table = {path: {"text": pseudo(text), "of": text} for path, text in texts(document).items()}
    made["translations"] = {**made.get("translations", {}), LANGUAGE: table}
    return made


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return _accented(piece).replace("{", "\\{").replace("}", "\\}")
    if isinstance(piece, Placeholder):
        if piece.name == "#":
            return "#"
        return "{" + piece.name + ("" if piece.default is None else f"|{_accented(piece.default)}") + "}"
    return _plural(piece)


def _plural(plural: Plural) -> str:
    forms = " ".join(f"{when} {{{''.join(map(_piece, form))}}}" for when, form in plural.forms.items())
    return f"{{{plural.name}, plural, {forms}}}"


def _accented(text: str) -> str:
    """Return a text with accents, but for what stands in code or in the address of a link."""
    out: list[str] = []
    for index, part in enumerate(text.split("`")):
        out.append(part if index % 2 else _outside_links(part))
    return "`".join(out)


def _outside_links(text: str) -> str:
    out: list[str] = []
    while "](" in text:
        before, _, rest = text.partition("](")
        address, closed, text = rest.partition(")")
        out.append(before.translate(_ACCENTED) + "](" + address + closed)
    return "".join(out) + text.translate(_ACCENTED)
