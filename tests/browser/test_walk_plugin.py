"""The pytest plugin and its fixture, on Ledger, as a team would use them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from handrail_guides.walk.fixture import Handrail
from playwright.sync_api import Page

from tests.demo import Demo

ROOT = Path(__file__).parents[2]
LEDGER = ROOT / "examples" / "ledger"
pytestmark = pytest.mark.browser


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(folder), str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


# covers Q1
def test_each_guide_language_and_viewport_is_a_test_that_can_be_chosen(demo: Demo, tmp_path: Path) -> None:
    told = run_pytest(
        tmp_path, "-v", "--handrail-url", demo.host, "--handrail-guides", str(LEDGER), "-k", "set-up and en"
    )
    assert told.returncode == 0, told.stdout
    assert "handrail::set-up-ledger[en-desktop-path1] PASSED" in told.stdout
    assert "2 passed" in told.stdout
    assert re.search(r"collected \d\d items / \d\d deselected / 2 selected", told.stdout)


# covers Q3
def test_a_broken_guide_fails_with_step_code_and_mend_and_a_bad_file_fails_beside_it(
    demo: Demo, tmp_path: Path
) -> None:
    guides = tmp_path / "guides"
    guides.mkdir()
    step = {"id": "there", "target": {"css": "#gone"}, "title": "Here", "if_missing": {"wait": "PT1S", "then": "skip"}}
    broken = {"format": 1, "key": "broken", "kind": "tour", "name": "Broken", "language": "en"}
    broken |= {"where": {"any": ["/"]}, "steps": [step]}
    (guides / "broken.json").write_text(json.dumps(broken))
    (guides / "wrong.json").write_text('{"format": 1, "kye": "x"}')
    waits = {"code": "target_not_found", "reason": "Ticket 7", "until": "2099-01-01"}
    known = broken | {"key": "known", "steps": [step | {"test": {"expect_failure": waits}}]}
    (guides / "known.json").write_text(json.dumps(known))
    told = run_pytest(tmp_path, "--handrail-url", demo.host, "--handrail-guides", str(guides), "-rA")
    assert told.returncode == 1
    assert "target_not_found at step “there”" in told.stdout
    assert "Pick the element again in the builder." in told.stdout
    assert "wrong.json:1" in told.stdout
    assert "1 xfailed" in told.stdout
    assert "Traceback" not in told.stdout


# covers Q1
@pytest.mark.slow
def test_what_failed_last_is_walked_alone_and_walks_are_shared_among_processes(demo: Demo, tmp_path: Path) -> None:
    guides = tmp_path / "guides"
    guides.mkdir()
    for key, css in (("broken", "#gone"), ("fine", "[data-tour=new-invoice]")):
        step = {"id": "there", "target": {"css": css}, "title": "Here", "if_missing": {"wait": "PT1S", "then": "skip"}}
        made = {"format": 1, "key": key, "kind": "tour", "name": key, "language": "en", "where": {"any": ["/"]}}
        (guides / f"{key}.json").write_text(json.dumps(made | {"steps": [step]}))
    asked = ["--handrail-url", demo.host, "--handrail-guides", str(guides), "-v"]
    assert "1 failed, 1 passed" in run_pytest(tmp_path, *asked, "-n", "2").stdout
    again = run_pytest(tmp_path, *asked, "--lf").stdout
    assert "1 failed, 1 deselected" in again
    assert "rerun previous 1 failure" in again
    assert "1 failed in" in run_pytest(tmp_path, *asked, "-x").stdout


def test_the_plugin_is_inert_without_its_options(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(
        "import sys\ndef test_own():\n    assert 'playwright' not in sys.modules\n"
        "    ours = {name for name in sys.modules if name.startswith('handrail_guides.walk.')}\n"
        "    assert ours == {'handrail_guides.walk.plugin'}\n"
    )
    told = run_pytest(tmp_path)
    assert told.returncode == 0, told.stdout
    assert "1 passed" in told.stdout


# covers Q6, W27
def test_a_host_suite_starts_steps_and_switches_off_guides(page: Page, demo: Demo) -> None:
    guides = Handrail(page)
    guides.set(animate=False)
    page.goto(demo.host + "/settings")
    guides.start("set-up-ledger")
    assert "How do you work?" in guides.expect_step("how-you-work")["text"]
    guides.next()
    guides.expect_step("company")
    guides.back()
    guides.expect_step("how-you-work")
    guides.close()
    guides.expect_nothing("set-up-ledger")
    guides.off()
    page.goto(demo.host + "/")
    page.get_by_role("link", name="New invoice").click()
    page.wait_for_url("**/invoices/new")
    guides.expect_nothing()
    guides.done()
