"""Whatever validates can be shown, left and walked: nothing makes the widget throw or the walker give up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from handrail_guides.manifest import compile_preview
from handrail_guides.validate import validate
from handrail_guides.walk.cases import VIEWPORTS, Ask, Bundle, cases
from handrail_guides.walk.findings import Wait
from handrail_guides.walk.runner import Job, Walker
from handrail_guides.walk.stage import Setup
from handrail_guides.walk.widget import built_widget
from hypothesis import HealthCheck, Phase, assume, given, settings
from playwright.sync_api import Playwright

from tests.browser.stage import PAGES, Stage
from tests.browser.walk_site import Page, serving
from tests.tables.any_guide import GUIDE

pytestmark = pytest.mark.browser

HERE = '<p id="x">Here</p><button>New</button>'
FOLLOW = """async (guide) => {
    const host = () => document.querySelector("handrail-guide");
    const drawn = () => host()?.shadowRoot.querySelector(".popover, .bar, .beacon, button");
    const dialog = () => host()?.shadowRoot.querySelector("[role=dialog], [role=region]");
    const until = async (holds, frames = 150) => {
        for (let frame = 0; frame < frames && !holds(); frame++) await new Promise(requestAnimationFrame);
        return holds();
    };
    const seen = [];
    await handrail.show(guide);
    await until(host);
    for (let turn = 0; turn < 6 && host(); turn++) {
        const before = host();
        seen.push(before.dataset.step);
        const at = () => host()?.dataset.step;
        const step = at();
        dialog()?.querySelector("[data-action=next],[data-action=to]")?.click();
        // a step that goes on by itself needs no press; one with neither can be closed
        if (!(await until(() => at() !== step, 30))) break;
    }
    handrail.close();
    return { seen, left: await until(() => !host()) };
}"""


# One page serves all examples; most random documents do not validate, and are thrown away.
NO_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow]
# A walk takes seconds: a failing example is told as it was found, without minutes of making it smaller.
FOUND_ONLY = [Phase.explicit, Phase.generate]


# covers W9, W10, W24, A3
@settings(deadline=None, max_examples=15, suppress_health_check=NO_CHECKS, phases=FOUND_ONLY)
@given(document=GUIDE)
def test_every_document_that_validates_is_shown_and_can_be_left(stage: Stage, document: dict[str, Any]) -> None:
    assume(validate(document) == [])
    if not stage.page.url.endswith("/x"):
        body = (PAGES / "plain.html").read_text().replace("</main>", f"{HERE}</main>")
        stage.page.route("**/x", lambda route: route.fulfill(body=body, content_type="text/html"))
        stage.page.route("**/uploads/*", lambda route: route.fulfill(body=b"", content_type="image/png"))
        stage.open("x")
    chunk = compile_preview(document).languages["en"]
    walked = stage.page.evaluate(FOLLOW, {**chunk, "key": document["key"], "name": "Any"})
    assert walked["left"]
    assert set(walked["seen"]) <= {step["id"] for step in document["steps"]}
    first = document["steps"][0]
    # what may be met before it is seen: a way on without a press, a list whose every item is ticked by a fact
    stays = first.get("advance", {}).get("on") not in ("element", "path")
    stays = stays and not (document["kind"] == "checklist" and all("done" in item for item in document["steps"]))
    if stays and first.get("target", {}).get("css") in (None, "#x"):
        assert walked["seen"], json.dumps(document)


@pytest.fixture(scope="module")
def walker(playwright: Playwright) -> Iterator[Walker]:
    with (
        serving({"/x": Page(HERE)}) as base,
        Walker(
            Job(
                Setup(built_widget(), Bundle([]), base),
                wait=Wait(start=3_000, pass_=2_000, settle=4_000),
                pictures=False,
            ),
            playwright,
        ) as made,
    ):
        yield made


def is_walked(walker: Walker, document: dict[str, Any]) -> None:
    """Walk a guide; the walk ends by itself with a verdict in words, whatever stands in the guide."""
    assume(validate(document) == [])
    placed = document | {"where": {"any": ["/x"]}, "test": {"open": "/x"}}
    ask = Ask(viewports=[VIEWPORTS["desktop"]], languages=["en"])
    for case in cases(Bundle([placed]), ask):
        walk = walker.using(Bundle([placed])).walk(case)
        assert "could not go on" not in walk.reason, walk.reason
        assert {step.step for step in walk.steps} <= {step["id"] for step in document["steps"]}
        assert json.loads(json.dumps(walk.as_json()))["state"] in ("passed", "failed", "not_tried", "skipped")


# covers Q1, Q2
@settings(deadline=None, max_examples=3, suppress_health_check=NO_CHECKS, phases=FOUND_ONLY)
@given(document=GUIDE)
def test_every_document_that_validates_is_walked(walker: Walker, document: dict[str, Any]) -> None:
    is_walked(walker, document)


@pytest.mark.slow
@settings(deadline=None, max_examples=100, suppress_health_check=NO_CHECKS, phases=FOUND_ONLY)
@given(document=GUIDE)
def test_a_hundred_documents_that_validate_are_walked(walker: Walker, document: dict[str, Any]) -> None:
    is_walked(walker, document)
