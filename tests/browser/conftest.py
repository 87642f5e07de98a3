"""Fixtures of the tests that play guides on the pages of `pages/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.site import Site, Visit, serve_site
from tests.browser.stage import Stage, new_context, serve_pages
from tests.demo import Demo, running_demo


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


@pytest.fixture
def site() -> Iterator[Site]:
    """A host application with Handrail's delivery and a collector that keeps what it is sent."""
    with serve_site() as site:
        yield site


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """One visitor's browser; its tabs share what it keeps."""
    context = new_context(chromium)
    context.set_default_timeout(5_000)
    yield context
    context.close()


@pytest.fixture
def visit(visitor: BrowserContext, site: Site) -> Iterator[Visit]:
    """A tab on the site; the test fails where the page or its console complains."""
    visit = Visit(visitor, site)
    yield visit
    assert visit.problems == []


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One running demo for all tests of a process; a test that stops or moves it starts its own."""
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo
