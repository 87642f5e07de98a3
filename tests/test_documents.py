"""Reading, canonical form, layout, validation: the format as a person and a program meet it."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from handrail_guides.document import MAX_DEPTH, canonical, digest, line_numbers, number_text, read
from handrail_guides.layout import lay_out
from handrail_guides.schemas import names, schema
from handrail_guides.validate import validate, validate_text
from handrail_guides.versions import upgrade
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.documents import GUIDE, broken_guides, guide

ROOT = Path(__file__).parents[1]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(deadline=None)
@given(JSON_VALUES)
def test_canonicalise_after_parse_is_identity(value: Any) -> None:
    once = canonical(value)
    again, problems = read(once)
    assert not problems
    assert canonical(again) == once


# RFC 8785, section 3.2.2.3 and appendix B
@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0"), (-0.0, "0"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"),
     (9007199254740992.0, "9007199254740992"), (295147905179352830000.0, "295147905179352830000"),
     (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"), (0.000001, "0.000001"), (1e-7, "1e-7"),
     (333333333.3333332, "333333333.3333332"), (1424953923781206.2, "1424953923781206.2"), (4.50, "4.5")],
)  # fmt: skip
def test_numbers_are_written_as_rfc_8785_says(number: float, text: str) -> None:
    assert number_text(number) == text


def test_canonical_form_sorts_keys_by_utf_16_as_rfc_8785_says() -> None:
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@settings(deadline=None)
@given(st.permutations(list(GUIDE.items())))
def test_the_layout_and_the_hash_do_not_depend_on_the_order_of_keys(items: list[tuple[str, Any]]) -> None:
    shuffled = dict(items)
    assert digest(shuffled) == digest(GUIDE)
    assert lay_out(shuffled, "guide") == lay_out(GUIDE, "guide")


def test_laying_out_what_was_laid_out_changes_nothing() -> None:
    text = lay_out(GUIDE, "guide")
    document, problems = validate_text(text)
    assert not problems
    assert lay_out(document, "guide") == text


def test_every_line_of_a_laid_out_guide_is_known() -> None:
    text = lay_out(GUIDE, "guide")
    lines = line_numbers(text)
    rows = text.split("\n")
    assert '"open-form"' in rows[lines["/steps/0/id"] - 1]
    assert "pay" in rows[lines["/steps/1/id"] - 1]


@pytest.mark.parametrize(("change", "pointer", "code", "mend"), broken_guides())
def test_a_problem_names_its_place_and_its_mend(change: dict[str, Any], pointer: str, code: str, mend: str) -> None:
    text = json.dumps(guide(change), indent=1, ensure_ascii=False)
    _, problems = validate_text(text, "first.json")
    found = {(problem.pointer, problem.code): problem for problem in problems}
    assert (pointer, code) in found, [(problem.pointer, problem.code, problem.message) for problem in problems]
    problem = found[pointer, code]
    assert mend in problem.mend
    assert problem.file == "first.json"
    assert problem.line == max(line for place, line in line_numbers(text).items() if pointer.startswith(place))


# covers A6
def test_all_problems_come_at_once() -> None:
    wrong = guide({"kind": "tuor", "priority": 500, "audience": {"trait": "x"}, "wehre": {}})
    wrong["steps"][0]["place"] = "up"
    assert {problem.pointer for problem in validate(wrong)} >= {
        "/kind", "/priority", "/audience", "/wehre", "/steps/0/place"}  # fmt: skip


FORBIDDEN = re.compile(
    r"\b[Ii]nvalid\b|\bNone\b|NoneType|\bdict\b|\bstr\b|\bint\b|\bfloat\b|\bTrue\b|\bFalse\b|[Tt]raceback|"
    r"additionalProperties|does not match|is not valid under|jsonschema|oneOf|anyOf"
)


@pytest.mark.parametrize(("change", "pointer", "code", "mend"), broken_guides())
def test_messages_speak_to_people(change: dict[str, Any], pointer: str, code: str, mend: str) -> None:
    for problem in validate(guide(change)):
        for words in (problem.message, problem.mend):
            assert not FORBIDDEN.search(words), words
            assert words[0].isupper() or words[0] in "“[", words
            assert words.rstrip("”)")[-1] in ".?" or ")" in words[-1:], words
        assert problem.mend
        assert re.fullmatch(r"[a-z_]+", problem.code)


@settings(deadline=None)
@given(
    JSON_VALUES | st.dictionaries(st.sampled_from(sorted(schema("guide")["properties"])), JSON_VALUES),
    st.sampled_from(["guide", "segment", "theme", "environment"]),
)
def test_no_value_makes_validation_raise(value: Any, kind: str) -> None:
    assert isinstance(validate(value, kind), list)


@settings(deadline=None)
@given(st.text() | st.binary())
def test_no_text_makes_validation_raise(text: str | bytes) -> None:
    document, problems = validate_text(text)
    assert document is not None or problems


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, '{"a":' * 100_000, '{"audience":' + '{"not":' * 30_000 + "1" + "}" * 30_001,
     "1" * 5_000, '"' + "\\ud800" * 20_000 + '"', '{"a":1,' * 50_000, "[" + "1," * 300_000 + "1]",
     json.dumps({"steps": [{"id": "a", "titel": "x", "place": 5}] * 8_000}),
     json.dumps(guide({"audience": {"all": [{"any": [{"not": {"trait": "x"}}] * 40}] * 40}})),
     json.dumps(guide({"steps": [{"id": "a", "title": "[" * 3_900 + "*a **b " * 10}] * 30})),
     json.dumps(guide({"where": {"any": ["/" + "*a" * 240] * 50}})),
     json.dumps({f"key{n}": n for n in range(40_000)})],
)  # fmt: skip
def test_hostile_texts_take_linear_time(text: str) -> None:
    started = time.process_time()
    _, problems = validate_text(text)
    assert problems
    assert time.process_time() - started < 8  # a second for each 130 kB, far below anything that grows faster


def test_depth_is_bounded_where_the_schema_is_not() -> None:
    rule: Any = {"trait": "x", "is": 1}
    for _ in range(MAX_DEPTH):
        rule = {"not": rule}
    assert [problem.code for problem in validate(guide({"audience": rule}))] == ["nested_too_deep"]


def test_repeated_keys_and_bad_numbers_are_refused_with_their_line() -> None:
    _, repeated = validate_text('{\n "key": 1,\n "a": {},\n "key": 2}')
    assert (repeated[0].code, repeated[0].line) == ("repeated_key", 4)
    _, number = validate_text('{\n "a": [1,\n 1e999]}')
    assert (number[0].code, number[0].line) == ("bad_number", 3)


def test_an_old_document_is_upgraded_on_read_and_the_changes_are_named() -> None:
    old = {**guide({}), "format": 0, "where": ["/invoices"], "frequency": "once"}
    old["steps"][0] |= {"if_missing": "end", "target": "#new"}
    document, problems = validate_text(json.dumps(old))
    assert [problem.code for problem in problems] == ["upgraded"]
    assert all(word in problems[0].message for word in ("where", "frequency", "if_missing", "target"))
    assert document["where"] == {"any": ["/invoices"]}
    assert document["format"] == 1


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["where", "audience", "frequency", "steps", "key"]), JSON_VALUES),
    st.integers(-1, 1),
)
def test_upgrading_is_idempotent(document: dict[str, Any], number: int) -> None:
    once, _ = upgrade({**document, "format": number})
    twice, changes = upgrade(once)
    assert twice == once
    assert changes == []


def test_a_newer_format_says_which_release_is_needed() -> None:
    _, problems = validate_text(json.dumps(guide({"format": 2})))
    assert [problem.code for problem in problems] == ["unknown_format"]
    assert "Upgrade Handrail" in problems[0].message


@pytest.mark.parametrize("name", names())
def test_every_schema_says_what_it_is_for_and_its_examples_fit(name: str) -> None:
    from handrail_guides.shape import shape_problems

    whole = schema(name)
    assert whole["$schema"].endswith("2020-12/schema")
    assert whole["$id"].endswith(f"/{name}.json")
    assert whole["title"]
    assert whole["description"]
    assert whole["examples"]
    for example in whole["examples"]:
        assert shape_problems(example, name) == []


def test_the_types_of_the_widget_are_those_of_the_schemas() -> None:
    checked = subprocess.run(["node", "widget/types.mjs", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
