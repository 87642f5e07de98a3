"""Which numbered behaviours have a test: reads docs/behaviours.md and the `covers` comments of the tests.

Run as `python tests/behaviours.py`; `make test` prints its answer.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST_FILES = ("tests/**/*.py", "tests/**/*.mjs", "tests/**/*.ts", "widget/test/*.ts")
NUMBER = re.compile(r"\b([A-Z])(\d+)(?:[–-]\1?(\d+))?")


def listed() -> list[str]:
    """Return every behaviour number of the list, in its order."""
    text = (ROOT / "docs/behaviours.md").read_text(encoding="utf-8")
    return re.findall(r"^([A-Z]\d+) ", text, flags=re.M)


def covered() -> dict[str, list[str]]:
    """Return behaviour number -> the test files whose `covers` comments name it."""
    found: dict[str, list[str]] = {}
    for pattern in TEST_FILES:
        for path in sorted(ROOT.glob(pattern)):
            if path == Path(__file__):
                continue
            for comment in re.findall(r"(?:#|//|\*) ?covers:? ([^\n]*)", path.read_text(encoding="utf-8")):
                for letter, first, last in NUMBER.findall(comment):
                    for number in range(int(first), int(last or first) + 1):
                        found.setdefault(f"{letter}{number}", []).append(str(path.relative_to(ROOT)))
    return found


def report() -> str:
    """Return one line that says how many behaviours have a test and which have none."""
    numbers, tests = listed(), covered()
    missing = [number for number in numbers if number not in tests]
    line = f"behaviours: {len(numbers) - len(missing)} of {len(numbers)} have a test"
    return f"{line}; without one: {' '.join(missing)}" if missing else line


if __name__ == "__main__":
    print(report())
