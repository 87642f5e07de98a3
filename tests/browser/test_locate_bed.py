"""Capture and locate on every page of the locating benchmark's bed: a target stays small, and finds its own element."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.test_locate import HOST, module_text

__all__ = ["module_text"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]

BED = Path(__file__).parents[2] / "benchmarks" / "locate"
EACH = 25
"""So many elements of each page, evenly through the document."""
# What a person could point at: it is drawn, and it can be used or it says something itself.
LOOK = """most => {
    const acting = "a,button,input,select,textarea,summary,label,th,h1,h2,h3,[role],[tabindex]";
    const drawn = one => {
        const { width, height } = one.getBoundingClientRect();
        return one.checkVisibility({ visibilityProperty: true }) && width * height > 0;
    };
    const all = __elements.filter(one => one?.isConnected && one.matches(acting) && drawn(one));
    const step = Math.max(1, Math.floor(all.length / most));
    return all.filter((_, place) => place % step === 0).map(one => {
        const target = locating.capture(one);
        const { element } = locating.locate(target, document);
        return {
            bytes: new TextEncoder().encode(JSON.stringify(target)).length,
            wrong: !!element && element !== one && !element.contains(one) && !one.contains(element),
            told: `${one.localName} ${JSON.stringify(target)}`,
        };
    });
}"""


def pages_of(name: str) -> list[tuple[str, Any]]:
    taken = json.loads(gzip.decompress((BED / "snapshots" / f"{name}.json.gz").read_bytes()))
    return [(f"{name} {side} {key}", page) for side in ("old", "new") for key, page in taken[side].items()]


# covers L1, L2
@pytest.mark.parametrize("name", sorted(path.name.split(".")[0] for path in (BED / "snapshots").glob("*.gz")))
def test_a_target_is_small_and_never_finds_another_element_of_its_own_page(
    context: BrowserContext, module_text: str, name: str
) -> None:
    for where, taken in pages_of(name):
        page = context.new_page()
        page.route(f"{HOST}/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        page.route(f"{HOST}/locate.mjs", lambda route: route.fulfill(body=module_text, content_type="text/javascript"))
        page.goto(HOST)
        page.evaluate((BED / "pages" / "rebuild.js").read_text() + "\n;0")
        page.evaluate("snapshot => __rebuild(snapshot)", taken)
        page.evaluate("import('/locate.mjs').then(module => { window.locating = module })")
        looked = page.evaluate(LOOK, EACH)
        assert looked, where
        assert [one["told"] for one in looked if one["bytes"] > 1000] == [], where
        assert [one["told"] for one in looked if one["wrong"]] == [], where
        page.close()
