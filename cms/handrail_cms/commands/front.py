"""The way into a served process: batches of events go straight to the intake, everything else to Flask.

A batch waits for the disk, not for the processor: here it waits as a future, where a WSGI server
would hold a thread for it, and a whole group of them is answered at once. Whatever is not taken
goes on to Flask with its error, so that errors are told in one place.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from typing import Any, Final

import orjson
from handrail_guides.errors import HandrailError

from handrail_cms.commands.wsgi_bridge import WsgiBridge, address_of
from handrail_cms.intake import MAX_BODY_BYTES
from handrail_cms.routes.collect import ERROR, EVENTS_ROUTE, Arrival, Doors

_SLACK_BYTES: Final = 65_536


class Front:
    """The RSGI application of one process, on the Flask application that `create_app` built."""

    def __init__(self, app: Any) -> None:
        self._doors: Doors = app.extensions["handrail.doors"]
        self._metrics = app.extensions["handrail.metrics"]
        config = self._doors.services.config
        self._proxies = config.proxies
        most_bytes: int = app.config["MAX_CONTENT_LENGTH"]
        self._flask = WsgiBridge(app, config.threads, most_bytes + _SLACK_BYTES)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take what is loaded out of the collector's rounds: the intake costs a sixth less CPU (three runs)."""
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        public_key = _key_of_events(scope)
        headers: Any = scope.headers if public_key is not None else {}  # each reading makes a copy
        if public_key is None or not _says_its_length(headers):
            await self._flask(scope, proto)
            return
        began = time.perf_counter()
        body = await proto()
        origin = headers.get("origin")
        arrival = Arrival(public_key, origin, self._address(scope), headers.get("content-encoding"), body)
        try:
            told = await self._doors.post(arrival, asyncio.get_running_loop())
        except HandrailError as error:
            await self._flask.answer(scope, proto, body, **{ERROR: error})
            return
        self._metrics.count("POST", EVENTS_ROUTE, 202, time.perf_counter() - began)
        proto.response_bytes(202, _headers(origin), orjson.dumps(told))

    def _address(self, scope: Any) -> str:
        """Return the visitor's address, told by the nearest of the proxies that are trusted."""
        if self._proxies:
            named = [value for name, value in scope.headers.items() if name == "x-forwarded-for"]
            hops = [hop.strip() for hop in ",".join(named).split(",") if hop.strip()]
            if len(hops) >= self._proxies:
                return hops[-self._proxies]
        return address_of(scope)


def _key_of_events(scope: Any) -> str | None:
    """Return the key in the path of a batch of events; None for all else."""
    if scope.method != "POST" or scope.proto != "http":
        return None
    parts = scope.path.split("/")
    return parts[2] if len(parts) == 4 and parts[1] == "v1" and parts[3] == "events" else None


def _says_its_length(headers: Any) -> bool:
    """Say whether a body's length is known before it is read, and not too large."""
    length = headers.get("content-length") or ""
    return length.isdecimal() and len(length) < 8 and int(length) <= MAX_BODY_BYTES


def _headers(origin: str | None) -> list[tuple[str, str]]:
    headers = [
        ("Content-Type", "application/json"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", f"{random.getrandbits(128):032x}"),
    ]
    if origin:
        headers += [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]
    return headers
