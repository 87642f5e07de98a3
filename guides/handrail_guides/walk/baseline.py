"""Compare a run with an earlier one: what this build broke, what it mended, and what only moved. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from handrail_guides.walk.findings import Walk

MOVED_PX: Final = 24
Key = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: which walk and step, the finding's code or `moved`, and a sentence about it."""

    walk: str
    guide: str
    step: str | None
    code: str
    told: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`broke` and `mended` are findings that came and went, `moved` steps that still work somewhere else.

    `known` counts failures that were there before; `added` names walks that the earlier run did not have.
    """

    broke: Sequence[Change]
    mended: Sequence[Change]
    moved: Sequence[Change]
    known: int
    added: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Return the wire form."""
        return asdict(self)

    def sentence(self) -> str:
        """Return the comparison in one line."""
        return (
            f"This build broke {_count(self.broke, 'step')}, mended {_count(self.mended, 'step')} "
            f"and moved {_count(self.moved, 'step')}; {self.known} known failure(s)."
        )


def read_baseline(document: Any) -> list[dict[str, Any]]:
    """Return the walks of an earlier run's JSON. Raises ValueError, with the mend, where it is none."""
    if not isinstance(document, dict) or document.get("format") != 1 or not isinstance(document.get("walks"), list):  # pyright: ignore[reportUnknownMemberType]
        raise ValueError("The baseline is not a walk's result. Make one with: handrail check URL --json > last.json")
    return document["walks"]  # pyright: ignore[reportUnknownVariableType]


def compare(before: Sequence[Mapping[str, Any]], walks: Sequence[Walk]) -> Comparison:
    """Compare walks of the same id. A walk that was not tried, then or now, says nothing."""
    now = [walk.as_json() for walk in walks if walk.state not in ("not_tried", "skipped")]
    then = {walk["id"]: walk for walk in before if walk["state"] not in ("not_tried", "skipped")}
    broke: list[Change] = []
    mended: list[Change] = []
    moved: list[Change] = []
    known = 0
    for walk in now:
        old, new = _failures(then.get(walk["id"])), _failures(walk)
        broke += [_change(walk, finding) for key, finding in new.items() if key not in old]
        mended += [_change(walk, finding) for key, finding in old.items() if key not in new]
        known += len(old.keys() & new.keys())
        if walk["id"] in then:
            moved += _moved(then[walk["id"]], walk)
    return Comparison(broke, mended, moved, known, [walk["id"] for walk in now if walk["id"] not in then])


def _failures(walk: Mapping[str, Any] | None) -> dict[Key, Mapping[str, Any]]:
    return {
        (walk["id"], finding["step"], finding["code"]): finding
        for finding in (_all(walk) if walk else ())
        if finding["severity"] == "error" and not finding.get("expected")
    } if walk else {}  # fmt: skip


def _all(walk: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from walk["findings"]
    for step in walk["steps"]:
        yield from step["findings"]


def _change(walk: Mapping[str, Any], finding: Mapping[str, Any]) -> Change:
    told = f"{finding['message']} {finding['detail']}".strip()
    return Change(walk["id"], walk["guide"], finding["step"], finding["code"], told)


def _moved(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before = {step["step"]: step for step in old["steps"]}
    for step in new["steps"]:
        was = before.get(step["step"])
        if was is None or not was["target"] or not step["target"]:
            continue
        if was["match"] == "exact" and step["match"] == "healed":
            told = f"It is found by likeness only now, with a confidence of {step['confidence']:.2f}."
            yield Change(new["id"], new["guide"], step["step"], "moved", told)
        elif max(abs(a - b) for a, b in zip(was["target"][:2], step["target"][:2], strict=True)) > MOVED_PX:
            told = f"It was at {was['target'][:2]}, it is at {step['target'][:2]}."
            yield Change(new["id"], new["guide"], step["step"], "moved", told)


def _count(changes: Sequence[Change], word: str) -> str:
    places = len({(change.guide, change.step) for change in changes})
    return f"{places} {word}{'' if places == 1 else 's'}"
