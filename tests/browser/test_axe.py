"""axe over every kind, language, direction, theme, scheme and viewport: a rotation of them always, all if slow."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looks import GERMAN, LANGUAGES, RICH, THEME
from tests.browser.stage import ROOT, Stage, at

pytestmark = pytest.mark.browser

NewStage = Callable[..., Stage]
KINDS = ("tour", "modal", "tooltip", "hotspot", "banner")
SCHEMES = ("light", "dark")
VIEWPORTS = ((1000, 640), (390, 700), (320, 256))
MORE = {"text": "More", "action": {"emit": "more"}}
AXE = """() => axe.run({ include: [["handrail-guide"]] })
    .then((result) => result.violations.map((each) => [each.id, each.nodes.map((node) => node.html)]))"""


def expect_clean(stage: Stage, kind: str, language: str, theme: dict[str, Any] | None) -> None:
    """Show a guide of the kind on its second step, where it has one, and let axe look at it."""
    texts = {"title": GERMAN, "body": RICH, "target": at("#search")}
    point = {**texts, "open": "load", "buttons": [MORE]}
    steps = ({}, texts, {}) if kind in ("tour", "modal") else (point,)
    stage.show(*steps, kind=kind, key=kind, **LANGUAGES[language], **({"theme": theme} if theme else {}))
    if len(steps) > 1:
        stage.button("next").click()
        stage.settle()
    expect(stage.popover).to_be_visible()
    assert stage.page.evaluate(AXE) == [], (kind, language, theme and theme["key"])
    stage.page.evaluate("() => handrail.stop()")
    expect(stage.host).to_have_count(0)


def axe_stage(new_stage: NewStage, scheme: str, viewport: tuple[int, int]) -> Stage:
    width, height = viewport
    stage = new_stage(color_scheme=scheme, viewport={"width": width, "height": height}, reduced_motion="reduce")
    stage.open("plain.html").page.add_script_tag(path=ROOT / "node_modules/axe-core/axe.min.js")
    return stage


# covers W13 W14 W15 W24
@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_any_kind(new_stage: NewStage, scheme: str, viewport: tuple[int, int]) -> None:
    stage = axe_stage(new_stage, scheme, viewport)
    turn = SCHEMES.index(scheme) * len(VIEWPORTS) + VIEWPORTS.index(viewport)
    for place, kind in enumerate(KINDS, turn):
        expect_clean(stage, kind, list(LANGUAGES)[place % len(LANGUAGES)], (None, THEME)[place % 3 % 2])


# covers W13 W14 W15 W24
@pytest.mark.slow
@pytest.mark.parametrize("viewport", VIEWPORTS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_the_whole_matrix(new_stage: NewStage, scheme: str, viewport: tuple[int, int]) -> None:
    stage = axe_stage(new_stage, scheme, viewport)
    for kind, language, theme in product(KINDS, LANGUAGES, (None, THEME)):
        expect_clean(stage, kind, language, theme)
