"""As whom a draft is previewed: typical members of the segments, and what an author chose of them. No Flask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from handrail_guides.personas import typical
from handrail_guides.saying import say

from handrail_cms.errors import Refused
from handrail_cms.storage.records import Document, JsonObject

MOST_BYTES: Final = 8_192
MOST_MEMBERS: Final = 60
_TEXTS: Final = ("language", "theme", "scheme")


def members(segments: Sequence[Document], now: int) -> list[dict[str, Any]]:
    """Return a typical member of each segment, personas first, as the editor offers them."""
    rules: dict[str, Any] = {one.key: one.body.get("rule") or {"all": []} for one in segments}
    found = [typical({**one.body, "key": one.key, "name": one.name}, rules, now) for one in segments[:MOST_MEMBERS]]
    return [
        {
            "key": one.key, "name": one.name, "job": one.job, "traits": one.traits, "account": one.account,
            "language": one.language, "device": one.device, "fits": one.fits,
        }
        for one in sorted(found, key=lambda one: (not one.job, one.name.casefold()))
    ]  # fmt: skip


def read(text: str) -> JsonObject | None:
    """Return what an author chose, `traits`, `account`, `language`, `theme`, `scheme`; None where they chose nothing.

    Raises Refused for anything else.
    """
    if not text.strip():
        return None
    try:
        asked = json.loads(text) if len(text.encode()) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise Refused("persona", say("The persona cannot be read. Load the page again and choose once more."))
    chosen: JsonObject = asked  # pyright: ignore[reportUnknownVariableType]
    facts = {name: chosen[name] for name in ("traits", "account") if isinstance(chosen.get(name), dict)}
    texts = {name: chosen[name][:80] for name in _TEXTS if isinstance(chosen.get(name), str) and chosen[name]}
    return {**facts, **texts} or None
