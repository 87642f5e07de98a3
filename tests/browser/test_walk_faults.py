"""The walker checks itself: every planted fault is found with its code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from handrail_guides.validate import validate
from handrail_guides.walk.cases import Ask, Bundle, Persona, cases
from handrail_guides.walk.codes import CODES
from handrail_guides.walk.findings import Wait
from handrail_guides.walk.runner import Job, Walker
from handrail_guides.walk.stage import Setup
from handrail_guides.walk.widget import built_widget
from playwright.sync_api import Playwright

from tests.browser.faults import FAULTS, Fault
from tests.browser.walk_site import serving

pytestmark = pytest.mark.browser

WAIT = Wait(start=4_000, pass_=2_500)
# A few of the fast ones run in `make test`, all of them in `make test-all`.
NAMES = ("gone-second", "two-of-class", "hidden-display", "covered-glass", "page-500", "wrong-branch", "bad-hint",
         "pop-left", "clip-height", "link-404", "copied", "pushes", "pale-text", "escape-eaten", "mended")  # fmt: skip
FIRST = [fault for fault in FAULTS if fault.name in NAMES]
REST = [fault for fault in FAULTS if fault not in FIRST]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serving({path: page for fault in FAULTS for path, page in fault.all_pages().items()}) as base:
        yield base


@pytest.fixture(scope="module")
def walker(site: str, playwright: Playwright) -> Iterator[Walker]:
    bundle = Bundle(
        [fault.guide() for fault in FAULTS], {}, {key: one for fault in FAULTS for key, one in fault.themes.items()}
    )
    with Walker(Job(Setup(built_widget(), bundle, site), WAIT, pictures=False), playwright) as walker:
        yield walker


def found(walker: Walker, fault: Fault) -> set[str]:
    bundle = Bundle([fault.guide()], {}, fault.themes)
    ask = Ask(languages=[fault.language], personas=[Persona()], profile=fault.profile)  # type: ignore[arg-type]
    codes: set[str] = set()
    for case in cases(bundle, ask):
        walk = walker.using(bundle).walk(case)
        assert not walk.reason, walk.reason
        codes |= {finding.code for finding in walk.all()}
    return codes


# covers Q2
@pytest.mark.parametrize("fault", FIRST, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found(walker: Walker, fault: Fault) -> None:
    assert fault.code in found(walker, fault)


@pytest.mark.slow
@pytest.mark.parametrize("fault", REST, ids=lambda fault: fault.name)
def test_every_other_planted_fault_is_found(walker: Walker, fault: Fault) -> None:
    assert fault.code in found(walker, fault)


def test_the_planted_faults_are_many_of_every_kind_and_their_guides_validate() -> None:
    assert len(FAULTS) >= 60
    assert {fault.code for fault in FAULTS} == set(CODES)
    assert [problem for fault in FAULTS for problem in validate(fault.guide()) if problem.level == "error"] == []
