"""The visitor's language, and what is taken where a guide does not have it: docs/widget.md states the chain."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import SCRIPT, Site, Visit, two_steps
from tests.browser.stage import new_context

pytestmark = pytest.mark.browser


def translated(*languages: str) -> dict[str, Any]:
    """Return a guide in English and these languages; its title names the language."""
    guide = two_steps(first={"title": "en"})
    guide["translations"] = {each: {"steps.first.title": {"text": each, "of": "en"}} for each in languages}
    return guide


# covers W14
@pytest.mark.parametrize(
    ("page", "browser", "has", "told"),
    [
        ("ko", "en-US", ("ko", "de"), "ko"),
        ("ko-KR", "en-US", ("ko",), "ko"),
        ("de-AT", "en-US", ("de", "de-AT"), "de-AT"),
        ("de-CH", "en-US", ("de", "de-AT"), "de"),
        ("ja", "ko-KR", ("ko", "de"), "ko"),
        ("nb", "ko-KR", ("ko", "da"), "da"),
        ("ja", "fr-FR", ("ko",), "en"),
        ("pt-BR", "fr-FR", ("pt-PT",), "en"),
    ],
    ids=[
        "the page's",
        "shortened",
        "its region",
        "another region's language",
        "the browser's",
        "the environment's fallback before the browser's",
        "the guide's own",
        "no other region",
    ],
)
def test_texts_are_in_the_language_that_the_chain_gives(
    site: Site, chromium: Browser, page: str, browser: str, has: tuple[str, ...], told: str
) -> None:
    site.publish(translated(*has), fallback={"nb": ["da"]})
    site.head = f"<script>document.documentElement.lang = '{page}'</script>{SCRIPT}"
    context = new_context(chromium, locale=browser)
    visit = Visit(context, site).open("/a")
    visit.see("first")
    expect(visit.host.locator("#title")).to_have_text(told)
    expect(visit.host.locator(".frame")).to_have_attribute("lang", told)
    context.close()
