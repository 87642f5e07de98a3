"""The peer: a Flask view that reads the body of a POST and answers."""

from __future__ import annotations

import sys

from flask import Flask, Response, request


def no_op() -> Flask:
    """Build the peer: the least that a Flask application can do with a POST."""
    app = Flask("no_op")

    @app.post("/events")
    def events() -> Response:
        request.get_data()
        return Response(b'{"accepted": 1}', 202, mimetype="application/json")

    return app


def serve(port: int) -> None:
    """Serve it under granian with one worker: WSGI and eight threads, as a Flask application is served there."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server("benchmarks.intake.server:no_op", port=port, interface=Interfaces.WSGI, factory=True, workers=1,
           websockets=False, log_level=LogLevels.error, backpressure=64, blocking_threads=8).serve()  # fmt: skip


if __name__ == "__main__":
    serve(int(sys.argv[1]))
