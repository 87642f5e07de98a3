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
from pathlib import Path

from playwright.sync_api import Page

START_S = 60.0
HANDRAIL = str(Path(sys.executable).parent / "handrail")


class Demo:
    """One demo and its data; it can be stopped and started again at the same addresses."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.data = folder / "data"
        self._clock_file = folder / "clock"
        self._log = folder / "demo.log"
        self._options = options
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.cms = self.host = self.email = self.password = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to share the demo's clock."""
        return {**os.environ, "HANDRAIL_CLOCK_FILE": str(self._clock_file), "PYTHONUNBUFFERED": "1"}

    def start(self) -> None:
        """Start both servers and wait until they answer."""
        command = [HANDRAIL, "demo", "--port", str(self._port), "--data", str(self.data), *self._options]
        with self._log.open("w") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=self.environment)
        words = self._wait_until_ready(self._process)
        self.host, self.cms = re.findall(r"(http://127\.0\.0\.1:\d+)/\s", words)[:2]
        self.email, self.password = re.findall(r"(?:sign in with|password)\s+(\S+)", words)
        self._port = int(self.cms.rsplit(":", 1)[1])

    def stop(self) -> None:
        """End both servers as Ctrl-C does."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)
            self._process = None

    def move_clock(self, *, minutes: int) -> None:
        """Move the server's clock forward from the machine's time."""
        self._clock_file.write_text(str(minutes * 60_000))

    def sign_in(self, page: Page) -> None:
        """Sign in as the demo's author through the sign-in page, whatever the browser's language."""
        page.goto(f"{self.cms}/sign-in?lang=en")
        page.get_by_label("E-mail address").fill(self.email)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> str:
        """Return what the demo said once it has said how to end it."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and process.poll() is None:
            words = self._log.read_text()
            if "Ctrl-C" in words:
                return words
            time.sleep(0.05)
        raise AssertionError(f"The demo did not start within {START_S:.0f} s:\n{self._log.read_text()}")


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[Demo]:
    """Start a demo on a free pair of ports and stop it at the end; its data and its log stay in the folder."""
    demo = Demo(folder, *options)
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()
