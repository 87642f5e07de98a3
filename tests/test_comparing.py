"""What a publisher reads before publishing: changes in words, texts side by side, guides that want the same moment."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from handrail_cms import rivals, side_by_side
from handrail_cms.interface import sentences
from handrail_guides.differences import diff
from handrail_guides.merge import merge, merge_strictly

from tests.tables.documents import GUIDE


def steps(*ids: str) -> list[dict[str, Any]]:
    return [{"id": name, "title": name.upper()} for name in ids]


def draft(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(GUIDE), "steps": steps("a", "b", "c"), "translations": {}, **changes}


# covers A5
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": steps("c", "a", "b")}, ["Step C moved from place 3 to 1."]),
        ({"steps": steps("a", "b", "c", "d")}, ["Step D is new."]),
        ({"steps": steps("a", "c")}, ["Step B is gone."]),
        ({"name": "Other"}, ["Name: First invoice became Other"]),
        ({"steps": [{"id": "a", "title": "Begin"}, *steps("b", "c")]}, ["Begin, Title: A became Begin"]),
        ({"steps": [*steps("a", "b"), {"id": "c", "title": "C", "target": {"css": "#x"}}]},
         ['C, Element: nothing became {"css": "#x"}']),
        ({"translations": {"ko": {"steps.a.title": {"text": "가", "of": "A"}}}},
         ['Texts in ko: nothing became {"steps.a.title": {"text": "가", "of": "A"}}']),
    ],
)  # fmt: skip
def test_what_changes_is_said_in_sentences(changes: dict[str, Any], said: list[str]) -> None:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        after = draft(**changes)
        found = [sentences.change(one, after).striptags() for one in diff(draft(), after)]
    assert found == said


def test_the_side_that_ordered_the_steps_wins_where_somebody_chooses_it() -> None:
    base, mine, theirs = draft(), draft(steps=steps("b", "a", "c")), draft(steps=steps("c", "b", "a"))
    [conflict] = merge(base, mine, theirs).conflicts
    for chosen, order in (("mine", "bac"), ("theirs", "cba")):
        made = merge_strictly(base, mine, theirs, take={conflict.name: chosen})
        assert "".join(step["id"] for step in made["steps"]) == order
        assert made["steps"] == sorted(made["steps"], key=lambda step: order.index(step["id"]))


def test_a_step_that_one_removed_and_the_other_edited_follows_the_choice() -> None:
    base, mine = draft(), draft(steps=[{"id": "a", "title": "Begin"}, *steps("b", "c")])
    theirs = draft(steps=steps("b", "c"))
    kept = merge_strictly(base, mine, theirs, take={"steps.a": "mine"})
    gone = merge_strictly(base, mine, theirs, take={"steps.a": "theirs"})
    assert [step["id"] for step in kept["steps"]] == ["a", "b", "c"]
    assert [step["id"] for step in gone["steps"]] == ["b", "c"]
    back = merge_strictly(base, theirs, mine, take={"steps.a": "theirs"})
    assert {step["id"]: step["title"] for step in back["steps"]} == {"a": "Begin", "b": "B", "c": "C"}


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("/invoices", "/invoices", True),
        ("/invoices/*", "/invoices/new", True),
        ("/invoices/:id", "/invoices/42", True),
        (r"/invoices/:id(\d+)", "/invoices/new", False),
        (r"/invoices/:id(\d+)", "/invoices/*", True),
        ("/*/new", "/invoices/*", True),
        ("/invoices{/new}?", "/invoices/new", True),
        ("/invoices", "/customers", False),
        ("/invoices/*", "/customers/*", False),
        ("/settings", "*", True),
    ],
)
def test_guides_compete_where_one_path_fits_both_patterns(one: str, other: str, meet: bool) -> None:
    mine, theirs = draft(where={"any": [one]}), draft(where={"any": [other]}, key="other", priority=70)
    assert [each["key"] for each in rivals.of(mine, [theirs])] == (["other"] if meet else [])
    assert bool(rivals.of(theirs, [mine])) == meet


def test_what_waits_for_a_person_or_takes_no_attention_competes_with_nothing() -> None:
    manual, banner = draft(start={"on": "manual"}), draft(kind="banner")
    assert not rivals.of(manual, [draft()])
    assert not rivals.of(draft(), [manual, banner])
    assert not rivals.of(banner, [draft()])


def test_lines_stand_beside_their_counterparts() -> None:
    rows = side_by_side.rows("a\nb\nc", "a\nx\nc\nd")
    assert [(row.left, row.right, row.same) for row in rows] == [
        ("a", "a", True), ("b", "x", False), ("c", "c", True), (None, "d", False),
    ]  # fmt: skip
