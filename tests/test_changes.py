# ruff: noqa: E501
"""Differences in words, and three-way merges."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from handrail_guides.differences import diff, same
from handrail_guides.document import digest
from handrail_guides.errors import MergeConflict
from handrail_guides.merge import merge, merge_strictly
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables.documents import GUIDE

TEXT = st.sampled_from(["", "a", "b", "Start", "1", "é"])
SCALAR = st.none() | st.booleans() | st.sampled_from([0, 1, 1.0, -1, 0.5]) | TEXT
STEP = st.fixed_dictionaries(
    {"id": st.sampled_from("abcdef")},
    optional={"title": TEXT, "place": TEXT, "then": st.lists(SCALAR, max_size=2), "on": st.dictionaries(TEXT, SCALAR, max_size=2)},
)  # fmt: skip
DOCUMENT = st.fixed_dictionaries(
    {"key": TEXT, "steps": st.lists(STEP, max_size=4, unique_by=lambda step: step["id"])},
    optional={
        "audience": st.dictionaries(st.sampled_from(["trait", "is", "all"]), SCALAR, max_size=2),
        "priority": SCALAR,
        "translations": st.dictionaries(st.sampled_from(["ko", "de"]), st.dictionaries(TEXT, SCALAR, max_size=2), max_size=2),
        "start": st.fixed_dictionaries({"on": TEXT}, optional={"delay": TEXT}),
    },
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(DOCUMENT, DOCUMENT)
def test_there_is_no_difference_exactly_where_the_documents_mean_the_same(a: Any, b: Any) -> None:
    assert (diff(a, b) == []) == (digest(a) == digest(b))
    assert diff(a, copy.deepcopy(a)) == []


@settings(deadline=None, max_examples=300)
@given(DOCUMENT, DOCUMENT)
def test_merging_with_an_unchanged_side_gives_the_other(base: Any, a: Any) -> None:
    assert same(merge(base, a, base).document, a)
    assert same(merge(base, base, a).document, a)
    assert same(merge(base, a, a).document, a)
    assert not merge(base, a, base).conflicts


@settings(deadline=None, max_examples=300)
@given(DOCUMENT, DOCUMENT, DOCUMENT)
def test_a_merge_without_conflicts_is_the_same_from_both_sides(base: Any, a: Any, b: Any) -> None:
    one, other = merge(base, a, b), merge(base, b, a)
    assert sorted(str(conflict.path) for conflict in one.conflicts) == sorted(
        str(conflict.path) for conflict in other.conflicts
    )
    if not one.conflicts:
        left, right = (
            {**side, "steps": sorted(side["steps"], key=lambda step: step["id"])}
            for side in (one.document, other.document)
        )
        assert same(left, right)  # additions of both sides at one place may stand in either order


def changed(**changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(GUIDE)
    for path, value in changes.items():
        holder: Any = made
        *parents, last = path.split("__")
        for name in parents:
            holder = holder[int(name) if name.isdecimal() else name]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return made


# covers A5
@pytest.mark.parametrize(
    ("after", "words"),
    [
        (changed(steps=[GUIDE["steps"][1], GUIDE["steps"][0]]), ["step *open-form* moved after *pay*"]),
        (changed(steps=[GUIDE["steps"][0], {"id": "review", "title": "R"}, GUIDE["steps"][1]]), ["step *review* added after *open-form*"]),
        (changed(steps=[GUIDE["steps"][1]]), ["step *open-form* removed"]),
        (changed(steps__0__title="Begin here"), ["step *open-form*: title changed from “Start here” to “Begin here”"]),
        (changed(steps__0__target__css="#new"), ["step *open-form*: target.css changed from “[data-tour=new-invoice]” to “#new”"]),
        (changed(priority=70), ["priority changed from 60 to 70"]),
        (changed(job=None), ["job removed"]),
        (changed(theme="brand"), ["theme added: “brand”"]),
        (changed(translations={"ko": {"steps.open-form.title": {"text": "시작", "of": "Start here"}}}),
         ["step *open-form*: title changed from “여기서 시작하세요” to “시작” in ko"]),
        (changed(translations={**GUIDE["translations"], "de": {"steps.pay.title": {"text": "Senden", "of": "Send it"}}}), ["language de added (1 text)"]),
        (changed(steps__1__buttons=[{"id": "later", "text": "Not now", "action": "snooze"}, {"text": "Done", "action": "next"}]),
         ["step *pay*: buttons changed from"]),
        (changed(audience={"trait": "plan", "is": "pro"}), ["audience changed from"]),
    ],
)  # fmt: skip
def test_differences_are_told_in_words(after: dict[str, Any], words: list[str]) -> None:
    said = [change.words for change in diff(GUIDE, after)]
    assert len(said) == len(words), said
    for wanted, found in zip(words, said, strict=True):
        assert found.startswith(wanted), found


def test_edits_of_different_fields_and_steps_merge() -> None:
    mine = changed(steps__0__title="Begin", priority=70)
    theirs = changed(steps=[*copy.deepcopy(GUIDE["steps"]), {"id": "thanks", "title": "Thanks"}], name="My invoice")
    theirs["steps"][1]["title"] = "Send"
    merged = merge_strictly(GUIDE, mine, theirs)
    assert [step["title"] for step in merged["steps"]] == ["Begin", "Send", "Thanks"]
    assert (merged["priority"], merged["name"]) == (70, "My invoice")


def test_edits_of_one_field_conflict_by_name() -> None:
    mine = changed(steps__0__title="Begin", priority=70)
    theirs = changed(steps__0__title="Go", priority=70)
    with pytest.raises(MergeConflict) as caught:
        merge_strictly(GUIDE, mine, theirs)
    assert caught.value.pointers == ["steps.open-form.title"]
    [conflict] = merge(GUIDE, mine, theirs).conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("Start here", "Begin", "Go")


def test_a_step_removed_on_one_side_and_edited_on_the_other_is_a_conflict() -> None:
    mine, theirs = changed(steps=[GUIDE["steps"][1]]), changed(steps__0__title="Go")
    assert [conflict.name for conflict in merge(GUIDE, mine, theirs).conflicts] == ["steps.open-form"]


def test_two_different_choices_are_never_mixed() -> None:
    mine = changed(start={"on": "element", "target": {"css": "#a"}})
    theirs = changed(start={"on": "idle", "after": "PT5S"})
    assert [conflict.name for conflict in merge(GUIDE, mine, theirs).conflicts] == ["start"]
