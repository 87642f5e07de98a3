"""`handrail demo`: the server beside an example application whose guides run, each in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import types
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handrail_cms.errors import NotThere

if TYPE_CHECKING:
    from handrail_cms.demo import Demo

HOST = "127.0.0.1"
CROWD_META = "demo_crowd"
START_S = 30.0
STOP_S = 10.0


class _Stop(BaseException):
    """Somebody asked the demo to end."""


@click.command("demo")
@click.option(
    "--port",
    type=click.IntRange(0, 65534),
    default=8000,
    show_default=True,
    help="Of Handrail; the example is on the next one. 0: any free pair.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("handrail-demo"),
    show_default=True,
    help="Where the demo keeps its data.",
)
@click.option(
    "--crowd",
    type=click.IntRange(0, 100_000),
    default=0,
    show_default=True,
    help="Send this many scripted visitors, marked as simulated.",
)
def demo_command(port: int, data: Path, crowd: int) -> None:
    """Serve Handrail beside an example application with guides to try, on loopback, until Ctrl-C."""
    port = _free_pair() if port == 0 else port
    for one in (port, port + 1):
        _refuse_taken(one)
    with _stoppable():
        try:
            _run(port, data, crowd)
        except _Stop:
            click.echo("\nThe demo has ended. Its data stays in " + str(data) + ".")


def _run(port: int, data: Path, crowd: int) -> None:
    from handrail_cms import demo
    from handrail_cms.config import load_config
    from handrail_cms.services import open_services

    cms, host = f"http://{HOST}:{port}", f"http://{HOST}:{port + 1}"
    config = load_config(data=data, host=HOST, port=port)
    services = open_services(config, create=True)
    try:
        made = demo.prepare(services, [host, f"http://localhost:{port + 1}"])
        if crowd:
            services.content.apps.set_meta(demo.MARK_META, "simulated")
        first = crowd and not services.content.apps.meta(CROWD_META)
        now_ms = services.clock.now_ms()
    finally:
        services.close()
    ledger = {
        "LEDGER_HANDRAIL_SERVER": cms,
        "LEDGER_HANDRAIL_ENV": made.environment.public_key,
        "LEDGER_HANDRAIL_SECRET": made.secret,
        "PYTHONPATH": str(demo.ledger().parent),
    }
    serve = [sys.executable, "-c", "from handrail_cms.cli import main; main()", "serve"]
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--log-level", "error",
               "--host", HOST, "--port", str(port + 1), "ledger.app:create_app"]  # fmt: skip
    with _process(serve, config.as_environment()) as server, _process(granian, ledger) as example:
        _await(server, f"{cms}/healthz", "Handrail")
        _await(example, f"{host}/settings", "the example application")
        if first:
            _send_crowd(cms, made, crowd, now_ms)
            services = open_services(config)
            services.content.apps.set_meta(CROWD_META, str(crowd))
            services.close()
        _greet(cms, host, made.password, crowd)
        _stay({"Handrail": server, "the example application": example})


def _send_crowd(cms: str, made: Demo, people: int, now_ms: int) -> None:
    from handrail_cms import crowd, demo

    habits = crowd.read_habits((demo.ledger() / "crowd.json").read_text(encoding="utf-8"))
    visits = crowd.plan(habits, made.guides, people, now_ms)
    with click.progressbar(length=len(visits), label="Simulated visits", file=sys.stderr) as bar:
        crowd.send(cms, made.environment.public_key, visits, made.guides, lambda done: bar.update(1))


def _greet(cms: str, host: str, password: str, crowd: int) -> None:
    from handrail_cms.demo import EMAIL

    mark = "?mark=simulated" if crowd else ""
    click.echo(f"""
  The example application   {host}/
  Handrail                  {cms}/
    sign in with            {EMAIL}
    password                {password}
  Where people drop off     {cms}/guides/first-invoice/report{mark}
""")
    if crowd:
        click.echo(f"  The report counts {crowd} simulated visitors, spread over the last 14 days; no real people.\n")
    click.echo("  Ctrl-C ends the demo.")


def _stay(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise NotThere(f"{name} has ended by itself (exit code {process.returncode}).")
        time.sleep(0.2)


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Generator[subprocess.Popen[bytes]]:
    """Run a process in a group of its own, so that Ctrl-C reaches it once, through us; end it with the block."""
    process = subprocess.Popen(command, env=os.environ | environment, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def _stoppable() -> Generator[None]:
    """Turn SIGINT and SIGTERM into `_Stop`, once: a second one must not interrupt the tidying up."""

    def stop(_number: int, _frame: types.FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise _Stop

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _await(process: subprocess.Popen[bytes], address: str, name: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotThere(f"{name} did not start (exit code {process.returncode}); its words are above.")
        try:
            with opener.open(address, timeout=2):
                return
        except urllib.error.HTTPError as error:
            raise NotThere(f"{name} answers {error.code} at {address}.") from None
        except OSError:
            time.sleep(0.05)
    raise NotThere(f"{name} did not answer at {address} within {START_S:.0f} seconds.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise NotThere(
                f"Port {port} is taken. Choose another with --port; the example needs the one after it."
            ) from None


def _free_pair() -> int:
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind((HOST, 0))
            port = first.getsockname()[1]
            if port > 65534:
                continue
            try:
                second.bind((HOST, port + 1))
            except OSError:
                continue
            return port
    raise NotThere("No two free ports beside each other were found. Name one with --port.")
