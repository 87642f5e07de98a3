"""Pictures of a step, with its element marked. Needs Playwright."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from handrail_guides.walk.driver import Follower


def take(follower: Follower) -> bytes | None:
    """Take the viewport as a JPEG with a dashed line around the target; None while the page cannot be drawn."""
    from playwright.sync_api import Error

    try:
        follower.probe("outline")
        return follower.page.screenshot(type="jpeg", quality=55, timeout=4_000, animations="allow")
    except Error:
        return None
    finally:
        follower.probe("unmark")
