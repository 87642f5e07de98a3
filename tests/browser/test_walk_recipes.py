"""The recipes for CI: every option they use exists, and their own shell walks, compares and comments."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from handrail_cms.commands.check import check_command
from handrail_guides.walk.codes import CODES

from tests.demo import HANDRAIL, Demo

RECIPES = Path(__file__).parents[2] / "examples" / "ci"
GITHUB: dict[str, Any] = yaml.safe_load((RECIPES / "github-actions.yml").read_text())
GITLAB: dict[str, Any] = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text())
# Stands in for the services: keeps what it is called with, and the comment.
STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> calls
for word in "$@"; do case "$word" in *walk.md) cp walk.md "comment.md" ;; esac; done
"""


def shell_of(recipe: str) -> str:
    """Return what a recipe runs after the application has been started, as one script."""
    if recipe == "gitlab":
        return "\n".join(
            line for line in GITLAB["guides"]["script"] if "pip install" not in line and "start-app" not in line
        )
    steps = GITHUB["jobs"]["walk"]["steps"]
    found = [step["run"] for step in steps if step.get("name") in ("Walk", "Comment the result")]
    return f"code=0\n({found[0]}) || code=$?\n({found[1]})\nexit $code".replace("${{ github.event.number }}", "7")


def write_guide(folder: Path, css: str) -> None:
    step = {"id": "there", "target": {"css": css}, "title": "Here", "if_missing": {"wait": "PT1S", "then": "skip"}}
    guide = {"format": 1, "key": "here", "kind": "tour", "name": "Here", "language": "en", "steps": [step]}
    folder.mkdir(exist_ok=True)
    (folder / "here.json").write_text(json.dumps(guide | {"where": {"any": ["/"]}}))


def run_recipe(recipe: str, folder: Path, demo: Demo) -> int:
    stubs = folder / "bin"
    stubs.mkdir(exist_ok=True)
    for name in ("gh", "curl"):
        (stubs / name).write_text(STUB)
        (stubs / name).chmod(0o755)
    path = f"{stubs}:{Path(HANDRAIL).parent}:{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "CI_MERGE_REQUEST_IID": "7", "WALK_COMMENT_TOKEN": "t"}
    script = shell_of(recipe).replace("http://localhost:3000", demo.host)
    return subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, check=False).returncode


@pytest.mark.parametrize("file", sorted(RECIPES.iterdir()), ids=lambda path: path.stem)
def test_every_option_of_a_recipe_exists(file: Path) -> None:
    known = {name for option in check_command.params for name in option.opts}
    used = {word for line in file.read_text().splitlines() if "handrail check" in line
            for word in re.findall(r"--[a-z-]+", line)}  # fmt: skip
    assert used
    assert used <= known


# covers Q4
@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["github", "gitlab"])
def test_a_recipe_comments_what_a_branch_breaks_and_fails_for_it(recipe: str, demo: Demo, tmp_path: Path) -> None:
    write_guide(tmp_path / "guides", "body")
    assert run_recipe(recipe, tmp_path, demo) == 0
    assert "went through" in (tmp_path / "comment.md").read_text()
    (tmp_path / "last").mkdir()
    for last in ("last/walk.json", "last.json"):
        (tmp_path / last).write_text((tmp_path / "walk.json").read_text())
    write_guide(tmp_path / "guides", "#gone")
    assert run_recipe(recipe, tmp_path, demo) == 1
    comment = (tmp_path / "comment.md").read_text()
    assert "This build broke 1 step" in comment
    assert f"**target_not_found**. {CODES['target_not_found'].message}" in comment
    assert "walk.md" in (tmp_path / "calls").read_text()
