"""Every claim about speed and size, measured beside its peers: `make bench`, or `python -m benchmarks NAME…`.

Each benchmark prints its own ratios and limits; this runs them one after the other, because they share two cores,
and ends with 1 where one of them ended with anything but 0.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# name -> what to run, in the order of how long it takes
BENCHMARKS: dict[str, list[str]] = {
    "format": ["-m", "benchmarks.format"],
    "pages": ["-m", "benchmarks.pages"],
    "widget": ["-m", "benchmarks.widget.measure"],
    "quiet": ["-m", "benchmarks.widget.quiet"],
    "locate-cost": ["benchmarks/locate/cost.py"],
    "locate": ["benchmarks/locate/score.py"],
    "walk": ["benchmarks/walk/speed.py"],
    "wsgi": ["-m", "benchmarks.wsgi"],
    "intake": ["-m", "benchmarks.intake"],
    "reports": ["-m", "benchmarks.reports"],
    "freshness": ["-m", "benchmarks.reports.freshness"],
}
# folders whose peers come from npm, by a lock of their own
PEERS = ("widget", "locate")


def install_peers() -> None:
    """Install the pinned peer libraries, where they are not there yet."""
    for name in PEERS:
        folder = ROOT / "benchmarks" / name
        if not (folder / "node_modules").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)


def main() -> int:
    """Run what was asked for; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; all, where none is named"
    )
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHMARKS)}")
    install_peers()
    failed = []
    for name in names:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, *BENCHMARKS[name]], cwd=ROOT, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nmissed a limit or could not run: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
