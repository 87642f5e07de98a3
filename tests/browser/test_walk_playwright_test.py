"""The file for Playwright Test users, run by Playwright Test itself on Ledger."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from handrail_guides.walk.browser import chromium_path
from playwright.sync_api import Playwright

from tests.demo import Demo

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


# covers Q6
def test_a_playwright_test_suite_uses_the_example_file_on_the_real_application(
    demo: Demo, playwright: Playwright, tmp_path: Path
) -> None:
    browser = str(chromium_path(playwright))
    environment = os.environ | {
        "LEDGER_URL": demo.host,
        "PLAYWRIGHT_OUTPUT": str(tmp_path),
        "HANDRAIL_CHROMIUM": browser,
    }
    command = [ROOT / "node_modules/.bin/playwright", "test", "-c", "examples"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "4 passed" in told.stdout
