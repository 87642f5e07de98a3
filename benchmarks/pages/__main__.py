"""Server time of every CMS page: `python -m benchmarks.pages [--guides 500] [--events 1000000]`. Bar: 30 ms a page.

Processor time of the whole request (routing, storage, template), the median of several, so that a busy machine does
not count against a page; the network and the browser are not in it. Prints one line a page beside the bar, and ends
with 1 where a page missed it. `--data DIR` keeps the seeded database for the next time.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from handrail_cms import auth
from handrail_cms.app import create_app
from handrail_cms.storage.events import Which

from benchmarks.pages import seed

BAR_MS: Final = 30.0
PATHS: Final = (
    "/",
    "/guides",
    "/guides?page=7",
    "/guides?q=guide-4",
    "/guides/new",
    "/guides/archive",
    "/guides/guide-7",
    "/guides/guide-250",
    "/guides/guide-7/edit",
    "/guides/guide-7/edit?panel=guide",
    "/guides/guide-7/edit?panel=audience",
    "/guides/guide-7/json",
    "/guides/guide-7/stage",
    "/guides/guide-7/publish",
    "/guides/guide-7/versions",
    "/guides/guide-7/compare?from=1&to=draft",
    "/guides/guide-7/languages?to=ko",
    "/guides/guide-7/ask-review",
    "/guides/guide-7/report",
    "/guides/guide-7/report?language=ko&device=desktop",
    "/guides/guide-7/report/compare",
    "/guides/guide-7/report/paths",
    "/guides/guide-7/report/health",
    "/guides/guide-7/runs",
    "/guides/guide-7/runs?state=dismissed&step=step-3",
    "/runs/{run}",
    "/releases",
    "/reports",
    "/visitors",
    "/visitors/user-100",
    "/segments",
    "/segments/segment-3",
    "/themes",
    "/themes/theme-1",
    "/themes/theme-1/stage",
    "/languages",
    "/team",
    "/team/tokens",
    "/settings",
    "/settings/environments",
    "/settings/environments/production",
    "/settings/audit",
    "/account",
    "/more",
    "/places.json",
)


def main() -> int:
    """Fill a server, ask for each page, print its time; return 1 where one missed the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guides", type=int, default=500)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--data", type=Path, help="keep the seeded database here")
    parser.add_argument("--only", default="", help="pages whose address contains this")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        services = seed.fill(asked.data or Path(folder), asked.guides, asked.events)
        browser = create_app(services).test_client()
        cookie, _csrf = auth.sign_in(services.content, services.content.people.all_users()[0], "benchmark")
        browser.set_cookie("handrail_session", cookie)
        sizes = services.events.size()
        print(f"{asked.guides} guides, {sizes['events']:,} events; median of {asked.repeat}; bar {BAR_MS:.0f} ms")
        run = services.events.runs(seed.question(services, "guide-7"), Which(), limit=1)[0][0].run
        slow = [path for path in PATHS if asked.only in path and _told(browser, path.format(run=run), asked.repeat)]
        services.close()
    return 1 if slow else 0


def _told(browser: Any, path: str, repeat: int) -> bool:
    """Print how long a page takes; say whether it missed the bar."""
    times = [measured(browser, path) for _ in range(repeat + 1)]
    median = statistics.median(times[1:])
    print(f"{median:7.1f} ms  {median / BAR_MS:5.2f} of the bar  {path}", flush=True)
    return median > BAR_MS


def measured(browser: Any, path: str) -> float:
    """Return how many milliseconds one request takes; it has to succeed."""
    began = time.process_time()
    answer = browser.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.status_code)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
