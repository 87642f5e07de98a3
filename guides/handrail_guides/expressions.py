"""Regular expressions that authors may write: read alike by Python and ECMAScript, and unable to hang a browser."""

from __future__ import annotations

import re
from typing import Final

from handrail_guides.saying import say

_MEND: Final = say("Use what JavaScript and Python share: classes, groups, alternatives, repetitions.")
# what only one of the two reads, or reads otherwise
_FOREIGN: Final = re.compile(r"\(\?(?![:=!])|(?<!\\)\\(?:\\\\)*[AZzGpPkuUNhHR]|[*+?}]\+|\[:|&&|--")


def expression_problem(pattern: str) -> tuple[str, str] | None:
    """Return (what is wrong, the mend) of a regular expression; None where every reader takes it alike."""
    if found := _FOREIGN.search(pattern):
        return say("“%(group)s” is not known to every reader of expressions.", group=found.group()), _MEND
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "too large"
        return say("This is not a regular expression: %(reason)s.", reason=reason), _MEND
    if repeats_a_repetition(pattern):
        message = say("This expression repeats a repetition, and can hang the visitor's browser on a long value.")
        return message, say("Write it without a repetition inside a repeated group.")
    return None


def repeats_a_repetition(pattern: str) -> bool:
    """Tell whether a group that may match in several ways is itself repeated without a small bound.

    A group is harmless where it begins with a character that is not optional and that ends the repetition before it,
    as `(?:/[^/]+)+` does.
    """
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", _stand_in, pattern)
    opened: list[tuple[int, bool]] = []
    repeats = False
    for index, character in enumerate(bare):
        if character == "(":
            opened.append((index, repeats))
            repeats = False
        elif character == ")" and opened:
            start, outer = opened.pop()
            inner = bare[start + 1 : index].removeprefix("?:")
            if repeats and re.match(r"[*+]|\{\d*,\}|\{\d{2,},?\d*\}", bare[index + 1 :]) and not _is_delimited(inner):
                return True
            repeats = repeats or outer
        elif (
            character in "*+|"
            or (character == "?" and bare[index - 1 : index] not in {"(", ""})
            or (character == "{" and re.match(r"\{\d*,", bare[index:]))
        ):
            repeats = True
    return False


def _stand_in(match: re.Match[str]) -> str:
    """Keep the one escaped character that delimits paths; a class that excludes it cannot run over it."""
    found = match.group()
    if found in {"\\/", "/"}:
        return "/"
    return "s" if found == "[^/]" else "x"


def _is_delimited(inner: str) -> bool:
    return bool(re.fullmatch(r"/s[*+]", inner))
