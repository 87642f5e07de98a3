"""A running `handrail demo` for tests: real processes on free ports, with a clock that the test moves."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

START_S = 60.0


@dataclass
class Demo:
    """Addresses without a slash at the end, and the demo's account."""

    cms: str
    host: str
    email: str
    password: str
    data: Path
    clock_file: Path
    process: subprocess.Popen[bytes]

    def move_clock(self, *, minutes: int) -> None:
        """Move the server's clock forward from the machine's time."""
        self.clock_file.write_text(str(minutes * 60_000))

    def sign_in(self, page: Page) -> None:
        """Sign in as the demo's author through the sign-in page."""
        page.goto(f"{self.cms}/sign-in")
        page.get_by_label("E-mail address").fill(self.email)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Start a demo on a free pair of ports and stop it at the end; its data and its log stay in the folder."""
    clock_file, log = folder / "clock", folder / "demo.log"
    environment = {**os.environ, "HANDRAIL_CLOCK_FILE": str(clock_file), "PYTHONUNBUFFERED": "1"}
    command = [str(Path(sys.executable).parent / "handrail"), "demo", "--port", "0", "--data", str(folder / "data")]
    with log.open("w") as output:
        process = subprocess.Popen([*command, *options], stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        words = _wait_until_ready(process, log)
        host, cms = re.findall(r"(http://127\.0\.0\.1:\d+)/\s", words)[:2]
        email, password = re.findall(r"(?:sign in with|password)\s+(\S+)", words)
        yield Demo(cms, host, email, password, folder / "data", clock_file, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return what the demo said once it has said how to end it."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        words = log.read_text()
        if "Ctrl-C" in words:
            return words
        time.sleep(0.05)
    raise AssertionError(f"The demo did not start within {START_S:.0f} s:\n{log.read_text()}")
