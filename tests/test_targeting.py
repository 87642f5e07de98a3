"""Rules in Python: the shared vectors, and what vectors cannot say. The twin is widget/test/targeting.test.ts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from handrail_guides.targeting import Context, evaluate, place_matches, share_hash
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import targeting as tables

VECTORS = Path(__file__).parents[1] / "guides/handrail_guides/vectors"
CASES = json.loads((VECTORS / "targeting.json").read_bytes())
PLACES = json.loads((VECTORS / "targeting_where.json").read_bytes())


def context(facts: dict[str, Any]) -> Context:
    present = facts.get("present")
    look_up = None if present is None else lambda target: target["css"] in present
    return Context(**{**facts, "present": look_up})


# covers T1 T2 T3
@pytest.mark.parametrize("case", CASES, ids=[case["name"][:60] for case in CASES])
def test_every_vector_gives_its_verdict(case: dict[str, Any]) -> None:
    assert evaluate(case["rule"], context(case["context"])).as_json() == case["verdict"]


@pytest.mark.parametrize("case", PLACES, ids=[case["name"][:60] for case in PLACES])
def test_every_place_is_recognised(case: dict[str, Any]) -> None:
    assert place_matches(case["where"], case["url"]) is case["matches"]


def test_the_vectors_are_what_the_tables_say_and_at_least_400() -> None:
    for name, text in tables.rendered().items():
        assert (VECTORS / name).read_text(encoding="utf-8") == text, f"run python -m tests.tables.targeting for {name}"
    assert len(CASES) >= 400


def test_shares_of_near_ids_are_even() -> None:
    places = [share_hash(f"salt:user-{number}") / 2**32 for number in range(20_000)]
    deciles = [sum(low / 10 <= place < (low + 1) / 10 for place in places) for low in range(10)]
    assert all(1_850 <= count <= 2_150 for count in deciles), deciles


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["all", "any", "not", "trait", "account", "event", "guide", "segment", "language", "device", "path", "host", "hash",
     "query", "element", "time", "share", "is", "in", "more_than", "before", "within", "contains", "count", "state"]
)  # fmt: skip


# covers T5
@settings(deadline=None)
@given(st.recursive(JSON_VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=4)), JSON_VALUES, st.text())
def test_evaluation_never_raises(rule: Any, value: Any, text: str) -> None:
    facts = Context(now=0, visitor=text, traits={"x": value}, url=text, language=text, device=text, time_zone=text)
    verdict = evaluate(rule, facts)
    assert isinstance(verdict.matches, bool)
    assert re.fullmatch(r"(/(all|any|not|\d+))*", verdict.clause)
