"""Server time of the CMS pages at 500 guides: `python -m benchmarks.pages [--guides 500]`. Bar: 30 ms a page.

Processor time of the whole request (routing, storage, template), the median of several, so that a busy machine does
not count against a page; the network and the browser are not in it. Prints one line a page beside the bar.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from handrail_cms import auth, environments, publish
from handrail_cms.app import create_app
from handrail_cms.config import load_config
from handrail_cms.services import Services, open_services

BAR_MS = 30.0
PATHS = (
    "/",
    "/guides",
    "/guides?page=7",
    "/guides/guide-250",
    "/guides/guide-250/edit",
    "/guides/guide-250/json",
    "/guides/guide-250/publish",
    "/guides/guide-250/versions",
    "/guides/guide-250/languages?to=ko",
    "/guides/guide-250/report",
    "/releases",
    "/reports",
    "/segments",
    "/themes",
    "/languages",
    "/settings",
    "/settings/audit",
    "/places.json",
)


def fill(services: Services, guides: int) -> None:
    """Make an app with many guides of eight steps, all live in one release."""
    content, operator = services.content, auth.system("benchmark")
    app = environments.create_app_with_environments(content, "Bench", origins=["https://app.example.com"])
    made = [publish.create(content, operator, app.id, "guide", guide(number)) for number in range(guides)]
    publish.publish(content, operator, content.apps.environment(app.id, "production"), made, note="all")
    user = content.people.create_user("bench@example.com", "Bench", auth.hash_password("a long password"))
    content.people.set_role(user.id, app.id, "admin")


def guide(number: int) -> dict[str, Any]:
    """Return one guide of typical size."""
    steps = [
        {
            "id": f"step-{n}",
            "title": f"Step {n} of guide {number}",
            "body": "Press **New invoice** to begin. " * 3,
            "target": {"css": f"#target-{n}", "role": "button", "name": f"Button {n}"},
            "advance": {"on": "click"},
        }
        for n in range(8)
    ]
    return {
        "format": 1,
        "key": f"guide-{number}",
        "kind": "tour",
        "name": f"Guide {number}",
        "language": "en",
        "where": {"any": [f"/page-{number}"]},
        "audience": {"trait": "plan", "is": "trial"},
        "steps": steps,
    }


def main() -> None:
    """Fill a server, ask for each page, print its time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guides", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        services = open_services(load_config({}, data=Path(folder), log_level="error"), create=True)
        fill(services, asked.guides)
        browser = create_app(services).test_client()
        cookie, _csrf = auth.sign_in(services.content, services.content.people.all_users()[0], "benchmark")
        browser.set_cookie("handrail_session", cookie)
        print(f"{asked.guides} guides; median of {asked.repeat} requests; bar {BAR_MS:.0f} ms")
        for path in PATHS:
            times = [measured(browser, path) for _ in range(asked.repeat)]
            median = statistics.median(times[1:])
            print(f"{median:7.1f} ms  {median / BAR_MS:5.2f} of the bar  {path}")
        services.close()


def measured(browser: Any, path: str) -> float:
    """Return how many milliseconds one request takes; it has to succeed."""
    began = time.process_time()
    answer = browser.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.status_code)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
