"""Read, canonicalise, lay out and hash the documents of the format. Knows JSON, nothing of guides.

The reader is stricter than Python's: no repeated keys, no NaN, no number that a double cannot
hold, no unpaired surrogate, bounded size and depth; so that every reader of a document sees the same.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from handrail_guides.errors import Problem
from handrail_guides.saying import say

Json = Any
Document = dict[str, Any]

MAX_BYTES: Final = 1_048_576
MAX_DEPTH: Final = 48
MAX_INTEGER: Final = 2**53 - 1
_TOO_DEEP: Final = "nested_too_deep"


class _RepeatedKey(ValueError):
    """A key stands twice in one object."""


def read(text: str | bytes, file: str | None = None) -> tuple[Json, list[Problem]]:
    """Parse JSON text; return (value, problems), where the value is None if there is any problem.

    Every problem names its line. Runs in linear time on any input, whatever its depth.
    """
    if len(text) > MAX_BYTES:
        return None, [_whole("too_large", "The file is larger than 1 MiB.", "Split it, or upload its pictures.", file)]
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            mend = say("Save the file as UTF-8.")
            return None, [Problem("", "not_utf8", say("The file is not written in UTF-8."), mend, line, file)]
    text = text.removeprefix("\ufeff")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse_constant)
    except _RepeatedKey as error:
        return None, [_repeated(text, str(error), file)]
    except json.JSONDecodeError as error:
        return None, [_not_json(error, file)]
    except RecursionError:
        return None, [_whole(_TOO_DEEP, "The file is nested too deeply.", f"Keep to {MAX_DEPTH} levels.", file)]
    except ValueError:
        mend = say("Use numbers that a double holds: no NaN, no Infinity, at most 2^53 - 1.")
        return None, [_whole("bad_number", "The file holds a number that JSON readers do not agree on.", mend, file)]
    problems = located(plain_problems(value), text, file)
    return (None if problems else value), problems


def located(problems: list[Problem], text: str | None, file: str | None) -> list[Problem]:
    """Return the problems with file and line filled in, in the order of the text."""
    if not problems:
        return []
    lines = line_numbers(text) if text is not None else {}
    placed = [
        Problem(p.pointer, p.code, p.message, p.mend, p.line or nearest_line(lines, p.pointer), file, p.level)
        for p in problems
    ]
    return sorted(placed, key=lambda p: (p.level != "error", p.line or 0))


def plain_problems(value: Json) -> list[Problem]:
    """Return what keeps a value from being a document that every JSON reader reads alike."""
    problems: list[Problem] = []
    stack: list[tuple[str, Json, int]] = [("", value, 0)]
    while stack:
        pointer, item, depth = stack.pop()
        if depth > MAX_DEPTH:
            mend = say("Keep to %(max_depth)s levels.", max_depth=MAX_DEPTH)
            return [Problem(pointer, _TOO_DEEP, say("The document is nested too deeply."), mend)]
        if isinstance(item, dict):
            for name, child in item.items():
                if not isinstance(name, str) or not _well_formed(name):
                    problems.append(_bad_text(pointer))
                else:
                    stack.append((f"{pointer}/{escape(name)}", child, depth + 1))
        elif isinstance(item, list):
            stack.extend((f"{pointer}/{index}", child, depth + 1) for index, child in enumerate(item))
        elif isinstance(item, str):
            if not _well_formed(item):
                problems.append(_bad_text(pointer))
        elif item is not None and not isinstance(item, bool) and not _good_number(item):
            problems.append(
                Problem(pointer, "bad_number", say("This number is one that JSON readers do not agree on."),
                        say("Write a number that a double holds exactly: of whole numbers, at most 2^53 - 1."))
            )  # fmt: skip
    return problems


def canonical(value: Json) -> bytes:
    """Return the canonical form (RFC 8785): keys by UTF-16 code units, ECMAScript numbers, UTF-8, no blanks."""
    return "".join(_canonical(value)).encode()


def digest(document: Mapping[str, Json]) -> str:
    """Return the SHA-256 of the canonical form, in hex. `$schema` is for editors and does not count."""
    return hashlib.sha256(canonical({k: v for k, v in document.items() if k != "$schema"})).hexdigest()


def escape(name: str) -> str:
    """Return one reference token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def steps_of(pointer: str) -> list[str]:
    """Return the reference tokens of a JSON Pointer, unescaped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def at(value: Json, pointer: str) -> Json:
    """Return what a JSON Pointer points at; KeyError where there is nothing."""
    for token in steps_of(pointer):
        if isinstance(value, list):
            try:
                value = value[int(token)]
            except (ValueError, IndexError):
                raise KeyError(pointer) from None
        elif isinstance(value, dict) and token in value:
            value = value[token]
        else:
            raise KeyError(pointer)
    return value


_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+|\n', re.DOTALL)


def line_numbers(text: str) -> dict[str, int]:
    """Return pointer -> line (from 1) of every key and item of a JSON text; the first of repeated keys counts.

    Made for text that parses; other text gives the lines up to where it stops being JSON.
    """
    places = _Places()
    line = 1
    for match in _WORD.finditer(text):
        word = match.group()
        if word == "\n":
            line += 1
        elif not places.take(word, line):
            break
        else:
            line += word.count("\n")
    return places.lines


class _Places:
    """Follows the words of a JSON text, and notes the line of every key and item."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {"": 1}
        self._path: list[str | int] = []  # the open containers' current key or index
        self._prefixes: list[str] = [""]  # the pointers of the open containers
        self._expects_key: list[bool] = []

    def take(self, word: str, line: int) -> bool:
        """Take the next word; return False where the text stops being JSON."""
        if word in "}]":
            return self._close()
        if word == ",":
            self._go_on()
        elif word == ":":
            pass
        elif self._expects_key and self._expects_key[-1] and word.startswith('"'):
            self._path[-1] = escape(json.loads(word, strict=False))
            self.lines.setdefault(f"{self._prefixes[-1]}/{self._path[-1]}", line)
            self._expects_key[-1] = False
        else:
            self._value(word, line)
        return True

    def _value(self, word: str, line: int) -> None:
        here = f"{self._prefixes[-1]}/{self._path[-1]}" if self._path else ""
        self.lines.setdefault(here, line)
        if word in "{[":
            self._path.append("" if word == "{" else 0)
            self._prefixes.append(here)
            self._expects_key.append(word == "{")

    def _go_on(self) -> None:
        if self._path and isinstance(self._path[-1], int):
            self._path[-1] += 1
        elif self._expects_key:
            self._expects_key[-1] = True

    def _close(self) -> bool:
        if not self._path:
            return False
        for stack in (self._path, self._prefixes, self._expects_key):
            stack.pop()
        return True


def nearest_line(lines: Mapping[str, int], pointer: str) -> int | None:
    """Return the line of a pointer, or of the nearest thing around it that stands in the text."""
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer)


def _canonical(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        mapping: dict[str, Json] = value
        yield "{"
        for index, name in enumerate(sorted(mapping, key=lambda name: name.encode("utf-16-be", "surrogatepass"))):
            yield ("," if index else "") + _quoted(name) + ":"
            yield from _canonical(mapping[name])
        yield "}"
    elif isinstance(value, (list, tuple)):
        items: list[Json] = list(value)
        yield "["
        for index, item in enumerate(items):
            if index:
                yield ","
            yield from _canonical(item)
        yield "]"
    elif isinstance(value, str):
        yield _quoted(value)
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        yield number_text(float(value))
    else:
        yield json.dumps(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def number_text(value: float) -> str:
    """Return a number as ECMAScript writes it (ECMA-262 Number::toString), which RFC 8785 prescribes."""
    if not math.isfinite(value):
        raise ValueError("a canonical number is finite")
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value!r}e0".partition("e")
    power = int(exponent.partition("e")[0])
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(digits) - len(fraction) + power  # the decimal point stands after this many digits
    digits = digits.rstrip("0") or "0"
    if 0 < point <= 21:
        body = digits.ljust(point, "0") if len(digits) <= point else f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        body = "0." + "0" * -point + digits
    else:
        e = point - 1
        body = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "") + f"e{'+' if e > 0 else '-'}{abs(e)}"
    return sign + body


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _RepeatedKey(name)
            seen.add(name)
    return made


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _repeated(text: str, name: str, file: str | None) -> Problem:
    quoted = re.compile(r"\s*:").match
    ends = [m.end() for m in re.finditer(re.escape(json.dumps(name, ensure_ascii=False)), text)]
    uses = [end for end in ends if quoted(text, end)]
    line = text.count("\n", 0, uses[1]) + 1 if len(uses) > 1 else None
    message = say("The key “%(name)s” stands twice in one object.", name=name)
    return Problem("", "repeated_key", message, say("Keep one of them."), line, file)


def _not_json(error: json.JSONDecodeError, file: str | None) -> Problem:
    why = error.msg[:1].lower() + error.msg[1:]
    message = say("This is not JSON: %(why)s, at column %(column)s.", why=why, column=error.colno)
    mend = say("Check the comma, quote or bracket here and just before.")
    return Problem("", "not_json", message, mend, error.lineno, file)


def _whole(code: str, message: str, mend: str, file: str | None) -> Problem:
    return Problem("", code, message, mend, 1, file)


def _bad_text(pointer: str) -> Problem:
    message = say("This text holds half of a character (an unpaired surrogate).")
    return Problem(pointer, "bad_text", message, say("Type or paste the text again."))


def _well_formed(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text) if not text.isascii() else True


def _good_number(item: Json) -> bool:
    if isinstance(item, int):
        return abs(item) <= MAX_INTEGER or (abs(item) < 10**309 and _is_double(item))
    return isinstance(item, float) and math.isfinite(item)


def _is_double(item: int) -> bool:
    """Tell whether a whole number is what some double is written as; others would come back changed."""
    try:
        return number_text(float(item)) == str(item)
    except OverflowError:
        return False
