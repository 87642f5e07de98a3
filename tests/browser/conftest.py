"""Fixtures of the tests that play guides on the pages of `pages/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.stage import Stage, new_context, serve_pages


@pytest.fixture(scope="session")
def pages_address() -> Iterator[str]:
    """Where the awkward pages are served."""
    with serve_pages() as address:
        yield address


@pytest.fixture
def new_stage(chromium: Browser, pages_address: str) -> Iterator[Callable[..., Stage]]:
    """Make stages with browser options of their own (`viewport`, `color_scheme`, `has_touch`, …)."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Stage:
        contexts.append(new_context(chromium, **options))
        contexts[-1].set_default_timeout(5_000)
        return Stage(contexts[-1].new_page(), pages_address)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def stage(new_stage: Callable[..., Stage]) -> Iterator[Stage]:
    """A stage of 1000 by 640; the test fails where the page or its console complains."""
    stage = new_stage()
    yield stage
    stage.expect_quiet()
