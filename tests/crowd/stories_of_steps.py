"""Stories of those who follow a guide, leave it, go back, or meet what is broken."""

from __future__ import annotations

from dataclasses import replace

from tests.crowd.place import Place
from tests.crowd.stories import CLOSED, DONE, story
from tests.crowd.truth import Attempt


@story()
def finishes(place: Place) -> list[Attempt]:
    place.person().comes().sees("one", "two", "four").presses("next").sees_nothing().sent().leaves()
    return [DONE]


@story(short=True)
def finishes_in_a_hurry(place: Place) -> list[Attempt]:
    person = place.person().comes()
    for step in ("one", "two", "four"):
        person.finds(step).presses("next")
    person.sees_nothing().sent().leaves()
    return [DONE]


@story()
def finishes_where_no_target_is_missing(place: Place) -> list[Attempt]:
    person = place.person().comes(extra="").sees("one", "two", "three", "four").presses("next")
    person.sees_nothing().sent().leaves()
    return [Attempt("completed", "next", "one two three four", "one two three four")]


@story(short=True)
def closes_at_the_second_step(place: Place) -> list[Attempt]:
    place.person().comes().sees("one", "two").presses("close").sees_nothing().sent().leaves()
    return [CLOSED]


@story()
def presses_escape_at_the_first_step(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one")
    person.page.keyboard.press("Escape")
    person.sees_nothing().sent().leaves()
    return [Attempt("dismissed", "escape", "one")]


@story(short=True)
def presses_escape_before_a_second_has_passed(place: Place) -> list[Attempt]:
    person = place.person().comes().finds("one")
    person.page.keyboard.press("Escape")
    person.sees_nothing().sent().leaves()
    return [Attempt("dismissed", "escape", "one")]


@story()
def clicks_beside_it(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two")
    person.page.mouse.click(900, 600)
    person.sees_nothing().sent().leaves()
    return [replace(CLOSED, by="outside")]


@story()
def is_stopped_by_the_host(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two")
    person.does("() => handrail.stop()")
    person.sees_nothing().sent().leaves()
    return [replace(CLOSED, by="host")]


@story()
def leaves_after_the_first_step(place: Place) -> list[Attempt]:
    place.person().comes().sees("one").sent().leaves()
    return [Attempt("abandoned", None, "one")]


@story()
def leaves_at_the_third_step(place: Place) -> list[Attempt]:
    place.person().comes(extra="").sees("one", "two", "three").sent().leaves()
    return [Attempt("abandoned", None, "one two three", "one two")]


@story()
def is_gone_before_it_could_be_seen(place: Place) -> list[Attempt]:
    person = place.person().comes().finds("one")
    person.page.goto("about:blank")
    person.comes("/plain").sent().leaves()
    return [Attempt("withdrawn")]


@story()
def closes_and_leaves_at_once(place: Place) -> list[Attempt]:
    """What is queued goes as a beacon; whoever comes to the next page would send it again."""
    person = place.person().comes().sees("one", "two").presses("close")
    person.comes("/plain").sent().leaves()
    return [CLOSED]


@story()
def starts_another_guide_in_the_middle(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two")
    person.does("() => void handrail.start('other')")
    person.sees("only", guide="other").presses("next").sees_nothing().sent().leaves()
    return [
        Attempt("superseded", "other", "one two", "one"),
        Attempt("completed", "next", "only", "only", guide="other"),
    ]


@story()
def starts_another_guide_on_the_last_step(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two", "four")
    person.does("() => void handrail.start('other')")
    person.sees("only", guide="other").presses("close").sees_nothing().sent().leaves()
    return [replace(DONE, by="other"), Attempt("dismissed", "close", "only", guide="other")]


@story(short=True)
def meets_a_step_whose_target_is_gone(place: Place) -> list[Attempt]:
    person = place.person().comes(without="save").finds("one").presses("next").finds("two").presses("next")
    person.told("run_ended four").sent().leaves()
    return [Attempt("failed", "not_found", "one two", "one two", "three", "three four", end="four", before_shown=True)]


@story()
def meets_a_first_step_whose_target_is_gone(place: Place) -> list[Attempt]:
    place.person().comes("/gate").told("run_ended door").sent().leaves()
    return [Attempt("failed_attempt", "not_found", missing="door", end="door", guide="gate")]


@story()
def goes_back_twice(place: Place) -> list[Attempt]:
    person = place.person().comes(extra="").sees("one", "two", "three")
    person.presses("back").sees("two").presses("back").sees("one", "two", "three", "four")
    person.presses("next").sees_nothing().sent().leaves()
    return [Attempt("completed", "next", "one two three <two <one two three four", "one two three four")]


@story()
def goes_back_and_leaves(place: Place) -> list[Attempt]:
    person = place.person().comes().sees("one", "two").presses("back").sees("one").sent()
    person.leaves()
    return [Attempt("abandoned", None, "one two <one", "one")]
