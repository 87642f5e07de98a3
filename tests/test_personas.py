"""A typical member of a segment: whoever it is, the segment's rule holds for them, or it is said that it does not."""

from __future__ import annotations

from typing import Any

import pytest
from handrail_guides.personas import typical
from handrail_guides.targeting import Context, evaluate
from hypothesis import given, settings
from hypothesis import strategies as st

NOW = 1_800_000_000_000
NAMES = st.sampled_from(["plan", "role", "seats"])
WORDS = st.sampled_from(["trial", "pro", "admin"])
CLAUSE = st.one_of(
    st.fixed_dictionaries({"trait": NAMES, "is": WORDS}),
    st.fixed_dictionaries({"trait": NAMES, "in": st.lists(WORDS, min_size=1, max_size=2)}),
    st.fixed_dictionaries({"account": NAMES, "exists": st.just(True)}),
    st.fixed_dictionaries({"event": WORDS}),
    st.fixed_dictionaries({"language": st.sampled_from(["ko", "de"])}),
    st.fixed_dictionaries({"device": st.sampled_from(["phone", "desktop"])}),
)
RULE = st.recursive(
    CLAUSE,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"all": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=6,
)


def segment(rule: Any, **more: Any) -> dict[str, Any]:
    return {"format": 1, "key": "some", "name": "Some", "rule": rule, **more}


# covers A3
@pytest.mark.parametrize(
    "rule",
    [
        {"all": []},
        {"all": [{"trait": "plan", "is": "trial"}, {"trait": "role", "in": ["admin", "owner"]}]},
        {"all": [{"trait": "plan", "is_not": "trial"}, {"trait": "role", "not_in": ["admin"]}]},
        {"all": [{"trait": "seats", "at_least": 5}, {"account": "age", "less_than": 3}]},
        {"any": [{"path": "/nowhere"}, {"trait": "plan", "is": "pro"}]},
        {"all": [{"not": {"trait": "plan", "is": "pro"}}, {"trait": "joined", "within": "P7D"}]},
        {"all": [{"trait": "joined", "before": "2026-01-01"}, {"trait": "left", "after": "2026-01-01T09:00Z"}]},
        {"all": [{"trait": "mail", "ends_with": "@example.com"}, {"trait": "tags", "contains": "beta"}]},
        {"all": [{"event": "paid", "count": {"at_least": 3}}, {"guide": "tour", "state": "completed"}]},
        {"all": [{"language": ["ko", "ja"]}, {"device": "phone"}, {"segment": "admins"}]},
    ],
)
def test_a_typical_member_satisfies_the_rule(rule: Any) -> None:
    member = typical(segment(rule), {"admins": {"trait": "role", "is": "admin"}}, NOW)
    assert member.fits, member.verdict


def test_what_the_author_wrote_of_a_persona_stands_and_a_contradiction_is_told() -> None:
    rule = {"all": [{"trait": "plan", "is": "trial"}, {"trait": "role", "is": "admin"}]}
    persona = {"job": "Set it up", "traits": {"plan": "trial", "name": "Ann"}, "language": "ko", "device": "phone"}
    member = typical(segment(rule, persona=persona), {}, NOW)
    assert (member.job, member.language, member.device) == ("Set it up", "ko", "phone")
    assert member.traits == {"plan": "trial", "name": "Ann", "role": "admin"}
    never = typical(segment({"all": [{"path": "/x"}]}), {}, NOW)
    assert not never.fits
    assert never.verdict.clause == "/all/0"


@settings(deadline=None, max_examples=200)
@given(RULE)
def test_whether_a_member_fits_is_what_the_rule_itself_says(rule: Any) -> None:
    member = typical(segment(rule), {}, NOW)
    if member.fits and "event" not in str(rule):
        facts = {"traits": member.traits, "account": member.account}
        again = evaluate(rule, Context(now=NOW, language=member.language, device=member.device, **facts))
        assert again.matches
