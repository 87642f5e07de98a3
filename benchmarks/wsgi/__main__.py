"""Handrail under granian, gunicorn (threads) and waitress: requests a second, slowest per cent, CPU per request.

    .venv/bin/python -m benchmarks.wsgi [--seconds 5] [--rounds 3] [--threads 4] [--connections 32]

Needs wrk, and pip for the peers (`requirements.txt`, put in a folder of their own). Every round runs all servers
one after the other on the same data, so that a busy machine troubles all alike; figures are sums over the rounds.
Limit: granian, the server that Handrail runs on, is not slower than the best peer by more than a tenth.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from handrail_cms import auth, environments, publish
from handrail_cms.commands.serving import free_port
from handrail_cms.config import load_config
from handrail_cms.services import open_services

HERE = Path(__file__).parent
APPLICATION = "handrail_cms.commands.serving:application"
LEAST_SHARE = 0.9


@dataclass
class Sum:
    """What the rounds of one server at one address add up to."""

    requests: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    errors: int = 0
    p99_ms: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def commands(options: argparse.Namespace, port: int) -> dict[str, list[str]]:
    """How each server is started with one process and the same number of threads."""
    here, threads = f"127.0.0.1:{port}", str(options.threads)
    python = sys.executable
    return {
        "granian": [python, "-m", "granian", "--interface", "wsgi", "--factory", "--port", str(port),
                    "--blocking-threads", threads, "--no-ws", "--log-level", "error", APPLICATION],
        "gunicorn": [python, "-m", "gunicorn", "-k", "gthread", "--threads", threads, "-b", here,
                     "--log-level", "error", f"{APPLICATION}()"],
        "waitress": [python, "-m", "waitress", "--threads", threads, "--listen", here, "--call", APPLICATION],
    }  # fmt: skip


def main() -> int:
    """Run every server in every round; return 1 where the limit is not kept."""
    options = _options()
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt install wrk")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        peers = Path(folder, "peers")
        install = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--target",
            str(peers),
            "-r",
            str(HERE / "requirements.txt"),
        ]
        subprocess.run(install, check=True)
        paths, token = _prepare(Path(folder, "data"))
        variables = os.environ | {
            "HANDRAIL_DATA": f"{folder}/data",
            "PYTHONPATH": str(peers),
            "HANDRAIL_LOG_LEVEL": "error",
        }
        sums: dict[tuple[str, str], Sum] = {}
        for _ in range(options.rounds):
            for server in commands(options, 0):
                with _running(options, server, variables) as (port, pid):
                    for name, path in paths.items():
                        _measure(
                            options,
                            sums.setdefault((name, server), Sum()),
                            f"http://127.0.0.1:{port}{path}",
                            pid,
                            token,
                        )
    return _tell(sums, list(paths))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--connections", type=int, default=32)
    return parser.parse_args()


def _prepare(data: Path) -> tuple[dict[str, str], str]:
    """Publish ten guides; return what is asked for, and a token for the API."""
    services = open_services(load_config({}, data=data), create=True)
    content, actor = services.content, auth.system("benchmark")
    app = environments.create_app_with_environments(content, "App", origins=["http://localhost"])
    production = content.apps.environment(app.id, "production")
    for number in range(10):
        steps = [{"id": f"step-{n}", "title": f"Step {n}", "body": "A **text** of some length. " * 5} for n in range(5)]
        body = {
            "format": 1,
            "key": f"guide-{number}",
            "kind": "tour",
            "name": "Guide",
            "language": "en",
            "steps": steps,
        }
        publish.publish(content, actor, production, [publish.create(content, actor, app.id, "guide", body)])
    _, token = auth.create_token(content, actor, app.id, name="benchmark", role="viewer")
    services.close()
    key = production.public_key
    return {"manifest": f"/v1/{key}/manifest.json", "guide list": "/api/v1/guides", "health": "/healthz"}, token


@contextmanager
def _running(options: argparse.Namespace, server: str, variables: dict[str, str]) -> Iterator[tuple[int, int]]:
    port = free_port("127.0.0.1", 0)
    process = subprocess.Popen(commands(options, port)[server], env=variables, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{server} did not start") from None
                time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _measure(options: argparse.Namespace, total: Sum, address: str, pid: int, token: str) -> None:
    wrk = ["wrk", "-t1", f"-c{options.connections}", "--latency", "-H", f"Authorization: Bearer {token}"]
    subprocess.run([*wrk, "-d1s", address], check=True, capture_output=True)
    before = _cpu_s(pid)
    told = subprocess.run([*wrk, f"-d{options.seconds}s", address], check=True, capture_output=True, text=True).stdout
    total.cpu_s += _cpu_s(pid) - before
    requests = re.search(r"(\d+) requests in ([\d.]+)s", told)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
    if requests is None or slowest is None:
        raise RuntimeError(told)
    total.requests += int(requests[1])
    total.seconds += float(requests[2])
    total.p99_ms.append(float(slowest[1]) * {"us": 0.001, "ms": 1, "s": 1000}[slowest[2]])
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    total.errors += int(errors[1]) if errors else 0


def _cpu_s(pid: int) -> float:
    """Return the CPU time of a process and its children, in seconds."""
    pids, ticks = [pid], 0
    for one in pids:
        pids += [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tell(sums: dict[tuple[str, str], Sum], names: list[str]) -> int:
    good = True
    for name in names:
        rows = {server: total for (of, server), total in sums.items() if of == name}
        best = max(total.per_second for server, total in rows.items() if server != "granian")
        for server, total in rows.items():
            share = total.per_second / best
            print(json.dumps({
                "what": name, "server": server, "per_second": round(total.per_second),
                "beside_best_peer": round(share, 2), "cpu_us": round(total.cpu_s / total.requests * 1e6),
                "p99_ms": round(sorted(total.p99_ms)[len(total.p99_ms) // 2], 1), "errors": total.errors,
            }))  # fmt: skip
            good = good and total.errors == 0 and (server != "granian" or share >= LEAST_SHARE)
    print("granian keeps up" if good else "granian does NOT keep up, or there were errors")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
