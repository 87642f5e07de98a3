"""Logs and metrics: lines with a request id that never hold a secret, a trait or an address; counters for /metrics."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any, Final

BUCKETS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
# What a log record may carry beside its message; anything else is dropped, so that nothing slips in.
FIELDS: Final = ("request_id", "method", "route", "status", "duration_ms", "code")


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """One line for people, with the same fields at its end."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        more = " ".join(f"{name}={getattr(record, name)}" for name in FIELDS if hasattr(record, name))
        line = f"{moment} {record.levelname.lower():7} {record.getMessage()} {more}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logs(log_format: str, level: str) -> None:
    """Send Handrail's log to standard error, as `log_format` says."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else PlainLines())
    for name in (
        "handrail",
        "handrail_cms",
    ):  # our own lines, and those of Flask, which logs under its application's name
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())


class Metrics:
    """Counters of one process, in the Prometheus text format."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, str, int], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BUCKETS_S) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def count(self, method: str, route: str, status: int, duration_s: float) -> None:
        """Count one request; `route` is the rule, never the address, so that the number of series stays small."""
        place = next((index for index, limit in enumerate(BUCKETS_S) if duration_s <= limit), len(BUCKETS_S))
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[route][place] += 1
            self._seconds[route] += duration_s

    def text(self, gauges: dict[str, float]) -> str:
        """Return everything counted, and the gauges."""
        with self._lock:
            requests, seconds = dict(self._requests), dict(self._seconds)
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
        lines = ["# TYPE handrail_requests_total counter"]
        for (method, route, status), count in sorted(requests.items()):
            labels = f'method="{method}",route="{_quoted(route)}",status="{status}"'
            lines.append(f"handrail_requests_total{{{labels}}} {count}")
        lines.append("# TYPE handrail_request_duration_seconds histogram")
        for route, counts in sorted(buckets.items()):
            lines.extend(_histogram(_quoted(route), counts, seconds[route]))
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE handrail_{name} gauge", f"handrail_{name} {value:g}"]
        return "\n".join(lines) + "\n"


def _histogram(route: str, counts: list[int], seconds: float) -> list[str]:
    name, total, lines = "handrail_request_duration_seconds", 0, list[str]()
    for limit, count in zip((*BUCKETS_S, "+Inf"), counts, strict=True):
        total += count
        lines.append(f'{name}_bucket{{route="{route}",le="{limit}"}} {total}')
    return [*lines, f'{name}_sum{{route="{route}"}} {seconds:.6f}', f'{name}_count{{route="{route}"}} {total}']


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
