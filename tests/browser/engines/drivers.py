"""Two more engines behind the same five words: open, evaluate, click, press, close."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parent.parent.parent.parent
FIREFOX = ("firefox-esr", "firefox")
MINI_BROWSERS = (
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
)


class Engine(Protocol):
    """One browser window of 1000 by about 600 pixels."""

    def open(self, url: str) -> None:
        """Load a page."""
        ...

    def evaluate(self, script: str) -> Any:
        """Evaluate an expression in the page, and its promise."""
        ...

    def click(self, x: float, y: float) -> None:
        """Click with a real pointer, in pixels of the viewport."""
        ...

    def press(self, key: str) -> None:
        """Press a key: Tab, Enter, Escape."""
        ...

    def close(self) -> None:
        """End the browser."""
        ...


def missing(name: str) -> str | None:
    """Say what has to be installed for an engine, or None."""
    if name == "firefox":
        found = next(filter(None, map(shutil.which, FIREFOX)), None)
        return None if found else "Firefox is not installed: apt-get install firefox-esr"
    for program, package in (("WebKitWebDriver", "webkit2gtk-driver"), ("Xvfb", "xvfb")):
        if not shutil.which(program):
            return f"{program} is not installed: apt-get install {package}"
    return None if _mini_browser() else "MiniBrowser is not installed: apt-get install webkit2gtk-driver"


def start(name: str) -> Engine:
    """Start an engine: `firefox` or `webkit`."""
    return Firefox() if name == "firefox" else WebKit()


class Firefox:
    """Firefox through puppeteer-core, over WebDriver BiDi: Debian has no geckodriver."""

    def __init__(self) -> None:
        path = next(filter(None, map(shutil.which, FIREFOX)))
        command = ["node", str(Path(__file__).parent / "firefox.mjs"), path]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.version = self._answer()["ready"]

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("Firefox did not start, or ended")
        return json.loads(line)

    def _tell(self, command: str, **given: Any) -> Any:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"command": command, **given}) + "\n")
        answer = self._answer()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]

    def open(self, url: str) -> None:
        self._tell("open", url=url)

    def evaluate(self, script: str) -> Any:
        return self._tell("evaluate", script=script)

    def click(self, x: float, y: float) -> None:
        self._tell("click", x=x, y=y)

    def press(self, key: str) -> None:
        self._tell("press", key=key)

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


class _Display(AbstractContextManager["_Display"]):
    """An X server without a screen, on a number that it chooses itself."""

    def __init__(self) -> None:
        read, write = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1100x800x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as pipe:
            self.name = f":{pipe.readline().strip()}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)


class WebKit:
    """WebKitGTK's MiniBrowser through its own WebDriver."""

    def __init__(self) -> None:
        from selenium import webdriver
        from selenium.webdriver.webkitgtk.options import Options
        from selenium.webdriver.webkitgtk.service import Service

        self._display = _Display()
        options = Options()
        options.binary_location = str(_mini_browser())
        options.add_argument("--automation")
        # Not in a sandbox of its own where root runs it, in a container.
        environment = {**os.environ, "DISPLAY": self._display.name, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        service = Service(shutil.which("WebKitWebDriver"), env=environment)
        try:
            with warnings.catch_warnings():
                # Selenium's WebKitGTK driver still uses a call that Selenium itself calls old.
                warnings.simplefilter("ignore", DeprecationWarning)
                self._driver = webdriver.WebKitGTK(options=options, service=service)
        except BaseException:
            self._display.__exit__()
            raise
        self._driver.set_window_size(1000, 720)
        self._driver.set_script_timeout(30)
        self.version = f"WebKitGTK {self._driver.capabilities.get('browserVersion')}"

    def open(self, url: str) -> None:
        self._driver.get(url)

    def evaluate(self, script: str) -> Any:
        wrapped = f"const done = arguments[0]; Promise.resolve({script}).then(done, (e) => done('error: ' + e))"
        value = self._driver.execute_async_script(wrapped)
        if isinstance(value, str) and value.startswith("error: "):
            raise RuntimeError(value)
        return value

    def click(self, x: float, y: float) -> None:
        from selenium.webdriver import ActionChains

        actions = ActionChains(self._driver)
        actions.w3c_actions.pointer_action.move_to_location(round(x), round(y)).click()
        actions.perform()

    def press(self, key: str) -> None:
        from selenium.webdriver import ActionChains
        from selenium.webdriver.common.keys import Keys

        ActionChains(self._driver).send_keys(getattr(Keys, key.upper())).perform()

    def close(self) -> None:
        self._driver.quit()
        self._display.__exit__()


def _mini_browser() -> str | None:
    return next((path for path in MINI_BROWSERS if Path(path).exists()), None)


def wait_for(engine: Engine, script: str, seconds: float = 10) -> Any:
    """Wait until an expression is true in the page; return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = engine.evaluate(script)
        if value:
            return value
        time.sleep(0.05)
    raise TimeoutError(f"never true: {script}")
