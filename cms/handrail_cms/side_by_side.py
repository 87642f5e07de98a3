"""Two texts side by side, line by line."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of two texts side by side; None where a side has no such line."""

    left_number: int | None
    left: str | None
    right_number: int | None
    right: str | None
    same: bool


def rows(left: str, right: str) -> list[Row]:
    """Return the lines of two texts beside one another."""
    ours, others = left.splitlines(), right.splitlines()
    found: list[Row] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, ours, others, autojunk=False).get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + offset, j1 + offset
            found.append(
                Row(
                    i + 1 if i < i2 else None,
                    ours[i] if i < i2 else None,
                    j + 1 if j < j2 else None,
                    others[j] if j < j2 else None,
                    tag == "equal",
                )
            )
    return found
