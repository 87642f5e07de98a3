"""The ways through a guide: from which step to which, by advancing, by branches and by buttons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Json = Any
END: Final = "end"
_LEAVES: Final = frozenset({"close", "skip", "snooze", "never"})


def exits(steps: Sequence[Mapping[str, Json]], index: int) -> set[str]:
    """Return the ids of the steps that may come after a step, and `end`."""
    step = steps[index]
    following = steps[index + 1]["id"] if index + 1 < len(steps) else END
    found = set(_by_buttons(steps, index, following))
    if goes_on(step):
        found |= set(_by_branches(step, following))
    return found


def goes_on(step: Mapping[str, Json]) -> bool:
    """Tell whether a step can be passed: by its advance, or by a button that says next."""
    if step.get("advance", {"on": "next"}).get("on") != "next":
        return True
    buttons = step.get("buttons")
    return buttons is None or any(button["action"] == "next" for button in buttons)


def reachable(steps: Sequence[Mapping[str, Json]]) -> set[str]:
    """Return the ids of the steps that a visitor can come to from the first one, without going back."""
    graph = {step["id"]: exits(steps, index) for index, step in enumerate(steps)}
    found: set[str] = set()
    open_ = [steps[0]["id"]]
    while open_:
        here = open_.pop()
        if here != END and here not in found:
            found.add(here)
            open_.extend(graph.get(here, set()))
    return found


def ending(steps: Sequence[Mapping[str, Json]]) -> set[str]:
    """Return the ids of the steps from which the end of the guide can be reached."""
    graph = {step["id"]: exits(steps, index) for index, step in enumerate(steps)}
    found: set[str] = {END}
    while True:
        more = {step for step, after in graph.items() if step not in found and after & found}
        if not more:
            return found - {END}
        found |= more


def _by_branches(step: Mapping[str, Json], following: str) -> Iterator[str]:
    for branch in step.get("then", []):
        yield branch["to"]
        if "if" not in branch:
            return
    yield following


def _by_buttons(steps: Sequence[Mapping[str, Json]], index: int, following: str) -> Iterator[str]:
    for button in steps[index].get("buttons", []):
        action = button["action"]
        if isinstance(action, str):
            if action in _LEAVES:
                yield END
        elif "to" in action:
            yield action["to"]
        elif "start" in action:
            yield END
