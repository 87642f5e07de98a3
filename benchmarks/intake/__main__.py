"""Server CPU per intake request, beside a Flask no-op POST of the same body under the same server.

    .venv/bin/python -m benchmarks.intake [--seconds 8] [--rounds 3] [--connections 32,256]

Needs wrk. Rounds alternate between the two, so that a busy machine troubles both alike; the ratio is that of
the sums. Limits: single events 2.0, batches of ten 3.0, of fifty 4.0; no errors.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handrail_cms.config import load_config
from handrail_cms.services import open_services
from handrail_cms.storage.events import open_event_store

LIMITS = {1: 2.0, 10: 3.0, 50: 4.0}
HERE = Path(__file__).parent


@dataclass
class Sum:
    """What several rounds of one server add up to."""

    cpu_s: float = 0.0
    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    p99_ms: list[float] = field(default_factory=list)

    @property
    def cpu_us(self) -> float:
        return self.cpu_s / self.requests * 1e6


def main() -> int:
    """Run every size at every number of connections; return 1 where a limit is not kept."""
    options = _options()
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt install wrk")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        key = _prepare(Path(folder))
        settings = {"HANDRAIL_DATA": folder, "HANDRAIL_COLLECT_LIMIT": "1000000", "HANDRAIL_LOG_LEVEL": "warning",
                    "HANDRAIL_COLLECT_KEY_LIMIT": "1000000", "HANDRAIL_SYNCHRONOUS": options.synchronous}  # fmt: skip
        no_op, no_op_port = _start(["-m", "benchmarks.intake.server"], {})
        intake, intake_port = _start(["-c", "from handrail_cms.cli import main; main()", "serve", "--port"], settings)
        try:
            addresses = {
                "no-op": (no_op, f"http://127.0.0.1:{no_op_port}/events"),
                "intake": (intake, f"http://127.0.0.1:{intake_port}/v1/{key}/events"),
            }
            kept = [
                _compare(addresses, size, connections, options)
                for size in options.sizes
                for connections in options.connections
            ]
        finally:
            for process in (no_op, intake):
                process.terminate()
                process.wait()
        return max([0 if all(kept) else 1, _check(Path(folder))])


def _options() -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    numbers = lambda text: [int(part) for part in text.split(",")]  # noqa: E731
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=numbers, default=[32, 256])
    parser.add_argument("--sizes", type=numbers, default=[1, 10, 50])
    parser.add_argument("--synchronous", choices=("full", "normal"), default="full")
    return parser.parse_args()


def _prepare(folder: Path) -> str:
    services = open_services(load_config({}, data=folder), create=True)
    app = services.content.apps.create("bench", "Bench")
    key = services.content.apps.create_environment(
        app.id, "production", "Production", origins=["http://localhost"]
    ).public_key
    services.close()
    return key


def _start(command: list[str], settings: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on a free port, which is the last word of its command."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, *command, str(port)], env={**os.environ, **settings},
                               stdout=subprocess.DEVNULL)  # fmt: skip
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1)
        except urllib.error.HTTPError:
            return process, port
        except OSError:
            time.sleep(0.1)
        else:
            return process, port
    raise SystemExit("the server did not start")


def _compare(addresses: dict[str, Any], size: int, connections: int, options: Any) -> bool:
    sums = {name: Sum() for name in addresses}
    for number in range(options.rounds + 1):
        for name, (process, url) in addresses.items():
            _round(sums[name] if number else Sum(), process, url, size, connections, options.seconds if number else 2)
    ratio = sums["intake"].cpu_us / sums["no-op"].cpu_us
    for name, one in sums.items():
        print(f"  {name:7} {one.cpu_us:7.0f} µs CPU/request  {one.requests / one.seconds:7.0f} requests/s  "
              f"p99 {max(one.p99_ms):6.1f} ms  {one.errors} errors")  # fmt: skip
    kept = ratio <= LIMITS.get(size, 99) and not sums["intake"].errors
    verdict = "kept" if kept else "MISSED"
    print(
        f"batches of {size}, {connections} connections: ratio {ratio:.2f} (limit {LIMITS.get(size)}) {verdict}",
        flush=True,
    )
    return kept


def _round(total: Sum, process: subprocess.Popen[bytes], url: str, size: int, connections: int, seconds: int) -> None:
    environment = {
        **os.environ,
        "SIZE": str(size),
        "SEED": str(time.time_ns() % 10**9),
        "NOW": str(time.time_ns() // 10**6),
    }
    before = _cpu_s(process.pid)
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", str(HERE / "batches.lua"), url],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    time.sleep(0.3)
    total.cpu_s += _cpu_s(process.pid) - before
    result = json.loads(told.stdout.partition("RESULT ")[2].splitlines()[0])
    total.requests += result["requests"]
    total.errors += result["errors"]
    total.seconds += result["seconds"]
    total.p99_ms.append(result["p99_ms"])


def _cpu_s(pid: int) -> float:
    """Return the CPU time of a process and its children, user and kernel."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_cpu_s(int(child)) for child in children)


def _check(folder: Path) -> int:
    """Prove that what was counted under load is right."""
    store = open_event_store(folder / "events.db")
    size = store.size()
    differences = store.check(time.time_ns() // 1_000_000)
    print(f"{size['events']} events in {size['runs']} runs, {size['bytes'] / max(1, size['events']):.0f} bytes each; "
          f"{len(differences)} cells differ from a recount")  # fmt: skip
    store.close()
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
