"""Advice on rules: the manifest is public, so that a rule must not name a person."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from handrail_guides.checks import clauses
from handrail_guides.errors import Problem
from handrail_guides.saying import say

Json = Any

_MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}\Z", re.I)
_PHONE: Final = re.compile(r"\+?\d[\d\s()/-]{6,}\d\Z")
_PERSONAL: Final = frozenset(
    [
        "email",
        "mail",
        "e_mail",
        "phone",
        "telephone",
        "mobile",
        "name",
        "first_name",
        "last_name",
        "full_name",
        "surname",
        "birthday",
        "birth_date",
        "date_of_birth",
        "ssn",
        "passport",
        "address",
        "street",
    ]
)
_VALUES: Final = ("is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with")


def personal_data(at: str, rule: Json) -> Iterator[Problem]:
    """Yield advice for each clause that holds somebody's address, number or name."""
    for pointer, clause in clauses(at, rule):
        trait = str(clause.get("trait", clause.get("account", "")))
        for name in _VALUES:
            values = clause.get(name)
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str) and _is_personal(trait, name, value):
                    message = say("This clause holds personal data, and everybody can read the rules of a live guide.")
                    mend = say("Send a trait such as “is_beta” from the host instead, and ask for that.")
                    yield Problem(f"{pointer}/{name}", "personal_data", message, mend, level="advice")
                    break


def _is_personal(trait: str, comparison: str, value: str) -> bool:
    if _MAIL.match(value) or (_PHONE.match(value) and not re.match(r"\d{4}-\d\d-\d\d", value)):
        return True
    return trait.lower() in _PERSONAL and comparison in {"is", "in", "is_not", "not_in"} and bool(value)
