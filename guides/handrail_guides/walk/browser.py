"""Find and start Chromium: Playwright's own where it is installed, Debian's package otherwise.

Imports Playwright where it is used, so that `--ensure` can say plainly what is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

SYSTEM_CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
QUIET_FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path(playwright: Playwright) -> str | None:
    """Return the path of a browser to start, or None where there is none.

    `HANDRAIL_CHROMIUM` names one outright and wins.
    """
    named = os.environ.get("HANDRAIL_CHROMIUM")
    candidates = ([named] if named else []) + [playwright.chromium.executable_path, *SYSTEM_CHROMIUM]
    return next((path for path in candidates if path and Path(path).exists()), None)


def launch_chromium(playwright: Playwright, **options: Any) -> Browser:
    """Start headless Chromium with the flags that keep it quiet on a closed network.

    Raises FileNotFoundError, with the mend, where no browser is installed.
    """
    path = chromium_path(playwright)
    if path is None:
        raise FileNotFoundError(
            "No Chromium found. Install it: playwright install chromium, or apt-get install chromium."
        )
    return playwright.chromium.launch(executable_path=path, args=[*QUIET_FLAGS, *options.pop("args", [])], **options)


def _ensure() -> int:
    """Install a browser where there is none; return the exit code."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        if chromium_path(playwright):
            return 0
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if shutil.which("apt-get") and (not root or shutil.which("sudo")):
        attempts = [
            [*root, "apt-get", "update", "-qq"],
            [*root, "apt-get", "install", "-y", "-qq", "chromium"],
            *attempts,
        ]
    for command in attempts:
        print("No browser for the tests yet:", " ".join(command), flush=True)
        subprocess.run(command, check=False)
        with sync_playwright() as playwright:
            if chromium_path(playwright):
                return 0
    print(
        "No browser could be installed. Ask whoever may to run “apt-get install chromium”, or run “playwright install "
        "chromium” where it can reach the network. “make demo” needs none.",
        file=sys.stderr,
    )
    return 3


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Find a Chromium for the walker and the tests.")
    parser.add_argument("--ensure", action="store_true", help="install one where there is none")
    sys.exit(_ensure() if parser.parse_args().ensure else 0)
