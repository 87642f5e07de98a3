"""Build the widget and the pages' scripts with npm before a wheel is made, so that the wheel carries them.

`HANDRAIL_SKIP_WIDGET_BUILD=1` skips it: an editable installation is followed by `make widget`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("cms/handrail_cms/static/build/widget/handrail.js", "cms/handrail_cms/static/build/cms.js")
NO_NODE = """
Handrail's widget is written in TypeScript, and building it needs Node.js 20 or newer with npm.
Install them (on Debian: apt install nodejs npm) and run the same command again, or install a
ready wheel, which needs no Node.js.
"""


class WidgetBuildHook(BuildHookInterface):
    """Runs before the files of a wheel or of a source distribution are gathered."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and add what was built; stop with one plain message where that can't be done."""
        if version == "editable" or os.environ.get("HANDRAIL_SKIP_WIDGET_BUILD") == "1":
            return
        self._build(Path(self.root))
        build_data["force_include"].update(self._built(Path(self.root)))

    def _build(self, root: Path) -> None:
        if not (root / "package-lock.json").is_file() and all((root / name).is_file() for name in BUILT):
            return  # unpacked from a source distribution, which carries the built files
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            sys.exit(NO_NODE)
        if not (root / "node_modules" / ".package-lock.json").is_file():
            self._run(npm, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        self._run(npm, "run", "--silent", "build")
        missing = [name for name in BUILT if not (root / name).is_file()]
        if missing:
            sys.exit(f"\nThe build of the widget ended without {missing[0]}. Run “npm run build” to see why.\n")

    def _built(self, root: Path) -> dict[str, str]:
        """Return the built files and their places; builds that other processes still serve are left out."""
        folder = root / "cms/handrail_cms/static/build"
        build = json.loads((folder / "widget/build.json").read_text())["build"]
        found: dict[str, str] = {}
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            is_other_build = len(inside) > 2 and inside[0] == "widget" and inside[1] != build
            if path.is_file() and not is_other_build:
                place = path.relative_to(root if self.target_name == "sdist" else root / "cms")
                found[str(path)] = str(place)
        return found

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.root, check=False)
        if done.returncode != 0:
            sys.exit(f"\n“{' '.join(Path(word).name for word in command)}” failed; its output is above.\n")
