"""A real `handrail serve` in a process of its own."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HANDRAIL = [str(Path(sys.executable).parent / "handrail")]
PATIENCE_S = 60


@dataclass
class Running:
    """A server that answers at `url`."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str) -> tuple[int, bytes]:
        with urlopen(self.url + path, timeout=20) as response:
            return response.status, response.read()


def handrail(*arguments: object, check: bool = True, **more: object) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    command = [*HANDRAIL, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=check, env=clean_environment(), **more
    )  # type: ignore[call-overload, no-any-return]


def clean_environment(**more: str) -> dict[str, str]:
    """The variables of this process without Handrail's own."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HANDRAIL_")} | more


def set_up(data: Path) -> str:
    """Make a data directory; return the first account's password."""
    return handrail("init", "--data", data, "--origin", "https://app.example.com").stdout.strip()


@contextmanager
def serving(data: Path, *options: str, command: list[str] | None = None, **variables: str) -> Iterator[Running]:
    """Serve a data directory on a free port for the block."""
    process = subprocess.Popen(
        [*(command or HANDRAIL), "serve", "--data", str(data), "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=clean_environment(**variables),
    )  # fmt: skip
    try:
        running = Running(process, address_of(process))
        await_answer(running)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE_S)
        if process.stdout:
            process.stdout.close()


def address_of(process: subprocess.Popen[str]) -> str:
    """Wait for the line that says where it serves."""
    assert process.stdout
    ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
    line = process.stdout.readline() if ready else ""
    found = re.search(r"http://\S+", line)
    assert found, f"the server said {line!r} and ended with {process.poll()}"
    return found.group(0)


def await_answer(running: Running) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert running.process.poll() is None, f"the server ended with {running.process.returncode}"
        try:
            if running.get("/healthz")[0] == 200:
                return
        except (URLError, ConnectionError, TimeoutError):
            select.select([], [], [], 0.05)
    raise AssertionError("the server did not answer")
