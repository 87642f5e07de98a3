"""The editor's form: what is posted becomes the document, and nothing that the form does not show is touched."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from handrail_cms.editing import clauses, fields, forms, periods, problems
from handrail_cms.editing.history import Position, redone, undone
from handrail_cms.storage.records import Draft
from handrail_guides.errors import MergeConflict, Problem
from handrail_guides.merge import merge_strictly
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# A busy machine is no fault of these.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

GUIDE: dict[str, Any] = {
    "format": 1,
    "key": "first-invoice",
    "kind": "tour",
    "name": "First invoice",
    "language": "en",
    "audience": {"all": [{"trait": "plan", "in": ["trial", "pro"]}, {"not": {"event": "invoice_sent"}}]},
    "steps": [
        {"id": "a", "title": "One", "target": {"css": "#a", "attributes": {"name": "x"}}, "then": [{"to": "c"}]},
        {"id": "b", "title": "Two", "buttons": [{"text": "On", "action": {"to": "c"}}]},
        {"id": "c", "title": "Three"},
    ],
    "translations": {"ko": {"steps.b.title": {"text": "둘", "of": "Two"}}},
}


def shown(panel: str) -> dict[str, str]:
    """What a browser would post when nobody has touched the panel."""
    step = next((one for one in GUIDE["steps"] if one["id"] == panel), None)
    if step is None:
        texts = fields.texts(GUIDE, fields.GUIDE_FIELDS, fields.GUIDE_PERIODS)
    else:
        texts = fields.texts(step, fields.STEP_FIELDS, fields.STEP_PERIODS)
    return {"panel": panel, "do": "save", **texts}


# covers A8
@pytest.mark.parametrize("panel", ["guide", "a", "b", "c"])
def test_saving_a_form_that_nobody_touched_changes_nothing(panel: str) -> None:
    changed, _ = forms.apply(GUIDE, shown(panel))
    assert changed == GUIDE


def test_a_form_changes_only_what_it_shows() -> None:
    changed, _ = forms.apply(GUIDE, {"panel": "a", "do": "save", "title": "Uno"})
    expected = copy.deepcopy(GUIDE)
    expected["steps"][0]["title"] = "Uno"
    assert changed == expected


@pytest.mark.parametrize(
    ("action", "order", "shown_next"),
    [
        ("add-step:a", ["a", "step-4", "b", "c"], "step-4"),
        ("add-step:", ["a", "b", "c", "step-4"], "step-4"),
        ("move-down:a", ["b", "a", "c"], "a"),
        ("move-up:a", ["a", "b", "c"], "a"),
        ("place:c:0", ["c", "a", "b"], "c"),
        ("remove-step:c", ["a", "b"], "b"),
        ("duplicate-step:b", ["a", "b", "b-2", "c"], "b-2"),
        ("select:audience", ["a", "b", "c"], "audience"),
    ],
)
def test_each_button_does_one_thing_to_the_steps(action: str, order: list[str], shown_next: str) -> None:
    changed, panel = forms.apply(GUIDE, {"panel": "a", "do": action})
    assert [step["id"] for step in changed["steps"]] == order
    assert panel == shown_next


def test_removing_and_copying_a_step_takes_its_translations_along() -> None:
    removed, _ = forms.apply(GUIDE, {"panel": "b", "do": "remove-step:b"})
    copied, _ = forms.apply(GUIDE, {"panel": "b", "do": "duplicate-step:b"})
    assert removed["translations"] == {"ko": {}}
    assert copied["translations"]["ko"]["steps.b-2.title"] == {"text": "둘", "of": "Two"}


def test_a_step_that_is_renamed_is_still_found_by_branches_buttons_and_translations() -> None:
    changed, panel = forms.apply(GUIDE, {"panel": "c", "do": "save", "id": "end-of-it"})
    assert panel == "end-of-it"
    assert changed["steps"][0]["then"] == [{"to": "end-of-it"}]
    assert changed["steps"][1]["buttons"][0]["action"] == {"to": "end-of-it"}


def test_another_way_on_drops_what_belonged_to_the_old_one() -> None:
    waiting, _ = forms.apply(GUIDE, {"panel": "a", "do": "save", "advance": "event", "advance-event": "paid"})
    assert waiting["steps"][0]["advance"] == {"on": "event", "event": "paid"}
    clicked, _ = forms.apply(waiting, {"panel": "a", "do": "save", "advance": "click", "advance-event": "paid"})
    assert clicked["steps"][0]["advance"] == {"on": "click"}


SCALARS = st.sampled_from(["trial", "42", "true", "null", "한국", "a b", "-1.5"]).map(clauses.scalar) | st.integers(
    -99, 99
)
ROWS = st.one_of(
    st.builds(lambda name, how, value: {name: "plan", how: value}, st.sampled_from(["trait", "account"]),
              st.sampled_from(["is", "is_not"]), SCALARS),
    st.builds(lambda values: {"trait": "plan", "in": values}, st.lists(SCALARS, min_size=1, max_size=3)),
    st.builds(lambda n: {"trait": "seats", "at_least": n}, st.integers(0, 99)),
    st.builds(lambda n: {"event": "paid", "count": {"at_least": n}, "within": "P7D"}, st.integers(1, 9)),
    st.sampled_from([{"event": "paid"}, {"guide": "x", "state": "seen"}, {"segment": "new"}, {"language": ["ko", "en"]},
                     {"device": "phone"}, {"trait": "t", "exists": False}, {"trait": "t", "within": "PT90M"},
                     {"share": 0.25, "salt": "x"}]),
)  # fmt: skip


@CALM
@given(st.sampled_from(["all", "any"]), st.lists(ROWS | ROWS.map(lambda row: {"not": row}), min_size=1, max_size=4))
def test_a_rule_that_fits_rows_comes_back_as_it_was(mode: str, found: list[dict[str, Any]]) -> None:
    rows = clauses.rows_of({mode: found})
    assert rows is not None
    assert clauses.rule_of(*rows) == {mode: found}


@pytest.mark.parametrize(
    "rule", [{"all": [{"any": [{"trait": "a", "is": 1}]}]}, {"element": {"css": "#x"}}, {"time": {"days": ["mon"]}}]
)
def test_a_rule_that_does_not_fit_rows_is_left_to_json(rule: dict[str, Any]) -> None:
    assert clauses.rows_of(rule) is None
    changed, _ = forms.apply({**GUIDE, "audience": rule}, {"panel": "guide", "do": "save", "name": "Other"})
    assert changed["audience"] == rule


@pytest.mark.parametrize(
    ("period", "parts"),
    [("P7D", ("7", "days")), ("P2W", ("14", "days")), ("PT90M", ("90", "minutes")), ("PT8S", ("8", "seconds")),
     ("P1DT2H", ("26", "hours")), (None, ("", "days")), ("soon", ("soon", "days"))],
)  # fmt: skip
def test_a_period_is_a_number_and_a_unit(period: str | None, parts: tuple[str, str]) -> None:
    assert periods.split(period) == parts


@CALM
@given(st.integers(0, 10**6), st.sampled_from(list(periods.UNITS)))
def test_a_period_keeps_its_length(number: int, unit: str) -> None:
    joined = periods.join(str(number), unit)
    assert periods.seconds_of(periods.join(*periods.split(joined))) == periods.seconds_of(joined)


# covers A6
@pytest.mark.parametrize(
    ("pointer", "place"),
    [("/steps/0/title", ("a", "title")), ("/steps/0/target/css", ("a", "css")), ("/steps/0/target", ("a", "css")),
     ("/steps/1/buttons/0/text", ("b", "button-0-text")), ("/steps/0/if_missing/wait", ("a", "wait-number")),
     ("/steps/2", ("c", "title")), ("/name", ("guide", "name")), ("/goal/event", ("guide", "goal")),
     ("/audience/all/1/event", ("audience", "clause-1-name")), ("/where/any/0", ("audience", "where")),
     ("/steps", ("guide", "")), ("", ("guide", ""))],
)  # fmt: skip
def test_a_problem_stands_at_its_field(pointer: str, place: tuple[str, str]) -> None:
    assert problems.place_of(GUIDE, pointer) == place


def test_errors_are_counted_by_panel_and_advice_is_not() -> None:
    told = [Problem("/steps/0/title", "x", "", ""), Problem("/steps/0/body", "x", "", "", level="advice")]
    assert problems.by_panel(GUIDE, told) == {"a": 1}


def drafts(*texts: str) -> list[Draft]:
    """Newest first, as the store gives them."""
    return [Draft(n, {"text": text}, "me", 0) for n, text in enumerate(texts, 1)][::-1]


def test_undo_walks_back_and_redo_forward_again() -> None:
    kept = drafts("one", "two", "three")
    back = undone(kept, Position(3, 3))
    assert back is not None
    assert back.body == {"text": "two"}
    again = redone(kept, Position(2, 3))
    assert again is not None
    assert again.body == {"text": "three"}
    assert undone(kept, Position(1, 3)) is None
    assert redone(kept, Position(3, 3)) is None


# covers A4
def test_two_people_who_edit_two_steps_never_meet() -> None:
    mine, _ = forms.apply(GUIDE, {"panel": "a", "do": "save", "title": "Mine"})
    theirs, _ = forms.apply(GUIDE, {"panel": "b", "do": "move-up:b", "title": "Theirs"})
    merged = merge_strictly(GUIDE, mine, theirs)
    assert [(step["id"], step["title"]) for step in merged["steps"]] == [("b", "Theirs"), ("a", "Mine"), ("c", "Three")]


@pytest.mark.parametrize(("chosen", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_same_place_changed_twice_is_asked_and_the_answer_is_kept(chosen: str, title: str) -> None:
    mine, _ = forms.apply(GUIDE, {"panel": "a", "do": "save", "title": "Mine", "body": "mine alone"})
    theirs, _ = forms.apply(GUIDE, {"panel": "a", "do": "save", "title": "Theirs"})
    with pytest.raises(MergeConflict) as clash:
        merge_strictly(GUIDE, mine, theirs)
    (conflict,) = clash.value.conflicts
    assert (conflict.mine, conflict.theirs) == ("Mine", "Theirs")
    merged = merge_strictly(GUIDE, mine, theirs, take={conflict.name: chosen})
    assert merged["steps"][0]["title"] == title
    assert merged["steps"][0]["body"] == "mine alone"


EDITS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["title", "body"]), st.sampled_from(["x", "y"])), max_size=4
)


def edited(edits: list[tuple[str, str, str]]) -> dict[str, Any]:
    """A draft after somebody's edits, one form at a time."""
    document = GUIDE
    for step, field, text in edits:
        document, _ = forms.apply(document, {"panel": step, "do": "save", field: text})
    return document


# covers A4
@CALM
@given(EDITS, EDITS)
def test_whatever_two_people_do_nothing_of_either_is_lost(first: list[Any], second: list[Any]) -> None:
    mine, theirs = edited(first), edited(second)
    try:
        merged = merge_strictly(GUIDE, mine, theirs)
    except MergeConflict as clash:
        names = {conflict.name for conflict in clash.conflicts}
        merged = merge_strictly(GUIDE, mine, theirs, take=dict.fromkeys(names, "theirs"))
    else:
        names = set[str]()
    for index, step in enumerate(GUIDE["steps"]):
        for field in ("title", "body"):
            base, ours, others = (side["steps"][index].get(field) for side in (GUIDE, mine, theirs))
            kept = merged["steps"][index].get(field)
            asked = f"steps.{step['id']}.{field}" in names
            assert kept == (others if asked or others != base else ours)
