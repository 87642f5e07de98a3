"""The two servers that are compared: Handrail's own application, and a Flask view that reads the body and answers."""

from __future__ import annotations

import sys
from typing import Any

from flask import Flask, Response, request


def no_op() -> Flask:
    """Build the peer: the least that a Flask application can do with a POST."""
    app = Flask("no_op")

    @app.post("/events")
    def events() -> Response:
        request.get_data()
        return Response(b'{"accepted": 1}', 202, mimetype="application/json")

    return app


def serve(target: str, port: int, threads: int) -> None:
    """Serve under granian with one worker, as `handrail serve` does."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    options: dict[str, Any] = {"backpressure": max(64, threads * 8), "blocking_threads": threads}
    Server(target, port=port, interface=Interfaces.WSGI, factory=True, workers=1, websockets=False,
           log_level=LogLevels.error, **options).serve()  # fmt: skip


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
