"""Sentences for people that can be said in another language later: English text that remembers how it was made.

A `Said` is a `str`, so that files, the command line and the API have it as it is. A page that speaks another language
takes its parts: each a text of the catalogue and the values that stand in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One text with its values, `%(name)s` in the text; a value may be a `Said` itself."""

    text: str
    values: Mapping[str, Any]


class Said(str):
    """A sentence with the parts that it was made of."""

    parts: tuple[Part, ...] = ()

    def __add__(self, other: str) -> Said:
        return _joined(str(self) + str(other), (*self.parts, *_parts(other)))

    def __radd__(self, other: str) -> Said:
        return _joined(str(other) + str(self), (*_parts(other), *self.parts))


def say(text: str, /, **values: Any) -> Said:
    """Return a sentence; `text` is found in the code by who gathers the catalogue, so it has to stand there whole."""
    return _joined(text % values, (Part(text, values),))


def listed(words: Iterable[str], between: str) -> Said:
    """Return words one after the other, with the same text between them."""
    made = Said()
    for number, word in enumerate(words):
        made = made + (between if number else "") + word
    return made


def _joined(text: str, parts: tuple[Part, ...]) -> Said:
    made = Said(text)
    made.parts = parts
    return made


def _parts(text: str) -> tuple[Part, ...]:
    """Return what a text was made of; of a plain one, itself, which no catalogue has to have."""
    if isinstance(text, Said):
        return text.parts
    return (Part("%(text)s", {"text": text}),) if text else ()
