"""The way into a served process, over real HTTP: batches of events beside everything else."""

from __future__ import annotations

import gzip
import http.client
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from handrail_cms.config import load_config
from handrail_cms.services import open_services

from tests.collecting import NOW, body, run_events
from tests.server.running import Running, serving, set_up

PROXY = "203.0.113.{}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """A server behind one proxy that lets an address send ten requests, and the environment's key."""
    data = tmp_path_factory.mktemp("front") / "data"
    set_up(data)
    services = open_services(load_config({}, data=data))
    app = services.content.apps.all()[0]
    key = services.content.apps.environment(app.id, "production").public_key
    services.close()
    with serving(data, HANDRAIL_PROXIES="1", HANDRAIL_COLLECT_LIMIT="1", HANDRAIL_COLLECT_KEY_LIMIT="1000") as running:
        yield running, key


def _ask(
    served: tuple[Running, str], method: str, path: str, sent: Any = None, **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    host = served[0].url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=20)
    try:
        # an iterable goes out in chunks, without a length
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, sent, named, encode_chunked=not isinstance(sent, (bytes, type(None))))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def _batch(visitor: str = "somebody") -> bytes:
    return json.dumps(body(run_events(NOW, "show a"), NOW, visitor)).encode()


def _send(served: tuple[Running, str], sent: Any, address: str, **headers: str) -> tuple[int, dict[str, Any]]:
    response, told = _ask(served, "POST", f"/v1/{served[1]}/events", sent, X_Forwarded_For=address, **headers)
    return response.status, json.loads(told)


def test_a_batch_is_taken_however_it_is_sent(served: tuple[Running, str]) -> None:
    # covers E3
    plain = _batch()
    assert _send(served, plain, PROXY.format(1)) == (202, {"accepted": 2, "duplicates": 0, "rejected": []})
    assert _send(served, iter([plain[:100], plain[100:]]), PROXY.format(1))[1]["duplicates"] == 2
    assert _send(served, gzip.compress(plain), PROXY.format(1), Content_Encoding="gzip")[1]["duplicates"] == 2


def test_batches_that_come_together_are_answered_each_with_its_own(served: tuple[Running, str]) -> None:
    def one(number: int) -> tuple[int, dict[str, Any]]:
        events = run_events(NOW, *["show a"] * (number % 5))
        if number % 7 == 0:
            events[0]["type"] = "unheard_of"
        if number % 11 == 0:
            return _send(served, b"{", PROXY.format(20 + number))
        return _send(served, json.dumps(body(events, NOW, f"v{number}")).encode(), PROXY.format(20 + number))

    with ThreadPoolExecutor(20) as pool:
        told = list(pool.map(one, range(60)))
    for number, (status, answer) in enumerate(told):
        if number % 11 == 0:
            assert (status, answer["code"]) == (400, "json")
        else:
            bad = int(number % 7 == 0)
            assert (status, answer["accepted"], len(answer["rejected"])) == (202, number % 5 + 1 - bad, bad)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_in_words(served: tuple[Running, str], chunked: bool) -> None:
    large = b" " * (1024 * 1024 + 1)
    status, told = _send(served, iter([large]) if chunked else large, PROXY.format(2))
    assert status == 413
    assert told["status"] == 413


def test_a_body_without_end_is_not_kept(served: tuple[Running, str]) -> None:
    sent = 0

    def without_end() -> Iterator[bytes]:
        nonlocal sent
        while True:
            yield b" " * 1_000_000
            sent += 1
            assert sent < 1000

    with suppress(BrokenPipeError, ConnectionResetError):  # the server does not read to the end what it will not take
        assert _ask(served, "POST", "/sign-in", without_end(), Content_Type="text/plain")[0].status == 413
    assert _ask(served, "GET", "/healthz")[0].status == 200


def test_what_is_refused_is_refused_as_everywhere(served: tuple[Running, str]) -> None:
    response, _ = _ask(served, "POST", "/v1/pk_unknown/events", _batch(), X_Forwarded_For=PROXY.format(3))
    assert (response.status, response.getheader("Content-Type")) == (404, "application/problem+json")
    status, answer = _send(served, _batch(), PROXY.format(3), Origin="https://elsewhere.example")
    assert (status, answer["status"]) == (403, 403)
    response, _ = _ask(served, "POST", f"/v1/{served[1]}/events", _batch(), X_Forwarded_For=PROXY.format(3),
                       Origin="https://app.example.com")  # fmt: skip
    assert response.status == 202
    assert response.getheader("Access-Control-Allow-Origin") == "https://app.example.com"
    assert uuid.UUID(response.getheader("X-Request-Id"))


def test_requests_are_counted_by_the_address_that_the_nearest_proxy_tells(served: tuple[Running, str]) -> None:
    statuses = [_send(served, _batch(), f"198.51.100.{number}, 203.0.113.4")[0] for number in range(12)]
    assert statuses.count(429) >= 1
    assert statuses[:10] == [202] * 10
    assert _send(served, _batch(), PROXY.format(5))[0] == 202


def test_pages_files_and_errors_come_through_whole(served: tuple[Running, str]) -> None:
    response, page = _ask(served, "GET", "/sign-in?next=%2Fguides")
    assert response.status == 200
    assert b"/guides" in page
    head, nothing = _ask(served, "HEAD", "/sign-in")
    assert (head.status, nothing) == (200, b"")
    response, _ = _ask(served, "GET", "/nowhere/%ED%95%9C%20%C3%A9", Accept="application/json")
    assert response.status == 404
    assert response.getheader("X-Request-Id")
    response, script = _ask(served, "GET", "/widget/handrail.js")
    assert response.status == 200
    assert len(script) > 5000
    assert _ask(served, "GET", "/widget/handrail.js", If_None_Match=response.getheader("ETag") or "")[0].status == 304


def test_a_long_answer_comes_piece_by_piece_and_whole() -> None:
    import asyncio

    from handrail_cms.commands.wsgi_bridge import WsgiBridge

    pieces = [bytes([number]) * 100_000 for number in range(8)]
    closed: list[bool] = []

    class Pieces(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def application(environ: dict[str, Any], start: Any) -> Pieces:
        start("200 OK", [("X-Path", environ["PATH_INFO"])])
        return Pieces(pieces)

    sent: list[bytes] = []

    class Transport:
        async def send_bytes(self, piece: bytes) -> None:
            sent.append(piece)

    class Proto:
        def response_stream(self, status: int, headers: list[tuple[str, str]]) -> Transport:
            assert (status, headers) == (200, [("X-Path", "/é x".encode().decode("latin-1"))])
            return Transport()

    class Scope:
        method, path, query_string, http_version, scheme = "GET", "/%C3%A9%20x", "", "1.1", "http"
        server, client, authority, headers = "127.0.0.1:80", "[::1]:5", "example.com", {}

    bridge = WsgiBridge(application, 1, 1000)  # type: ignore[arg-type]
    # In a thread of its own: a browser test on the same worker may have a loop running in this one.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, bridge.answer(Scope(), Proto(), b"")).result()
    bridge.close()
    assert b"".join(sent) == b"".join(pieces)
    assert len(sent) > 1
    assert closed == [True]
