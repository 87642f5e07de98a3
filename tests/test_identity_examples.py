"""The examples of docs/identity.md make tokens that count; those whose interpreter is here are run."""

# covers S4
from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from handrail_cms.identity import Identity

PAGE = Path(__file__).resolve().parent.parent / "docs/identity.md"
RUN = {
    "python": ("python3", ["python3"], "py"),
    "javascript": ("node", ["node"], "cjs"),
    "ruby": ("ruby", ["ruby"], "rb"),
    "php": ("php", ["php"], "php"),
    "go": ("go", ["go", "run"], "go"),
}
EXAMPLES = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
SECRET = "sk_0123456789abcdef0123456789abcdef"


def test_there_is_an_example_for_each_language() -> None:
    assert set(EXAMPLES) == set(RUN)


@pytest.mark.parametrize("language", RUN)
def test_an_example_makes_a_token_that_counts_for_its_visitor_alone(language: str, tmp_path: Path) -> None:
    program, command, ending = RUN[language]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here")
    file = tmp_path / f"example.{ending}"
    file.write_text(EXAMPLES[language], encoding="utf-8")
    environ = {**os.environ, "SECRET": SECRET, "VISITOR": "user-42 ü"}
    done = subprocess.run([*command, str(file)], capture_output=True, text=True, env=environ, check=True)
    token, now_ms = done.stdout.strip(), time.time_ns() // 1_000_000
    assert Identity().subject(token, [SECRET], now_ms) == ("user-42 ü", None)
    assert Identity().trouble(token, ["another secret that is long enough", SECRET], "user-42 ü", now_ms) is None
    assert Identity().trouble(token, [SECRET], "user-43", now_ms) == "token_subject"
    assert Identity().trouble(token, [SECRET[::-1]], "user-42 ü", now_ms) == "token_invalid"
    assert Identity().trouble(token, [SECRET], "user-42 ü", now_ms + 2 * 3_600_000) == "token_expired"
