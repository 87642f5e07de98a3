# ruff: noqa: E501
"""The tables behind the vectors of targeting. What is expected was written by hand, from docs/rules.md.

Run `python -m tests.tables.targeting` after changing a table; a test holds the file to it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from handrail_guides.needs import needs_of_release

VECTORS = Path(__file__).parents[2] / "guides/handrail_guides/vectors"
NOW = 1_795_348_800_000  # 2026-11-22T12:00:00Z, a Sunday
HOUR, DAY = 3_600_000, 86_400_000
T, F = True, False
MISSING = object()


def comparisons() -> list[dict[str, Any]]:
    """One value, one comparison: what holds, and under which code."""
    rows: list[tuple[Any, dict[str, Any], bool, str]] = [
        # is, is_not: strict about the type, but a number may stand in text
        ("trial", {"is": "trial"}, T, "is"), ("trial", {"is": "Trial"}, F, "is"), ("trial", {"is": "trial "}, F, "is"),
        ("", {"is": ""}, T, "is"), ("5", {"is": 5}, T, "is"), (5, {"is": "5"}, T, "is"), ("5.0", {"is": 5}, T, "is"),
        ("5.0", {"is": "5"}, F, "is"), ("05", {"is": 5}, T, "is"), ("5 ", {"is": 5}, F, "is"), ("+5", {"is": 5}, F, "is"),
        ("5e0", {"is": 5}, F, "is"), ("0x5", {"is": 5}, F, "is"), ("1,000", {"is": 1000}, F, "is"),
        ("-1.5", {"is": -1.5}, T, "is"), (".5", {"is": 0.5}, F, "is"), ("5.", {"is": 5}, F, "is"), (5, {"is": 5.0}, T, "is"),
        (0, {"is": -0.0}, T, "is"), (0.1, {"is": 0.1}, T, "is"), (True, {"is": True}, T, "is"), (True, {"is": False}, F, "is"),
        (True, {"is": 1}, F, "is"), (1, {"is": True}, F, "is"), (True, {"is": "true"}, F, "is"), ("true", {"is": True}, F, "is"),
        (False, {"is": 0}, F, "is"), (False, {"is": ""}, F, "is"), (0, {"is": ""}, F, "is"), ("", {"is": 0}, F, "is"),
        (False, {"is": None}, F, "is"), (0, {"is": None}, F, "is"), ("", {"is": None}, F, "is"),
        (None, {"is": None}, T, "missing"), (MISSING, {"is": None}, T, "missing"), (None, {"is": "x"}, F, "missing"),
        (MISSING, {"is": "x"}, F, "missing"), (MISSING, {"is": False}, F, "missing"), (MISSING, {"is": 0}, F, "missing"),
        (["a"], {"is": "a"}, F, "is"), ([], {"is": None}, F, "is"), ({}, {"is": None}, F, "is"), ({"a": 1}, {"is": "a"}, F, "is"),
        ("trial", {"is_not": "pro"}, T, "is_not"), ("pro", {"is_not": "pro"}, F, "is_not"),
        (MISSING, {"is_not": "pro"}, T, "missing"), (None, {"is_not": "pro"}, T, "missing"),
        (MISSING, {"is_not": None}, F, "missing"), (None, {"is_not": None}, F, "missing"), ("x", {"is_not": None}, T, "is_not"),
        ("5", {"is_not": 5}, F, "is_not"), (True, {"is_not": 1}, T, "is_not"), (["pro"], {"is_not": "pro"}, T, "is_not"),
        # unicode: compared after NFC, case counts, no folding
        ("caf\u00e9", {"is": "cafe\u0301"}, T, "is"), ("cafe\u0301", {"is": "caf\u00e9"}, T, "is"), ("cafe", {"is": "café"}, F, "is"),
        ("\ud55c\uad6d", {"is": "\u1112\u1161\u11ab\u1100\u116e\u11a8"}, T, "is"), ("ﬁ", {"is": "fi"}, F, "is"),
        ("Å", {"is": "\u212b"}, T, "is"), ("İ", {"is": "i̇"}, F, "is"), ("ß", {"is": "ss"}, F, "is"), ("😀", {"is": "😀"}, T, "is"),
        ("５", {"is": 5}, F, "is"), ("٥", {"is": 5}, F, "is"), ("a\u200bb", {"is": "ab"}, F, "is"),
        # in, not_in
        ("trial", {"in": ["trial", "pro"]}, T, "in"), ("free", {"in": ["trial", "pro"]}, F, "in"), ("5", {"in": [4, 5]}, T, "in"),
        (True, {"in": [1, "true"]}, F, "in"), (True, {"in": [False, True]}, T, "in"), (MISSING, {"in": ["a", None]}, T, "missing"),
        (MISSING, {"in": ["a"]}, F, "missing"), (None, {"in": [None]}, T, "missing"), (["a"], {"in": ["a"]}, F, "in"),
        ("caf\u00e9", {"in": ["x", "cafe\u0301"]}, T, "in"), (0, {"in": [False, ""]}, F, "in"), (0, {"in": ["0"]}, T, "in"),
        ("free", {"not_in": ["trial", "pro"]}, T, "not_in"), ("pro", {"not_in": ["trial", "pro"]}, F, "not_in"),
        (MISSING, {"not_in": ["pro"]}, T, "missing"), (None, {"not_in": [None]}, F, "missing"), (5, {"not_in": ["5"]}, F, "not_in"),
        # exists
        ("x", {"exists": True}, T, "exists"), ("x", {"exists": False}, F, "exists"), (MISSING, {"exists": True}, F, "exists"),
        (MISSING, {"exists": False}, T, "exists"), (None, {"exists": True}, F, "exists"), (None, {"exists": False}, T, "exists"),
        (False, {"exists": True}, T, "exists"), (0, {"exists": True}, T, "exists"), ("", {"exists": True}, T, "exists"),
        ([], {"exists": True}, T, "exists"), ({}, {"exists": True}, T, "exists"),
        # order: numbers, and numbers in text
        (5, {"more_than": 4}, T, "more_than"), (5, {"more_than": 5}, F, "more_than"), (5, {"more_than": 6}, F, "more_than"),
        (5, {"at_least": 5}, T, "at_least"), (4.9, {"at_least": 5}, F, "at_least"), (5, {"less_than": 6}, T, "less_than"),
        (5, {"less_than": 5}, F, "less_than"), (5, {"at_most": 5}, T, "at_most"), (5.1, {"at_most": 5}, F, "at_most"),
        ("10", {"more_than": 9}, T, "more_than"), ("9", {"less_than": 10}, T, "less_than"), ("-3", {"less_than": 0}, T, "less_than"),
        ("1e3", {"more_than": 1}, F, "wrong_type"), (" 5", {"more_than": 1}, F, "wrong_type"), ("five", {"more_than": 1}, F, "wrong_type"),
        ("", {"at_least": 0}, F, "wrong_type"), (True, {"at_least": 0}, F, "wrong_type"), (False, {"at_most": 1}, F, "wrong_type"),
        ([5], {"more_than": 1}, F, "wrong_type"), ({}, {"at_most": 1}, F, "wrong_type"), (MISSING, {"at_most": 1}, F, "missing"),
        (None, {"at_least": 0}, F, "missing"), ("2026-11-22", {"more_than": 1}, F, "wrong_type"), (0, {"at_most": 0}, T, "at_most"),
        (-1, {"at_least": -1}, T, "at_least"), (0.30000000000000004, {"more_than": 0.3}, T, "more_than"),
        (9007199254740991, {"at_least": 9007199254740991}, T, "at_least"), ("9" * 400, {"at_least": 1}, F, "wrong_type"),
        # text
        ("anna@acme.com", {"ends_with": "@acme.com"}, T, "ends_with"), ("anna@acme.com", {"ends_with": "@Acme.com"}, F, "ends_with"),
        ("anna", {"starts_with": "an"}, T, "starts_with"), ("anna", {"starts_with": "na"}, F, "starts_with"),
        ("anna", {"contains": "nn"}, T, "contains"), ("anna", {"contains": "x"}, F, "contains"), ("anna", {"contains": "anna"}, T, "contains"),
        ("", {"contains": "x"}, F, "contains"), (42, {"contains": "4"}, F, "wrong_type"), (42, {"starts_with": "4"}, F, "wrong_type"),
        (True, {"contains": "t"}, F, "wrong_type"), (MISSING, {"contains": "x"}, F, "missing"), (None, {"ends_with": "x"}, F, "missing"),
        ({"x": 1}, {"contains": "x"}, F, "wrong_type"), ("cafe\u0301s", {"contains": "caf\u00e9"}, T, "contains"),
        ("cafe\u0301", {"contains": "cafe"}, F, "contains"), ("caf\u00e9", {"ends_with": "e\u0301"}, T, "ends_with"),
        ("日本語", {"starts_with": "日本"}, T, "starts_with"), ("👩‍👩‍👧", {"contains": "👧"}, T, "contains"), ("a.b", {"contains": "."}, T, "contains"),
        ("ab", {"contains": "."}, F, "contains"), ("a\nb", {"contains": "\n"}, T, "contains"),
        # lists: only contains reads them
        (["a", "b"], {"contains": "b"}, T, "contains"), (["a", "b"], {"contains": "B"}, F, "contains"), ([], {"contains": "a"}, F, "contains"),
        ([5], {"contains": "5"}, T, "contains"), ([True], {"contains": "true"}, F, "contains"), (["ab"], {"contains": "a"}, F, "contains"),
        ([None], {"contains": "x"}, F, "contains"), ([["a"]], {"contains": "a"}, F, "contains"), (["a"], {"starts_with": "a"}, F, "wrong_type"),
        (["cafe\u0301"], {"contains": "caf\u00e9"}, T, "contains"),
        # dates: ISO 8601, UTC where they name no zone; epoch seconds and milliseconds
        ("2026-11-21", {"before": "2026-11-22"}, T, "before"), ("2026-11-22", {"before": "2026-11-22"}, F, "before"),
        ("2026-11-22", {"after": "2026-11-22"}, F, "after"), ("2026-11-22T00:00:01", {"after": "2026-11-22"}, T, "after"),
        ("2026-11-22T00:00:00.001Z", {"after": "2026-11-22"}, T, "after"), ("2026-11-22T00:00:00.000999Z", {"after": "2026-11-22"}, F, "after"),
        ("2026-11-22T01:00+02:00", {"before": "2026-11-22"}, T, "before"), ("2026-11-21T23:00-02:00", {"after": "2026-11-22T00:59Z"}, T, "after"),
        ("2026-11-22T12:00", {"before": "2026-11-22T12:00:01Z"}, T, "before"), ("2026-11-22T12:00", {"after": "2026-11-22T11:59:59Z"}, T, "after"),
        (1795348800000, {"after": "2026-11-22T11:59:59Z"}, T, "after"), (1795348800, {"after": "2026-11-22T11:59:59Z"}, T, "after"),
        ("1795348800", {"before": "2026-11-22T12:00:01Z"}, T, "before"), (1795348800.5, {"after": "2026-11-22T12:00Z"}, T, "after"),
        (0, {"before": "1970-01-02"}, T, "before"), (-86400, {"before": "1970-01-01"}, T, "before"),
        ("2026-02-30", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-13-01", {"before": "2030-01-01"}, F, "wrong_type"),
        ("2026-00-10", {"before": "2030-01-01"}, F, "wrong_type"), ("2024-02-29", {"before": "2030-01-01"}, T, "before"),
        ("2025-02-29", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-1-1", {"before": "2030-01-01"}, F, "wrong_type"),
        ("2026-11-22 12:00", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-11-22T24:00", {"before": "2030-01-01"}, F, "wrong_type"),
        ("2026-11-22T12:60", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-11-22T12:00:60Z", {"before": "2030-01-01"}, F, "wrong_type"),
        ("2026-11-22Z", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-11-22T12", {"before": "2030-01-01"}, F, "wrong_type"),
        ("2026-11-22T12:00+24:00", {"before": "2030-01-01"}, F, "wrong_type"), ("2026-11-22t12:00z", {"before": "2030-01-01"}, F, "wrong_type"),
        ("yesterday", {"before": "2030-01-01"}, F, "wrong_type"), ("22/11/2026", {"before": "2030-01-01"}, F, "wrong_type"),
        ("", {"before": "2030-01-01"}, F, "wrong_type"), (True, {"after": "2020-01-01"}, F, "wrong_type"), (["2026-11-22"], {"after": "2020-01-01"}, F, "wrong_type"),
        (MISSING, {"before": "2030-01-01"}, F, "missing"), (None, {"after": "2020-01-01"}, F, "missing"), ("20261122", {"before": "1971-01-01"}, T, "before"),
        ("0999-01-01", {"before": "2030-01-01"}, F, "wrong_type"), ("9999-12-31", {"after": "2030-01-01"}, T, "after"),
        # within: in the last period, the bounds included, never in the future
        ("2026-11-22", {"within": "P1D"}, T, "within"), ("2026-11-21T12:00Z", {"within": "P1D"}, T, "within"),
        ("2026-11-21T11:59:59.999Z", {"within": "P1D"}, F, "within"), ("2026-11-22T12:00Z", {"within": "PT1S"}, T, "within"),
        ("2026-11-22T12:00:00.001Z", {"within": "P1D"}, F, "within"), ("2026-11-23", {"within": "P7D"}, F, "within"),
        ("2026-11-15T12:00Z", {"within": "P1W"}, T, "within"), ("2026-11-22T10:29:30Z", {"within": "PT1H30M30S"}, T, "within"),
        ("2026-11-22T10:29:29Z", {"within": "PT1H30M30S"}, F, "within"), (NOW - 5000, {"within": "PT5S"}, T, "within"),
        (NOW // 1000 - 5, {"within": "PT5S"}, T, "within"), ("soon", {"within": "P1D"}, F, "wrong_type"), (MISSING, {"within": "P1D"}, F, "missing"),
        (False, {"within": "P1D"}, F, "wrong_type"), ("2026-11-22T12:00Z", {"within": "PT0S"}, T, "within"),
    ]  # fmt: skip
    return [
        case(f"a trait {json.dumps(None if value is MISSING else value)} {json.dumps(test)}", {"trait": "x", **test},
             {"traits": {} if value is MISSING else {"x": value}}, matches, code,
             value=None if value is MISSING or (code == "missing" and value is None) else value)
        for value, test, matches, code in rows
    ]  # fmt: skip


def holders() -> list[dict[str, Any]]:
    """The same comparisons on account traits and query parameters, and names that JavaScript objects inherit."""
    url = "https://app.example.com/a?plan=trial&n=5&n=6&empty=&q=a+b%20c&k%C3%A4se=%E2%82%AC&bad=%FF#frag"
    found = [
        case("an account trait", {"account": "plan", "is": "pro"}, {"account": {"plan": "pro"}}, T, "is", value="pro"),
        case(
            "an account trait is no trait", {"account": "plan", "is": "pro"}, {"traits": {"plan": "pro"}}, F, "missing"
        ),
        case("no account at all", {"account": "seats", "more_than": 3}, {}, F, "missing"),
        case(
            "account seats",
            {"account": "seats", "at_least": 10},
            {"account": {"seats": "12"}},
            T,
            "at_least",
            value="12",
        ),
    ]
    for name in ("constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"):
        found.append(
            case(f"an inherited name: {name}", {"trait": name, "exists": True}, {"traits": {"a": 1}}, F, "exists")
        )
        found.append(
            case(f"an event with an inherited name: {name}", {"event": name}, {"events": {}}, F, "event", value=0)
        )
        found.append(
            case(
                f"a segment with an inherited name: {name}",
                {"segment": name},
                {"segments": {}},
                F,
                "unknown_segment",
                value=name,
            )
        )
    rows: list[tuple[dict[str, Any], bool, str, Any]] = [
        ({"query": "plan", "is": "trial"}, T, "is", "trial"), ({"query": "plan", "is": "Trial"}, F, "is", "trial"),
        ({"query": "n", "is": 5}, T, "is", "5"), ({"query": "n", "more_than": 4}, T, "more_than", "5"), ({"query": "n", "is": "6"}, F, "is", "5"),
        ({"query": "empty", "is": ""}, T, "is", ""), ({"query": "empty", "exists": True}, T, "exists", ""),
        ({"query": "none", "exists": False}, T, "exists", None), ({"query": "none", "is": "x"}, F, "missing", None),
        ({"query": "q", "is": "a b c"}, T, "is", "a b c"), ({"query": "käse", "is": "€"}, T, "is", "€"),
        ({"query": "bad", "is": "\ufffd"}, T, "is", "\ufffd"), ({"query": "Plan", "exists": True}, F, "exists", None),
    ]  # fmt: skip
    found += [
        case(f"query {json.dumps(rule)}", rule, {"url": url}, matches, code, value=value)
        for rule, matches, code, value in rows
    ]
    found.append(case("query without an address", {"query": "a", "is": "b"}, {}, F, "missing"))
    found.append(
        case("query of what is no address", {"query": "a", "is": "b"}, {"url": "not an address"}, F, "missing")
    )
    return found


def groups() -> list[dict[str, Any]]:
    """all, any, not: which clause decides."""
    yes, no = {"trait": "a", "is": 1}, {"trait": "a", "is": 2}
    facts = {"traits": {"a": 1}}
    rows: list[tuple[str, dict[str, Any], bool, str, str, Any]] = [
        ("an empty all is true", {"all": []}, T, "", "all", None),
        ("an empty any is false", {"any": []}, F, "", "any", None),
        ("all of true ones", {"all": [yes, yes]}, T, "", "all", None),
        ("all: the first false one decides", {"all": [yes, no, no]}, F, "/all/1", "is", 1),
        ("any: the first true one decides", {"any": [no, yes, yes]}, T, "/any/1", "is", 1),
        ("any of false ones", {"any": [no, no]}, F, "", "any", None),
        ("not a false one", {"not": no}, T, "/not", "is", 1),
        ("not a true one", {"not": yes}, F, "/not", "is", 1),
        ("not not", {"not": {"not": yes}}, T, "/not/not", "is", 1),
        ("not an empty all", {"not": {"all": []}}, F, "/not", "all", None),
        ("not an empty any", {"not": {"any": []}}, T, "/not", "any", None),
        ("any in all", {"all": [yes, {"any": [no, {"not": yes}]}]}, F, "/all/1", "any", None),
        ("all in any", {"any": [{"all": [yes, no]}, {"all": [yes]}]}, T, "/any/1", "all", None),
        ("deep", {"all": [{"any": [{"not": {"all": [yes, no]}}]}, no]}, F, "/all/1", "is", 1),
        ("not a missing one", {"not": {"trait": "b", "is": 1}}, T, "/not", "missing", None),
        ("not a wrong type", {"not": {"trait": "a", "contains": "1"}}, T, "/not", "wrong_type", 1),
        ("all stops before an unknown clause", {"all": [no, {"never_heard": 1}]}, F, "/all/0", "is", 1),
        ("an unknown clause is false", {"never_heard": 1}, F, "", "unknown_clause", None),
        ("a clause that is no object", {"all": [yes, None]}, F, "/all/1", "error", None),
        ("de Morgan 1", {"not": {"any": [no, no]}}, T, "/not", "any", None),
        ("de Morgan 2", {"all": [{"not": no}, {"not": no}]}, T, "", "all", None),
    ]  # fmt: skip
    found = [
        case(name, rule, facts, matches, code, value=value, clause=clause)
        for name, rule, matches, clause, code, value in rows
    ]
    deep: dict[str, Any] = yes
    for _ in range(20):
        deep = {"not": deep}
    found.append(case("twenty times not", deep, facts, T, "is", value=1, clause="/not" * 20))
    found.append(case("fifty clauses", {"all": [yes] * 49 + [no]}, facts, F, "is", value=1, clause="/all/49"))
    found.append(case("no rule", None, facts, T, "everybody"))
    return found


def events() -> list[dict[str, Any]]:
    """What the visitor did, how often, since when."""
    known = {"sent": {"count": 3, "last_at": NOW - 2 * HOUR}, "once": {"count": 1, "last_at": NOW - 8 * DAY}, "none": {"count": 0, "last_at": 0},
             "timed": {"count": 9, "last_at": NOW - HOUR, "times": [NOW - 3 * DAY, NOW - 2 * HOUR, NOW - HOUR]},
             "later": {"count": 1, "last_at": NOW + HOUR}}  # fmt: skip
    rows: list[tuple[dict[str, Any], bool, Any]] = [
        ({"event": "sent"}, T, 3), ({"event": "never"}, F, 0), ({"event": "none"}, F, 0), ({"event": "Sent"}, F, 0),
        ({"event": "sent", "count": {"at_least": 3}}, T, 3), ({"event": "sent", "count": {"at_least": 4}}, F, 3),
        ({"event": "sent", "count": {"at_most": 3}}, T, 3), ({"event": "sent", "count": {"at_most": 2}}, F, 3),
        ({"event": "sent", "count": {"is": 3}}, T, 3), ({"event": "sent", "count": {"is": 2}}, F, 3),
        ({"event": "never", "count": {"is": 0}}, T, 0), ({"event": "never", "count": {"at_most": 5}}, T, 0),
        ({"event": "never", "count": {"at_least": 0}}, T, 0), ({"event": "none", "count": {"is": 0}}, T, 0),
        ({"event": "sent", "within": "P1D"}, T, 1), ({"event": "sent", "within": "PT1H"}, F, 0), ({"event": "sent", "within": "PT2H"}, T, 1),
        ({"event": "once", "within": "P7D"}, F, 0), ({"event": "once", "within": "P2W"}, T, 1), ({"event": "never", "within": "P1D"}, F, 0),
        ({"event": "sent", "within": "P1D", "count": {"at_least": 2}}, F, 1), ({"event": "timed", "within": "P1D"}, T, 2),
        ({"event": "timed", "within": "P1D", "count": {"at_least": 2}}, T, 2), ({"event": "timed", "within": "P1D", "count": {"at_least": 3}}, F, 2),
        ({"event": "timed", "within": "P7D", "count": {"is": 3}}, T, 3), ({"event": "timed", "count": {"is": 9}}, T, 9),
        ({"event": "timed", "within": "PT1M", "count": {"is": 0}}, T, 0), ({"event": "later", "within": "P1D"}, F, 0), ({"event": "later"}, T, 1),
        ({"event": "none", "within": "P9999W"}, F, 0),
    ]  # fmt: skip
    found = [
        case(f"event {json.dumps(rule)}", rule, {"events": known}, matches, "event", value=value)
        for rule, matches, value in rows
    ]
    found.append(case("no events at all", {"event": "sent"}, {}, F, "event", value=0))
    return found


def guides() -> list[dict[str, Any]]:
    """What became of another guide."""
    states = ("completed", "dismissed", "failed", "superseded", "abandoned", "open")
    known = {state: {"times": 1, "last_at": NOW - DAY, "state": state} for state in states} | {
        "zero": {"times": 0, "last_at": 0, "state": None}
    }
    found: list[dict[str, Any]] = []
    for state in states:
        found.append(
            case(f"{state} is {state}", {"guide": state, "state": state}, {"guides": known}, T, "guide", value=state)
        )
        found.append(
            case(f"{state} is seen", {"guide": state, "state": "seen"}, {"guides": known}, T, "guide", value=state)
        )
        found.append(
            case(
                f"{state} is not never", {"guide": state, "state": "never"}, {"guides": known}, F, "guide", value=state
            )
        )
    rows: list[tuple[dict[str, Any], bool, Any]] = [
        ({"guide": "completed", "state": "dismissed"}, F, "completed"), ({"guide": "other", "state": "never"}, T, "never"),
        ({"guide": "other", "state": "seen"}, F, "never"), ({"guide": "zero", "state": "never"}, T, "never"),
        ({"guide": "zero", "state": "seen"}, F, "never"), ({"guide": "other", "state": "completed"}, F, "never"),
        ({"guide": "completed", "state": "completed", "within": "P1D"}, T, "completed"),
        ({"guide": "completed", "state": "completed", "within": "PT23H"}, F, "never"),
        ({"guide": "completed", "state": "never", "within": "PT1H"}, T, "never"), ({"guide": "completed", "state": "seen", "within": "P2D"}, T, "completed"),
    ]  # fmt: skip
    return found + [
        case(f"guide {json.dumps(rule)}", rule, {"guides": known}, matches, "guide", value=value)
        for rule, matches, value in rows
    ]


def segments() -> list[dict[str, Any]]:
    """Named rules, in one another, unknown, and in a circle."""
    rules = {"trial": {"trait": "plan", "is": "trial"}, "team": {"all": [{"segment": "trial"}, {"trait": "seats", "more_than": 1}]},
             "loop": {"segment": "loop"}, "ping": {"not": {"segment": "pong"}}, "pong": {"segment": "ping"}, "nobody": {"any": []}}  # fmt: skip
    facts = {"segments": rules, "traits": {"plan": "trial", "seats": 1}}
    is_trial = verdict(T, "", "is", "trial")
    found = [
        case("a segment", {"segment": "trial"}, facts, T, "segment", value=is_trial),
        case("a segment of nobody", {"segment": "nobody"}, facts, F, "segment", value=verdict(F, "", "any", None)),
        case(
            "a segment in a segment",
            {"segment": "team"},
            facts,
            F,
            "segment",
            value=verdict(F, "/all/1", "more_than", 1),
        ),
        case("not a segment", {"not": {"segment": "trial"}}, facts, F, "segment", value=is_trial, clause="/not"),
        case("an unknown segment", {"segment": "who"}, facts, F, "unknown_segment", value="who"),
        case(
            "not an unknown segment",
            {"not": {"segment": "who"}},
            facts,
            T,
            "unknown_segment",
            value="who",
            clause="/not",
        ),
        case("no segments", {"segment": "trial"}, {"traits": {"plan": "trial"}}, F, "unknown_segment", value="trial"),
    ]
    loop = verdict(F, "", "segment_loop", "loop")
    for _ in range(7):
        loop = verdict(F, "", "segment", loop)
    found.append(case("a segment that names itself", {"segment": "loop"}, facts, F, "segment", value=loop))
    return found


def surroundings() -> list[dict[str, Any]]:
    """Language, device, the page, elements."""
    found: list[dict[str, Any]] = []
    for tag, wanted, matches in [
        ("ko", "ko", T), ("ko-KR", "ko", T), ("ko", "ko-KR", F), ("KO-kr", "ko", T), ("ko-KR", "KO-KR", T), ("kok", "ko", F), ("en-US", "en-GB", F),
        ("zh-Hant-TW", "zh-Hant", T), ("zh-Hant-TW", "zh-TW", F), ("de", ["en", "de"], T), ("fr", ["en", "de"], F), ("fr", "*", T),
        ("de-CH-1996", "de-CH", T), ("de", [], F), ("pt-BR", ["pt-PT", "pt-BR"], T),
    ]:  # fmt: skip
        found.append(
            case(f"{tag} for {wanted}", {"language": wanted}, {"language": tag}, matches, "language", value=tag)
        )
    found.append(case("no language", {"language": "ko"}, {}, F, "missing"))
    found.append(case("any language, none known", {"language": "*"}, {}, F, "missing"))
    for name, wanted, matches in [
        ("phone", "phone", T),
        ("phone", "desktop", F),
        ("tablet", ["phone", "tablet"], T),
        ("desktop", ["phone"], F),
    ]:
        found.append(case(f"{name} for {wanted}", {"device": wanted}, {"device": name}, matches, "device", value=name))
    found.append(case("no device", {"device": "phone"}, {}, F, "missing"))
    base = "https://app.example.com"
    for part, pattern, url, matches, value in [
        ("path", "/invoices", f"{base}/invoices", T, "/invoices"), ("path", "/invoices", f"{base}/invoices/", F, "/invoices/"),
        ("path", "/invoices", f"{base}/Invoices", F, "/Invoices"), ("path", "/invoices/*", f"{base}/invoices/7?x=1#y", T, "/invoices/7"),
        ("path", "/invoices/*", f"{base}/invoices", F, "/invoices"), ("path", "/invoices/:id", f"{base}/invoices/7", T, "/invoices/7"),
        ("path", "/invoices/:id", f"{base}/invoices/7/edit", F, "/invoices/7/edit"), ("path", "/invoices{/:id}?", f"{base}/invoices", T, "/invoices"),
        ("path", "/", base, T, "/"), ("path", "*", f"{base}/any/thing", T, "/any/thing"), ("path", "/caf\u00e9", f"{base}/caf%C3%A9", T, "/caf%C3%A9"),
        ("path", "/a b", f"{base}/a%20b", T, "/a%20b"), ("path", "/a+b", f"{base}/a+b", F, "/a+b"), ("path", "/a\\+b", f"{base}/a+b", T, "/a+b"),
        ("path", "/(bad", f"{base}/bad", F, "/bad"), ("path", "/i/:id(\\d+)", f"{base}/i/12", T, "/i/12"), ("path", "/i/:id(\\d+)", f"{base}/i/new", F, "/i/new"), ("path", "/(new|edit)", f"{base}/edit", T, "/edit"), ("path", "", f"{base}/", F, "/"), ("path", "/한글/:x", f"{base}/%ED%95%9C%EA%B8%80/1", T, "/%ED%95%9C%EA%B8%80/1"),
        ("host", "app.example.com", f"{base}/x", T, "app.example.com"), ("host", "*.example.com", f"{base}/x", T, "app.example.com"),
        ("host", "example.com", f"{base}/x", F, "app.example.com"), ("host", "APP.example.com", f"{base}/x", T, "app.example.com"),
        ("host", ":sub.example.com", f"{base}/x", T, "app.example.com"), ("host", ":sub.com", f"{base}/x", F, "app.example.com"),
        ("host", "localhost", "http://localhost:8000/x", T, "localhost"), ("hash", "tab-1", f"{base}/x#tab-1", T, "tab-1"),
        ("hash", "/inbox/:id", f"{base}/x#/inbox/5", T, "/inbox/5"), ("hash", "", f"{base}/x", T, ""), ("hash", "tab-1", f"{base}/x", F, ""),
        ("hash", "*", f"{base}/x", T, ""), ("hash", "a b", f"{base}/x#a%20b", T, "a%20b"), ("hash", "*/inbox", f"{base}/x#/a/inbox", T, "/a/inbox"),
    ]:  # fmt: skip
        found.append(case(f"{part} {pattern} at {url}", {part: pattern}, {"url": url}, matches, part, value=value))
    for part in ("path", "host", "hash"):
        found.append(case(f"{part} without an address", {part: "*"}, {}, F, "missing"))
        found.append(case(f"{part} of what is no address", {part: "*"}, {"url": "invoices"}, F, "missing"))
    there = {"present": ["#new"]}
    for rule, matches, value in [({"element": {"css": "#new"}}, T, T), ({"element": {"css": "#old"}}, F, F), ({"element": {"css": "#new"}, "is": "absent"}, F, T),
                                 ({"element": {"css": "#old"}, "is": "absent"}, T, F), ({"element": {"css": "#new"}, "is": "present"}, T, T)]:  # fmt: skip
        found.append(case(f"element {json.dumps(rule)}", rule, there, matches, "element", value=value))
    found.append(case("no look-up of elements", {"element": {"css": "#new"}}, {}, F, "missing"))
    found.append(case("no look-up, absent asked", {"element": {"css": "#new"}, "is": "absent"}, {}, F, "missing"))
    return found


def times() -> list[dict[str, Any]]:
    """Windows in the visitor's time zone. NOW is Sunday noon in UTC."""
    rows: list[tuple[dict[str, Any], str | None, int, bool, str]] = [
        ({"from": "2026-11-22"}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"), ({"from": "2026-11-23"}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"),
        ({"to": "2026-11-22"}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"), ({"to": "2026-11-23"}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"),
        ({"from": "2026-11-22T12:00"}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"), ({"to": "2026-11-22T12:00"}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"),
        ({"from": "2026-11-22T12:00:01"}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"), ({"from": "2026-11-22T21:00"}, "Asia/Seoul", NOW, T, "2026-11-22T21:00:00 sun"),
        ({"from": "2026-11-22T12:00"}, "America/New_York", NOW, F, "2026-11-22T07:00:00 sun"), ({"days": ["sun"]}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"),
        ({"days": ["mon", "sat"]}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"), ({"days": ["mon"]}, "Pacific/Auckland", NOW, T, "2026-11-23T01:00:00 mon"),
        ({"days": ["mon"]}, "Pacific/Kiritimati", NOW, T, "2026-11-23T02:00:00 mon"), ({"days": ["sat"]}, "Pacific/Pago_Pago", NOW - 2 * HOUR, T, "2026-11-21T23:00:00 sat"),
        ({"hours": {"from": "09:00", "to": "17:00"}}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"),
        ({"hours": {"from": "09:00", "to": "17:00"}}, "Asia/Seoul", NOW, F, "2026-11-22T21:00:00 sun"),
        ({"hours": {"from": "12:00", "to": "13:00"}}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"), ({"hours": {"from": "11:00", "to": "12:00"}}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"),
        ({"hours": {"from": "22:00", "to": "06:00"}}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"), ({"hours": {"from": "22:00", "to": "06:00"}}, "UTC", NOW + 11 * HOUR, T, "2026-11-22T23:00:00 sun"),
        ({"hours": {"from": "22:00", "to": "06:00"}}, "UTC", NOW + 17 * HOUR, T, "2026-11-23T05:00:00 mon"), ({"hours": {"from": "22:00", "to": "06:00"}}, "UTC", NOW + 18 * HOUR, F, "2026-11-23T06:00:00 mon"),
        ({"hours": {"from": "08:00", "to": "08:00"}}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"), ({"hours": {"from": "17:30", "to": "17:31"}}, "Asia/Kolkata", NOW, T, "2026-11-22T17:30:00 sun"),
        ({"hours": {"from": "17:45", "to": "17:46"}}, "Asia/Kathmandu", NOW, T, "2026-11-22T17:45:00 sun"),
        ({"from": "2026-11-01", "to": "2026-12-01", "days": ["sun"], "hours": {"from": "11:00", "to": "13:00"}}, "UTC", NOW, T, "2026-11-22T12:00:00 sun"),
        ({"from": "2026-11-01", "to": "2026-12-01", "days": ["mon"], "hours": {"from": "11:00", "to": "13:00"}}, "UTC", NOW, F, "2026-11-22T12:00:00 sun"),
        ({"days": ["sun"]}, None, NOW, T, "2026-11-22T12:00:00 sun"), ({"days": ["sun"]}, "Not/AZone", NOW, T, "2026-11-22T12:00:00 sun"),
        # the hour that is skipped and the hour that comes twice, Berlin 2026
        ({"hours": {"from": "01:00", "to": "02:00"}}, "Europe/Berlin", 1774744200000, T, "2026-03-29T01:30:00 sun"),
        ({"hours": {"from": "03:00", "to": "04:00"}}, "Europe/Berlin", 1774747800000, T, "2026-03-29T03:30:00 sun"),
        ({"hours": {"from": "02:00", "to": "03:00"}}, "Europe/Berlin", 1792888200000, T, "2026-10-25T02:30:00 sun"),
        ({"hours": {"from": "02:00", "to": "03:00"}}, "Europe/Berlin", 1792891800000, T, "2026-10-25T02:30:00 sun"),
        ({"from": "2027-01-01"}, "Asia/Tokyo", 1798729200000, T, "2027-01-01T00:00:00 fri"), ({"from": "2027-01-01"}, "UTC", 1798729200000, F, "2026-12-31T15:00:00 thu"),
    ]  # fmt: skip
    return [case(f"time {json.dumps(window)} in {zone} at {now}", {"time": window}, {"now": now, **({"time_zone": zone} if zone else {})}, matches, "time", value=value)
            for window, zone, now, matches, value in rows]  # fmt: skip


def shares() -> list[dict[str, Any]]:
    """The stable hash: FNV-1a 32 and fmix32. The first values were worked out with a calculator from the constants."""
    found = [
        case("nobody", {"share": 0, "salt": "a"}, {"visitor": "u1"}, F, "share", value=place("a:u1")),
        case("everybody", {"share": 1, "salt": "a"}, {"visitor": "u1"}, T, "share", value=place("a:u1")),
        case("no visitor", {"share": 1, "salt": "a"}, {}, F, "missing"),
        case("an empty visitor", {"share": 1, "salt": "a"}, {"visitor": ""}, F, "missing"),
    ]
    for visitor in ("user-1", "user-2", "ünïcödé", "한국어", "😀", "a" * 200, "0", "Ω", "line\nbreak"):
        at = place(f"rollout:{visitor}")
        found.append(
            case(
                f"half, {visitor[:12]}",
                {"share": 0.5, "salt": "rollout"},
                {"visitor": visitor},
                at < 0.5,
                "share",
                value=at,
            )
        )
        found.append(
            case(
                f"exactly at, {visitor[:12]}",
                {"share": at, "salt": "rollout"},
                {"visitor": visitor},
                F,
                "share",
                value=at,
            )
        )
    return found


def place(text: str) -> float:
    """The share of a text, written apart from the package: FNV-1a by its definition, then fmix32 by its definition."""
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) % 2**32
    value ^= value >> 16
    value = (value * 2246822507) % 2**32
    value ^= value >> 13
    value = (value * 3266489909) % 2**32
    return (value ^ (value >> 16)) / 2**32


def verdict(matches: bool, clause: str, code: str, value: Any) -> dict[str, Any]:
    return {"matches": matches, "clause": clause, "code": code, "value": value}


def case(
    name: str, rule: Any, facts: dict[str, Any], matches: bool, code: str, *, value: Any = None, clause: str = ""
) -> dict[str, Any]:
    return {
        "name": name,
        "rule": rule,
        "context": {"now": NOW, **facts},
        "verdict": verdict(matches, clause, code, value),
    }


def places() -> list[dict[str, Any]]:
    """A guide's `where`."""
    base = "https://app.example.com"
    rows: list[tuple[Any, str, bool]] = [
        (None, f"{base}/x", T), ({"any": ["/invoices", "/invoices/*"]}, f"{base}/invoices/7", T), ({"any": ["/invoices"]}, f"{base}/x", F),
        ({"not": ["/admin/*"]}, f"{base}/x", T), ({"not": ["/admin/*"]}, f"{base}/admin/x", F),
        ({"any": ["/a/*"], "not": ["/a/b"]}, f"{base}/a/b", F), ({"any": ["/a/*"], "not": ["/a/b"]}, f"{base}/a/c", T),
        ({"any": [{"host": "*.example.com", "path": "/x"}]}, f"{base}/x", T), ({"any": [{"host": "example.org", "path": "/x"}]}, f"{base}/x", F),
        ({"any": [{"query": {"tab": "billing"}}]}, f"{base}/x?tab=billing", T), ({"any": [{"query": {"tab": "billing"}}]}, f"{base}/x?tab=users", F),
        ({"any": [{"query": {"tab": "*"}}]}, f"{base}/x?tab=", T), ({"any": [{"query": {"tab": "*"}}]}, f"{base}/x", F),
        ({"any": [{"query": {"a": "1", "b": "2"}}]}, f"{base}/x?b=2&a=1", T), ({"any": [{"query": {"a": "1", "b": "2"}}]}, f"{base}/x?a=1", F),
        ({"any": [{"hash": "/inbox/*"}]}, f"{base}/x#/inbox/3", T), ({"any": [{"path": "/x", "hash": "a"}]}, f"{base}/x#b", F),
        ({"any": [{"hash": ""}]}, f"{base}/x", T), ({"any": ["/x"]}, "nowhere", F), ({"not": ["/x"]}, "nowhere", T),
        ({"any": ["/x", {"query": {"q": "a b"}}]}, f"{base}/y?q=a+b", T), ({"any": [{"query": {"constructor": "*"}}]}, f"{base}/x", F),
    ]  # fmt: skip
    return [
        {"name": f"{json.dumps(where)} at {url}", "where": where, "url": url, "matches": matches}
        for where, url, matches in rows
    ]


def rendered() -> dict[str, str]:
    """File name -> text of the vectors."""
    cases = [
        *comparisons(),
        *holders(),
        *groups(),
        *events(),
        *guides(),
        *segments(),
        *surroundings(),
        *times(),
        *shares(),
    ]
    return {
        "targeting.json": _lines(
            [case | _needs(case["context"].get("segments", {}), rule=case["rule"]) for case in cases]
        ),
        "targeting_where.json": _lines([place | _needs({}, where=place["where"]) for place in places()]),
    }


def _needs(segments: dict[str, Any], **guide: Any) -> dict[str, Any]:
    """The chunks without which the widget can't give the verdict."""
    given = {name: value for name, value in guide.items() if value is not None}
    return {"needs": needs_of_release([given], segments)}


def _lines(cases: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases) + "\n]\n"


if __name__ == "__main__":
    for name, text in rendered().items():
        (VECTORS / name).write_text(text, encoding="utf-8")
        print(name, text.count("\n") - 2)
