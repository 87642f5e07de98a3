"""A real third-party suite beside Handrail: Panel's own Playwright tests, as its package ships them.

    python benchmarks/walk/host_suite.py [--rounds 3] [--again 5] [--venv FOLDER] [--on] [FILE …]

Runs the same tests in turn without the plugin, and with it loaded, the widget and a guide installed on every page, and
`handrail.off()`: the two have to behave the same. What failed in any round is run again by itself, in both ways as
often, so that a test that fails by itself now and then is told from one that the plugin breaks; the first are named.
`--on` also leaves the guide on, to see that the line does something. Installs Panel and this checkout in an environment
of its own; nothing of Panel is kept here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
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
OFF = """
from host_installed import installed

@pytest.fixture(autouse=True)
def guides_off(request):
    if "page" in request.fixturenames:
        installed(request.getfixturevalue("page"))
        request.getfixturevalue("handrail").off()
"""
ON = """
from host_installed import installed

@pytest.fixture(autouse=True)
def guides_on(request):
    if "page" in request.fixturenames:
        installed(request.getfixturevalue("page"))
        request.getfixturevalue("handrail").set(guide="in-the-way", animate=False)
"""
WAYS = {"without": (BROWSER, ["-p", "no:handrail"]), "off": (BROWSER + OFF, []), "on": (BROWSER + ON, [])}


def prepared(folder: Path) -> Path:
    """Return the Python of an environment with Panel and this checkout in it."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    environment = os.environ | {"HANDRAIL_SKIP_WIDGET_BUILD": "1"}
    wanted = [PANEL, "pytest-playwright", "-e", f"{ROOT}[qa]"]
    subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True, env=environment)
    return python


def outcomes(python: Path, way: str, tests: list[str]) -> dict[str, str]:
    """Run tests, named by file or by `file::test`, and return test -> passed, failed or skipped."""
    plugin, options = WAYS[way]
    suite = next((python.parents[1] / "lib").glob("python3*")) / "site-packages/panel/tests/ui"
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "way_late.py").write_text(LATE)
        (Path(place) / "way_fixtures.py").write_text(plugin)
        command = [str(python), "-m", "pytest", "-p", "way_late", *options, "--ui", "-q", "-p", "no:cacheprovider",
                   "--junit-xml", f"{place}/told.xml", *(str(suite / test) for test in tests)]  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        subprocess.run(
            command,
            env=environment | {"PYTHONPATH": f"{place}{os.pathsep}{HERE}"},
            cwd=place,
            check=False,
            capture_output=True,
        )
        root = ElementTree.parse(f"{place}/told.xml").getroot()
    files = {Path(test.split("::")[0]).stem: test.split("::")[0] for test in tests}
    return {f"{files[_module(case)]}::{case.get('name')}": _outcome(case) for case in root.iter("testcase")}


def _module(case: ElementTree.Element) -> str:
    return (case.get("classname") or "").rpartition(".")[2]


def _outcome(case: ElementTree.Element) -> str:
    return next((word for tag, word in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped"))
                 if case.find(tag) is not None), "passed")  # fmt: skip


Told = dict[str, dict[str, list[str]]]


def rounds(python: Path, tests: list[str], times: int, told: Told) -> None:
    """Run the tests in both ways in turn, so that both meet the same load, and add to way -> test -> outcomes."""
    for number in range(1, times + 1):
        for way in told:
            found = outcomes(python, way, tests)
            for test, outcome in found.items():
                told[way].setdefault(test, []).append(outcome)
            states = list(found.values())
            counts = ", ".join(f"{states.count(state)} {state}" for state in ("passed", "failed", "skipped"))
            print(f"{PANEL}, {way}, round {number}: {len(found)} tests, {counts}", flush=True)


def compare(told: Told) -> bool:
    """Name the tests that fail by themselves, and those that fail only with the plugin; false where there are any."""
    fine = True
    for test in sorted({test for found in told.values() for test in found}):
        runs = {way: found.get(test, []) for way, found in told.items()}
        failed = {way: outcomes.count("failed") for way, outcomes in runs.items()}
        if not any(failed.values()):
            continue
        always = failed["off"] == len(runs["off"]) and failed["without"] < len(runs["without"])
        by_itself = failed["without"] > 0 and not always
        fine &= by_itself
        counts = ", ".join(f"{failed[way]} of {len(runs[way])} {way}" for way in runs)
        print(f"    {'fails by itself' if by_itself else 'DIFFERENT'}: {test}: failed {counts}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "handrail-host-suite")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--again", type=int, default=5, help="how often what failed is run again by itself")
    parser.add_argument("--on", action="store_true")
    parser.add_argument("files", nargs="*", default=FILES)
    given = parser.parse_args()
    python = prepared(given.venv)
    told: Told = {"without": {}, "off": {}}
    rounds(python, list(given.files), given.rounds, told)
    odd = sorted({test for found in told.values() for test, states in found.items() if "failed" in states})
    if odd:
        rounds(python, odd, given.again, told)
    fine = compare(told)
    print("the same both ways" if fine else "NOT the same both ways")
    if given.on:
        states = list(outcomes(python, "on", list(given.files)).values())
        print(f"{PANEL}, with the guide left on: {states.count('failed')} of {len(states)} failed")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
