"""An audience rule as the rows of a form, and back. Pure.

A rule fits the form where it is one `all` or `any` of plain clauses, each perhaps negated. What does not
fit (deeper nesting, clauses about elements or time) is edited as JSON, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handrail_cms.editing import periods
from handrail_cms.editing.places import Json, items, obj

Rule = Json

VALUE_SUBJECTS: Final = ("trait", "account", "query")
SUBJECTS: Final = (*VALUE_SUBJECTS, "event", "guide", "segment", "language", "device", "path", "share")
COMPARISONS: Final = (
    "is",
    "is_not",
    "in",
    "not_in",
    "exists",
    "more_than",
    "at_least",
    "less_than",
    "at_most",
    "contains",
    "starts_with",
    "ends_with",
    "before",
    "after",
    "within",
)
GUIDE_STATES: Final = ("never", "seen", "open", "completed", "dismissed", "failed", "superseded", "abandoned")
_NUMBER: Final = re.compile(r"^-?\d+(\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Clause:
    """One row: `subject` says what is looked at, `name` which one, `comparison` and `value` what must hold."""

    subject: str = "trait"
    name: str = ""
    comparison: str = "is"
    value: str = ""
    negated: bool = False
    number: str = ""
    unit: str = "days"


def rows_of(rule: Rule | None) -> tuple[str, list[Clause]] | None:
    """Return (mode, rows) of a rule that fits the form, or None where it does not."""
    if not rule:
        return "all", []
    for mode in ("all", "any"):
        if set(rule) == {mode} and isinstance(rule[mode], list):
            rows = [_row(clause) for clause in items(rule[mode])]
            return None if None in rows else (mode, [row for row in rows if row])
    single = _row(rule)
    return ("all", [single]) if single else None


def rule_of(mode: str, rows: list[Clause]) -> Rule | None:
    """Return the rule that the rows say, or None for nobody in particular."""
    clauses = [_clause(row) for row in rows]
    return {mode if mode in {"all", "any"} else "all": clauses} if clauses else None


def rows_from(form: Mapping[str, str]) -> list[Clause]:
    """Read the rows of a posted form: `clause-N-subject`, `clause-N-name`, …, in the order of N."""
    numbers = sorted({int(match[1]) for name in form if (match := re.match(r"^clause-(\d+)-subject$", name))})
    return [_posted(form, number) for number in numbers]


def _posted(form: Mapping[str, str], number: int) -> Clause:
    def field(name: str, default: str = "") -> str:
        return form.get(f"clause-{number}-{name}", default).strip()

    return Clause(
        field("subject", "trait"),
        field("name"),
        field("comparison", "is"),
        field("value"),
        field("negated") == "1",
        field("number"),
        field("unit", "days"),
    )


def _row(clause: Any) -> Clause | None:
    outer = obj(clause)
    negated = set(outer) == {"not"}
    inner = obj(outer["not"]) if negated else outer
    subject = next((name for name in SUBJECTS if name in inner), None)
    if subject is None or any(name in inner for name in ("all", "any", "not")):
        return None
    return _READERS.get(subject, _read_value)(subject, inner, negated)


def _read_value(subject: str, inner: Rule, negated: bool) -> Clause | None:
    comparison = next((name for name in COMPARISONS if name in inner), None)
    if comparison is None or len(inner) != 2:
        return None
    wanted = inner[comparison]
    if comparison == "within":
        number, unit = periods.split(str(wanted))
        return Clause(subject, str(inner[subject]), comparison, "", negated, number, unit)
    return Clause(subject, str(inner[subject]), comparison, shown(wanted), negated)


def _read_event(subject: str, inner: Rule, negated: bool) -> Clause | None:
    number, unit = periods.split(inner.get("within"))
    count = obj(inner.get("count"))
    if len(count) > 1:
        return None
    comparison, value = next(iter(count.items()), ("exists", ""))
    return Clause(subject, str(inner["event"]), str(comparison), str(value), negated, number, unit)


def _read_guide(subject: str, inner: Rule, negated: bool) -> Clause | None:
    number, unit = periods.split(inner.get("within"))
    return Clause(subject, str(inner["guide"]), "is", str(inner.get("state", "seen")), negated, number, unit)


def _read_list(subject: str, inner: Rule, negated: bool) -> Clause | None:
    if len(inner) != 1:
        return None
    wanted = inner[subject]
    return Clause(subject, "", "is", shown(wanted), negated)


def _read_share(subject: str, inner: Rule, negated: bool) -> Clause | None:
    share = inner.get("share")
    if not isinstance(share, (int, float)):
        return None
    return Clause(subject, str(inner.get("salt", "")), "is", f"{share * 100:g}", negated)


_READERS = {
    "event": _read_event,
    "guide": _read_guide,
    "segment": _read_list,
    "language": _read_list,
    "device": _read_list,
    "path": _read_list,
    "share": _read_share,
}


def _clause(row: Clause) -> Rule:
    inner = _inner(row)
    return {"not": inner} if row.negated else inner


def _inner(row: Clause) -> Rule:
    within = periods.join(row.number, row.unit)
    timed = {"within": within} if within else {}
    if row.subject == "event":
        counted = (
            {"count": {row.comparison: number(row.value)}} if row.comparison in {"at_least", "at_most", "is"} else {}
        )
        return {"event": row.name, **counted, **timed}
    if row.subject == "guide":
        return {"guide": row.name, "state": row.value if row.value in GUIDE_STATES else "seen", **timed}
    if row.subject in {"segment", "path"}:
        return {row.subject: row.value}
    if row.subject in {"language", "device"}:
        several = listed(row.value)
        return {row.subject: several if len(several) > 1 else row.value}
    if row.subject == "share":
        wanted = number(row.value)
        return {"share": wanted / 100 if isinstance(wanted, (int, float)) else 0.5, "salt": row.name or "share"}
    return {row.subject: row.name, row.comparison: _wanted(row, within)}


def _wanted(row: Clause, within: str) -> Any:
    if row.comparison == "within":
        return within
    if row.comparison in {"in", "not_in"}:
        return [scalar(part) for part in listed(row.value)]
    if row.comparison == "exists":
        return row.value != "false"
    if row.comparison in {"more_than", "at_least", "less_than", "at_most"}:
        return number(row.value)
    if row.comparison in {"is", "is_not"}:
        return scalar(row.value)
    return row.value


def listed(text: str) -> list[str]:
    """Split what an author wrote as a list: by commas, blanks around them gone."""
    return [part.strip() for part in text.split(",") if part.strip()]


def scalar(text: str) -> Any:
    """Read one value: true, false, null, a number, or text; quotes keep `"42"` a text."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1]
    if text in {"true", "false"}:
        return text == "true"
    return None if text == "null" else number(text)


def number(text: str) -> Any:
    """Return the number that the text is, or the text, for validation to name it."""
    if not _NUMBER.match(text):
        return text
    return float(text) if "." in text else int(text)


def shown(value: Any) -> str:
    """Return a value as an author would type it; the opposite of `scalar` and `listed`."""
    if isinstance(value, list):
        return ", ".join(shown(item) for item in items(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    text = str(value)
    return f'"{text}"' if isinstance(value, str) and scalar(text) != text else text
