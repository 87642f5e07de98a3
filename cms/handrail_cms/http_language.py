"""Sentences of the format and of the nouns, said in the language of the request. Imports nothing of the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from handrail_guides.errors import Problem
from handrail_guides.saying import Said


def spoken(said: object) -> str:
    """Say a sentence, or an exception's, in the language of the request; what has no parts stays as it is."""
    if isinstance(said, BaseException):
        said = said.args[0] if said.args else ""
    if not isinstance(said, Said):
        return str(said)
    return "".join(
        gettext(part.text)
        % {name: spoken(value) if isinstance(value, Said) else value for name, value in part.values.items()}
        for part in said.parts
    )


def spoken_problem(problem: Problem) -> Problem:
    """Return a problem whose sentences are in the language of the request."""
    return replace(problem, message=spoken(problem.message), mend=spoken(problem.mend))


def spoken_all(problems: Sequence[Problem]) -> str:
    """Say what is wrong and the mends, one after the other."""
    return " ".join(f"{spoken(one.message)} {spoken(one.mend)}".strip() for one in problems)


def spoken_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return problems in their wire form for a page, in the language of the request."""
    return [spoken_problem(problem).as_json() for problem in problems]
