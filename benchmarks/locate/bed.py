"""The applications of the bed: install a version, start it, drive it to a page.

Each file of `apps/` describes one application in two released versions. Installs go into a cache folder outside
the repository, with an environment of their own; nothing of them is imported here.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("HANDRAIL_BENCH_CACHE", Path.home() / ".cache" / "handrail-locate"))
START_TIMEOUT_S = 90
#: A proxy on a closed port: update checks and telemetry of the applications fail at once.
CLOSED_PROXY = "http://127.0.0.1:9"

App = dict[str, Any]


def load_app(name: str) -> App:
    """Read the description of one application."""
    return json.loads((HERE / "apps" / f"{name}.json").read_text())


def app_names() -> list[str]:
    """List the applications of the split, tuning first."""
    split = json.loads((HERE / "split.json").read_text())
    return [name for name in (*split["tuning"], *split["held_out"]) if (HERE / "apps" / f"{name}.json").exists()]


def version_of(app: App, version: str) -> App:
    """Return the application's settings with those of one version laid over them."""
    own = app["versions"][version]
    return {**app, **own, "pages": {**app["pages"], **own.get("pages", {})}}


def install(name: str, version: str, app: App) -> Path:
    """Install one version into the cache, once, and return its folder."""
    folder = CACHE / f"{name}-{version}"
    if (folder / ".ok").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    own = app["versions"][version]
    if "pip" in own:
        _install_pip(folder, own)
    else:
        _install_npm(folder, own)
    (folder / ".ok").touch()
    return folder


def _install_pip(folder: Path, own: App) -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}") or "uv"
    subprocess.run([uv, "venv", "-q", "--clear", "--seed", "-p", "python3.11", str(folder)], check=True)
    pins = [*own["pip"]]
    if "override" in own:
        overrides = folder / "overrides.txt"
        overrides.write_text("\n".join(own["override"]))
        pins += ["--override", str(overrides)]
    subprocess.run([uv, "pip", "install", "-q", "-p", str(folder / "bin" / "python"), *pins], check=True)


def _install_npm(folder: Path, own: App) -> None:
    manifest = {"private": True, "overrides": own.get("override", {})}
    (folder / "package.json").write_text(json.dumps(manifest))
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *own["npm"]], cwd=folder, check=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(folder: Path, data: Path) -> dict[str, str]:
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), CLOSED_PROXY)
    kept = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ}
    path = f"{folder / 'bin'}{os.pathsep}{kept['PATH']}"
    return {
        **kept,
        **proxies,
        "PATH": path,
        "HOME": str(data),
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONWARNINGS": "ignore",
    }


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address, timeout=3).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while not _answers(address):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"{address} does not answer:\n{log.read_text()[-2000:]}")
        time.sleep(0.3)


@contextlib.contextmanager
def running(name: str, version: str) -> Iterator[str]:
    """Start one version in a fresh data folder; yield its address."""
    app = load_app(name)
    folder = install(name, version, app)
    own = version_of(app, version)
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="handrail-bed-", ignore_cleanup_errors=True) as place:
        data = Path(place)
        names = {
            "py": str(folder / "bin" / "python"),
            "bin": str(folder / "bin"),
            "node": shutil.which("node") or "node",
            "nm": str(folder / "node_modules"),
            "data": place,
            "port": str(port),
            "base": f"http://127.0.0.1:{port}",
        }
        environment = _environment(folder, data)
        for path, text in own.get("files", {}).items():
            (data / path).parent.mkdir(parents=True, exist_ok=True)
            (data / path).write_text(_filled(text, names))
        for command in own.get("setup", []):
            _run(command, names, data, environment)
        log = data / "server.log"
        with log.open("wb") as out:
            command = [_filled(part, names) for part in own["start"]]
            process = subprocess.Popen(
                command, cwd=data, env=environment, stdout=out, stderr=out, start_new_session=True
            )
            try:
                _wait_until_ready(process, names["base"] + own.get("ready", "/"), log)
                yield names["base"]
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _filled(part: str, names: dict[str, str]) -> str:
    for key, value in names.items():
        part = part.replace("{" + key + "}", value)
    return part


def _run(command: list[str], names: dict[str, str], data: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [_filled(part, names) for part in command], cwd=data, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stdout[-1000:]}{done.stderr[-2000:]}")


def drive(page: Any, base: str, steps: list[list[Any]]) -> None:
    """Carry out small steps in a Playwright page: goto, fill, click, press, hover, wait, sleep (milliseconds)."""
    for verb, *rest in steps:
        if verb == "goto":
            page.goto(base + rest[0], wait_until="load")
        elif verb == "fill":
            page.locator(rest[0]).fill(rest[1])
        elif verb == "click":
            page.locator(rest[0]).first.click()
        elif verb == "hover":
            page.locator(rest[0]).first.hover()
        elif verb == "press":
            page.keyboard.press(rest[0])
        elif verb == "wait":
            page.locator(rest[0]).first.wait_for()
        elif verb == "sleep":
            page.wait_for_timeout(rest[0])
        else:
            raise ValueError(f"unknown step {verb!r}: goto, fill, click, hover, press, wait or sleep")
