"""Whatever validates can be shown and walked: nothing makes the widget throw, and every guide can be left."""

from __future__ import annotations

from typing import Any

import pytest
from handrail_guides.manifest import compile_preview
from handrail_guides.validate import validate
from hypothesis import HealthCheck, assume, given, settings

from tests.browser.stage import PAGES, Stage
from tests.test_manifest import DOCUMENT

pytestmark = pytest.mark.browser

WALK = """async (guide) => {
    const host = () => document.querySelector("handrail-guide");
    const dialog = () => host()?.shadowRoot.querySelector("[role=dialog]");
    const until = async (holds) => {
        for (let frame = 0; frame < 180 && !holds(); frame++) await new Promise(requestAnimationFrame);
        return holds();
    };
    const seen = [];
    await handrail.show(guide);
    await until(dialog);
    for (let turn = 0; turn < 6 && dialog(); turn++) {
        const before = host();
        seen.push(before.dataset.step);
        dialog().querySelector("[data-action=next],[data-action=to]")?.click();
        // a step that goes on by itself needs no press; one with neither can be closed
        if (!(await until(() => host() !== before))) dialog().querySelector("[data-action=close]").click();
        await until(() => host() !== before);
    }
    handrail.close();
    return { seen, left: await until(() => !host()) };
}"""


# One page serves all examples; most random documents do not validate, and are thrown away.
NO_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much, HealthCheck.too_slow]


# covers W9, W10, A3
@settings(deadline=None, max_examples=20, suppress_health_check=NO_CHECKS)
@given(document=DOCUMENT)
def test_every_document_that_validates_is_shown_and_can_be_left(stage: Stage, document: dict[str, Any]) -> None:
    assume(validate(document) == [])
    if not stage.page.url.endswith("/x"):
        body = (PAGES / "plain.html").read_text().replace("</main>", '<p id="x">Here</p><button>New</button></main>')
        stage.page.route("**/x", lambda route: route.fulfill(body=body, content_type="text/html"))
        stage.open("x")
    chunk = compile_preview(document).languages["en"]
    walked = stage.page.evaluate(WALK, {**chunk, "key": document["key"], "name": "Any"})
    assert walked["left"]
    assert set(walked["seen"]) <= {step["id"] for step in document["steps"]}
    assert walked["seen"], "the first step is shown"
