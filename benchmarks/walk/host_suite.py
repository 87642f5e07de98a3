"""A real third-party suite beside Handrail: Panel's own Playwright tests, as its package ships them.

    python benchmarks/walk/host_suite.py [--venv FOLDER] [--only NAME …] [FILE …]

Runs the same tests without the plugin; with it loaded, the widget and a guide installed on every page, and
`handrail.off()`; and, to see that this line does something, with the guide left on. The first two have to be green,
test by test the same; a test that fails is run again up to three times, since Panel's are sensitive to load.
Installs Panel and this checkout in an environment of its own; nothing of Panel is kept here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).parents[2]
PANEL = "panel==1.9.4"
FILES = ("layout/test_accordion.py", "layout/test_card.py", "layout/test_column.py", "layout/test_tabs.py",
         "widgets/test_button.py", "widgets/test_select.py", "widgets/test_input.py")  # fmt: skip
BROWSER = """
import pytest
from handrail_guides.walk.browser import QUIET_FLAGS, chromium_path

@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    return {**browser_type_launch_args, "executable_path": chromium_path(playwright), "args": list(QUIET_FLAGS)}
"""
# Registered last, so that its fixtures go before pytest-playwright's own.
LATE = """
import way_fixtures

def pytest_configure(config):
    config.pluginmanager.register(way_fixtures, "way-fixtures")
"""
# As if the application had the widget: it is on every page, with a guide that takes the whole page.
INSTALLED = """
from handrail_guides.walk.cases import Ask, Bundle, cases
from handrail_guides.walk.stage import Setup, bring
from handrail_guides.walk.widget import built_widget

STEP = {"id": "first", "title": "Look at this first", "overlay": "blocking"}
GUIDE = {"format": 1, "key": "in-the-way", "kind": "modal", "name": "In the way", "language": "en", "steps": [STEP]}

def installed(page, mode):
    bundle = Bundle([GUIDE])
    setup = Setup(built_widget(), bundle, "http://localhost", mode=mode)
    bring(page.context, next(cases(bundle, Ask())), setup)
"""
OFF = """
@pytest.fixture(autouse=True)
def guides_off(request):
    if "page" in request.fixturenames:
        installed(request.getfixturevalue("page"), {})
        request.getfixturevalue("handrail").off()
"""
ON = """
@pytest.fixture(autouse=True)
def guides_on(request):
    if "page" in request.fixturenames:
        installed(request.getfixturevalue("page"), {"guide": "in-the-way", "animate": False})
"""
WAYS = {"without": (BROWSER, ["-p", "no:handrail"]), "off": (BROWSER + INSTALLED + OFF, []),
        "on": (BROWSER + INSTALLED + ON, [])}  # fmt: skip


def prepared(folder: Path) -> Path:
    """Return the Python of an environment with Panel and this checkout in it."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    environment = os.environ | {"HANDRAIL_SKIP_WIDGET_BUILD": "1"}
    wanted = [PANEL, "pytest-playwright", "pytest-rerunfailures", "-e", f"{ROOT}[qa]"]
    subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True, env=environment)
    return python


def outcomes(python: Path, way: str, files: list[str]) -> dict[str, str]:
    """Return test -> passed, failed or skipped."""
    plugin, options = WAYS[way]
    suite = next((python.parents[1] / "lib").glob("python3*")) / "site-packages/panel/tests/ui"
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "way_late.py").write_text(LATE)
        (Path(place) / "way_fixtures.py").write_text(plugin)
        command = [
            str(python),
            "-m",
            "pytest",
            "-p",
            "way_late",
            *options,
            "--ui",
            "-q",
            "-p",
            "no:cacheprovider",
            "--reruns",
            "3",
            "--junit-xml",
            f"{place}/told.xml",
            *(str(suite / file) for file in files),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        subprocess.run(command, env=environment | {"PYTHONPATH": place}, cwd=place, check=False, capture_output=True)
        root = ElementTree.parse(f"{place}/told.xml").getroot()
    return {f"{case.get('classname')}::{case.get('name')}": _outcome(case) for case in root.iter("testcase")}


def _outcome(case: ElementTree.Element) -> str:
    return next((word for tag, word in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped"))
                 if case.find(tag) is not None), "passed")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "handrail-host-suite")
    parser.add_argument("--only", nargs="*", choices=tuple(WAYS), default=tuple(WAYS))
    parser.add_argument("files", nargs="*", default=FILES)
    given = parser.parse_args()
    python = prepared(given.venv)
    told = {way: outcomes(python, way, list(given.files)) for way in given.only}
    for way, found in told.items():
        states = list(found.values())
        counts = ", ".join(f"{states.count(state)} {state}" for state in ("passed", "failed", "skipped"))
        print(f"{PANEL}, {way}: {len(found)} tests, {counts}")
    if "without" not in told or "off" not in told:
        return 0
    other = [name for name, state in told["without"].items() if told["off"].get(name) != state]
    for name in other:
        print(f"    {name}: {told['without'][name]} without, {told['off'].get(name)} with guides off")
    return 1 if other or "failed" in told["off"].values() else 0


if __name__ == "__main__":
    sys.exit(main())
