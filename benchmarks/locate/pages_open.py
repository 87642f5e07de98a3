"""Open snapshots as pages: each tab is one page of one version, drawn again without the application."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bed import HERE, app_names, load_app

ROOT = HERE.parent.parent
ORIGIN = "http://app.test"
BLANK = "<!doctype html><html><head></head><body></body></html>"


@dataclass(frozen=True)
class LookUp:
    """One label read one way: described on one page, looked for on another."""

    app: str
    label: str
    source: tuple[str, str, str]
    goal: tuple[str, str, str]
    index: int
    truth: int | None

    @property
    def key(self) -> str:
        return f"{self.app}/{self.source[2]}/{self.label} {self.source[1]}>{self.goal[1]}"


def snapshot_of(name: str) -> dict[str, Any]:
    """Read one application's snapshot."""
    return json.loads(gzip.decompress((HERE / "snapshots" / f"{name}.json.gz").read_bytes()))


def built_script() -> str:
    """Bundle what runs in the pages: the widget's sources as they stand, and the peers."""
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    entry = HERE / "pages" / "bench.ts"
    command = [str(esbuild), str(entry), "--bundle", "--format=iife", "--log-level=warning"]
    paths = {**os.environ, "NODE_PATH": str(HERE / "node_modules")}
    done = subprocess.run(command, capture_output=True, text=True, env=paths, cwd=HERE)
    if done.returncode:
        raise RuntimeError(f"{done.stderr}\nThe peers come with: npm ci --prefix {HERE.relative_to(ROOT)}")
    return done.stdout


def look_ups(name: str, snapshot: dict[str, Any]) -> Iterator[LookUp]:
    """Read every label of an application both ways."""
    for row in load_app(name)["elements"]:
        for side, other in (("old", "new"), ("new", "old")):
            page, there = row.get(f"{side}_page", row["page"]), row.get(f"{other}_page", row["page"])
            if row[side] is None:
                continue
            index = snapshot[side][page]["labels"][row["name"]]
            truth = snapshot[other][there]["labels"][row["name"]] if row[other] else None
            yield LookUp(name, row["name"], (name, side, page), (name, other, there), index, truth)


class Tabs:
    """The open tabs of one application; `with` closes them."""

    def __init__(self, context: Any, script: str, name: str) -> None:
        self.name = name
        self.snapshot = snapshot_of(name)
        self.context = context
        self.script = script
        self.open: dict[tuple[str, str, str], Any] = {}

    def __enter__(self) -> Tabs:
        return self

    def __exit__(self, *_: object) -> None:
        for tab in self.open.values():
            tab.close()

    def tab(self, key: tuple[str, str, str]) -> Any:
        """Open the tab of (application, side, page), once."""
        if key not in self.open:
            self.open[key] = self._draw(self.snapshot[key[1]][key[2]])
        return self.open[key]

    def _draw(self, taken: dict[str, Any]) -> Any:
        page = self.context.new_page()
        page.route(
            "**/*",
            lambda route: (
                route.fulfill(body=BLANK, content_type="text/html")
                if route.request.is_navigation_request() and route.request.frame == page.main_frame
                else route.abort()
            ),
        )
        page.goto(ORIGIN + taken["path"])
        page.evaluate((HERE / "pages" / "rebuild.js").read_text() + "\n;0")
        page.evaluate("snapshot => __rebuild(snapshot)", taken)
        page.evaluate(self.script + "\n;0")
        return page


def names_of(part: str) -> list[str]:
    """List the applications of one half of the split that have a snapshot."""
    split = json.loads((HERE / "split.json").read_text())
    return [
        name for name in app_names() if name in split[part] and Path(HERE / "snapshots" / f"{name}.json.gz").exists()
    ]
