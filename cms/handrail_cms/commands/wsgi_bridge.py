"""A WSGI application under RSGI, granian's own interface: each request runs in a thread of a bounded pool.

Bodies are bounded before they are read; answers that are longer than a piece are sent piece by piece.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

_PIECE_BYTES: Final = 256 * 1024
_TOO_LARGE: Final = b'{"title": "The body is too large", "status": 413}'


class _Answer(NamedTuple):
    """What the application said; `rest` gives the pieces after the first, None where the body is whole."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    rest: Iterator[bytes] | None
    source: Iterable[bytes]


class WsgiBridge:
    """Answers RSGI requests by a WSGI application."""

    def __init__(self, application: WSGIApplication, threads: int, most_bytes: int) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="handrail-request")
        self._base: WSGIEnvironment = {
            **os.environ,
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SERVER_SOFTWARE": "granian",
            "SCRIPT_NAME": "",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": False,
            "wsgi.multithread": True,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    async def __call__(self, scope: Any, proto: Any) -> None:
        """Read the body, and answer."""
        body = await _read(proto, self._most_bytes)
        if body is None:
            proto.response_bytes(413, [("Content-Type", "application/problem+json")], _TOO_LARGE)
        else:
            await self.answer(scope, proto, body)

    async def answer(self, scope: Any, proto: Any, body: bytes, **more: Any) -> None:
        """Answer a request whose body is read already; `more` goes into the application's environment."""
        loop = asyncio.get_running_loop()
        environ = {**self._base, **environ_of(scope, body), **more}
        said = await loop.run_in_executor(self._pool, self._run, environ)
        if said.rest is None:
            proto.response_bytes(said.status, said.headers, said.body)
            return
        try:
            transport = proto.response_stream(said.status, said.headers)
            piece: bytes | None = said.body
            while piece is not None:
                await transport.send_bytes(piece)
                piece = await loop.run_in_executor(self._pool, next, said.rest, None)
        finally:
            await loop.run_in_executor(self._pool, _close, said.source)

    def _run(self, environ: WSGIEnvironment) -> _Answer:
        """Call the application and read as much of its answer as one piece holds."""
        told: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            told[:] = [int(status.split(" ", 1)[0]), headers]
            return _refuse_writing

        source = self._application(environ, start)
        pieces = iter(source)
        first: list[bytes] = []
        size = 0
        for piece in pieces:
            first.append(piece)
            size += len(piece)
            if size >= _PIECE_BYTES:
                return _Answer(told[0], told[1], b"".join(first), pieces, source)
        _close(source)
        return _Answer(told[0], told[1], b"".join(first), None, source)

    def close(self) -> None:
        """Let the requests that run finish."""
        self._pool.shutdown()


async def _read(proto: Any, most_bytes: int) -> bytes | None:
    """Return a request's body; None where it is too large, whatever its headers say."""
    pieces: list[bytes] = []
    size = 0
    async for piece in proto:
        size += len(piece)
        if size > most_bytes:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def environ_of(scope: Any, body: bytes) -> WSGIEnvironment:
    """Return the part of a WSGI environment (PEP 3333) that one request makes up."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": address_of(scope),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING") and "_" not in name:
            key = f"HTTP_{key}"
            joint = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ and key != "HTTP_HOST" else value
    return environ


def address_of(scope: Any) -> str:
    """Return the address of whoever sent a request, without the port."""
    return scope.client.rpartition(":")[0].strip("[]")


def _close(source: Iterable[bytes]) -> None:
    close = getattr(source, "close", None)
    if close is not None:
        close()


def _refuse_writing(_: bytes, /) -> None:
    raise NotImplementedError("This server takes the body that an application returns, not one that it writes.")
