"""One component of a WHATWG URLPattern (urlpattern.spec.whatwg.org), with the verdicts of the standard.

Kept: fixed text, `:name`, `*`, `{groups}`, the modifiers `?` `+` `*`, `\\` before a character that is meant as itself,
and `(expressions)` of ASCII without groups of their own. Twin of widget/src/urlpattern.ts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import quote

from handrail_guides.expressions import expression_problem, repeats_a_repetition
from handrail_guides.saying import say

Component = Literal["path", "host", "hash"]

MAX_WILDCARDS: Final = 4
_BEFORE: Final = {"path": "/", "host": " ", "hash": " "}
_SEGMENT: Final = {"path": "[^/]+", "host": "[^.]+", "hash": ".+"}
_ENCODED: Final = {
    "path": re.compile(r'[^!-~]|["#<>?`{}^]'),
    "host": re.compile(r"(?!)"),
    "hash": re.compile(r'[^!-~]|["<>`]'),
}
_FORBIDDEN_IN_HOST: Final = frozenset(" #%/:<>?@[\\]^|\t\n\r")
_TEXT: Final = re.compile(r"(\\.|[^\\:*+?{}(])\Z", re.DOTALL)
_GROUP: Final = re.compile(r"\((?!\?)(?:\\.|[^()\\])+\)", re.DOTALL)
_MODIFIERS: Final = frozenset("*+?")


class PatternError(ValueError):
    """A pattern is not well formed; carries what is wrong and the mend."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


def fits(pattern: str, component: Component, value: str) -> bool:
    """Tell whether a URL's component fits the pattern; a pattern that is not well formed fits nothing."""
    expression = _compiled(pattern, component)
    return bool(expression and expression.match(value))


def check(pattern: str, component: Component) -> None:
    """Raise PatternError where the pattern is not well formed, or is so loose that matching it could take long."""
    source = _Source(pattern, component)
    expression = source.read()
    if source.repeats > MAX_WILDCARDS:
        message = say(
            "The pattern has %(repeats)s parts of any length, and may have %(max_wildcards)s.",
            repeats=source.repeats,
            max_wildcards=MAX_WILDCARDS,
        )
        raise PatternError(message, say("Use :name for single parts of the path, or several patterns."))
    if repeats_a_repetition(expression):
        raise PatternError(say("The pattern repeats a repetition."), say("Take the + or * off one of the two."))
    if component == "path" and not pattern.startswith(("/", "*", "{", ":")):
        raise PatternError(
            say("A path begins with “/”."),
            say("Write /%(lstrip)s, or */… for any beginning.", lstrip=pattern.lstrip("./")[:60]),
        )


@lru_cache(maxsize=4096)
def _compiled(pattern: str, component: Component) -> re.Pattern[str] | None:
    try:
        return re.compile(_Source(pattern, component).read() + r"\Z", re.ASCII | re.DOTALL)
    except (PatternError, re.error):
        return None


class _Source:
    """Turns a pattern into the source of a regular expression, by the steps of the standard's parser."""

    def __init__(self, pattern: str, component: Component) -> None:
        self._tokens = _tokens(pattern)
        self._component = component
        self._is_ipv6 = pattern.startswith(("[", "{[", "*"))
        self._at = 0
        self._names: set[str] = set()
        self.repeats = 0

    def read(self) -> str:
        """Return the expression. Raises PatternError."""
        source = ""
        while self._at < len(self._tokens):
            if self._take("{"):
                source += self._group()
            elif self._begins_with_separator():
                separator = self._text(self._next())
                source += self._modified(separator + self._wildcard())
            elif wildcard := self._wildcard():
                source += self._modified(wildcard)
            else:
                source += self._plain()
        return source

    def _group(self) -> str:
        part = self._texts() + self._wildcard() + self._texts()
        if not self._take("}"):
            raise PatternError(
                say("A “{” is not closed, or holds more than one wildcard."), say("End the group with }.")
            )
        return self._modified(part)

    def _begins_with_separator(self) -> bool:
        following = self._peek(1)
        return self._peek() == _BEFORE[self._component] and (following == "*" or _is_long(following, ":("))

    def _plain(self) -> str:
        token = self._next()
        if _TEXT.match(token):
            return self._text(token)
        if token == "(":  # noqa: S105
            mend = say("Write (…) without groups in it, closed by ); or \\( for the character.")
            raise PatternError(say("This “(” opens no expression that patterns may hold."), mend)
        if token == ":":  # noqa: S105
            raise PatternError(say("A “:” names nothing."), say("Write :name, or \\: for the character."))
        mend = say("Write \\%(token)s for the character, or put it after :name, * or {…}.", token=token[:1])
        raise PatternError(say("“%(token)s” stands where nothing can be repeated or closed.", token=token[:1]), mend)

    def _texts(self) -> str:
        found = ""
        while _TEXT.match(self._peek()):
            found += self._text(self._next())
        return found

    def _text(self, token: str) -> str:
        raw = token[1:] if len(token) > 1 else token
        if _ENCODED[self._component].match(raw):
            if "\ud800" <= raw <= "\udfff":
                raise PatternError(
                    say("The pattern holds half of a character."), say("Type or paste the pattern again.")
                )
            return re.escape(quote(raw, safe="!'()*"))
        if self._component == "host" and (raw in _FORBIDDEN_IN_HOST or not raw.isascii()) and not self._is_ipv6:
            mend = say("Write the host as the address bar's copy gives it: letters, digits, dots, hyphens; no port.")
            raise PatternError(say("A host cannot hold “%(raw)s”.", raw=raw), mend)
        return re.escape(raw.lower() if self._component == "host" else raw)

    def _wildcard(self) -> str:
        token = self._peek()
        if token == "*":  # noqa: S105
            self._at += 1
            self.repeats += 1
            return ".*"
        expression = ""
        if _is_long(token, ":"):
            self._at += 1
            if token in self._names:
                raise PatternError(
                    say("The name “%(token)s” stands twice.", token=token), say("Give each part its own name.")
                )
            self._names.add(token)
            expression = _SEGMENT[self._component]
        if _is_long(self._peek(), "("):
            expression = self._expression(self._next()[1:-1])
        return expression

    def _expression(self, inner: str) -> str:
        if problem := expression_problem(inner):
            raise PatternError(say("“(%(inner)s)”: %(problem)s", inner=inner, problem=problem[0]), problem[1])
        if not inner.isascii():
            raise PatternError(
                say("“(%(inner)s)” holds characters beyond ASCII.", inner=inner), say("Write them percent-encoded.")
            )
        return f"(?:{inner})"

    def _modified(self, part: str) -> str:
        if self._peek() not in _MODIFIERS:
            return part
        modifier = self._next()
        self.repeats += modifier != "?"
        return f"(?:{part}){modifier}"

    def _peek(self, ahead: int = 0) -> str:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else ""

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, token: str) -> bool:
        taken = self._peek() == token
        self._at += taken
        return taken


def _is_long(token: str, beginnings: str) -> bool:
    """Tell whether a token is a `:name` or an `(expression)`, and not the bare character."""
    return len(token) > 1 and token[0] in beginnings


def _tokens(pattern: str) -> list[str]:
    """Split a pattern into escaped characters, `:names`, `(expressions)` and single characters."""
    found: list[str] = []
    at = 0
    while at < len(pattern):
        end = at + 1
        if group := _GROUP.match(pattern, at):
            end = group.end()
        elif pattern[at] == "\\" and end < len(pattern):
            end += 1
        elif pattern[at] == ":" and end < len(pattern) and (pattern[end] == "$" or pattern[end].isidentifier()):
            while end < len(pattern) and (pattern[end] in "$\u200c\u200d" or f"a{pattern[end]}".isidentifier()):
                end += 1
        found.append(pattern[at:end])
        at = end
    return found
