"""Take a picture of every CMS page, to be looked at: `python -m benchmarks.screenshots --url … --password …`.

One file per page, width, scheme and language in test-results/pages/. Not a measurement and not a test: the
pages' tests check what a program can check; this is for eyes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import Page, sync_playwright

WIDTHS = {"1440": (1440, 900), "768": (768, 1024), "390": (390, 844)}
PAGES = {
    "overview": "/",
    "guides": "/guides",
    "new": "/guides/new",
    "guide": "/guides/{guide}",
    "editor": "/guides/{guide}/edit",
    "editor-guide": "/guides/{guide}/edit?panel=guide",
    "editor-audience": "/guides/{guide}/edit?panel=audience",
    "json": "/guides/{guide}/json",
    "publish": "/guides/{guide}/publish",
    "versions": "/guides/{guide}/versions",
    "compare": "/guides/{guide}/compare?from=1&to=draft",
    "guide-languages": "/guides/{guide}/languages",
    "report": "/guides/{guide}/report?mark=simulated",
    "report-real": "/guides/{guide}/report",
    "paths": "/guides/{guide}/report/paths?mark=simulated",
    "report-compare": "/guides/{guide}/report/compare?mark=simulated",
    "health": "/guides/{guide}/report/health?mark=simulated",
    "runs": "/guides/{guide}/runs?mark=simulated",
    "archive": "/guides/archive",
    "releases": "/releases",
    "segments": "/segments",
    "segment": "/segments/on-trial",
    "usability": "/usability",
    "usability-new": "/usability/new",
    "reports": "/reports",
    "visitors": "/visitors",
    "visitor": "/visitors/crowd-7-00001",
    "themes": "/themes",
    "theme": "/themes/ledger",
    "languages": "/languages",
    "team": "/team",
    "tokens": "/team/tokens",
    "settings": "/settings",
    "environments": "/settings/environments",
    "environment": "/settings/environments/production",
    "audit": "/settings/audit",
    "account": "/account",
    "more": "/more",
}


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in through the page, as a person does."""
    page.goto(f"{url}/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("button.primary")
    page.wait_for_url(f"{url}/")


def main() -> None:
    """Take the pictures that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--email", default="demo@example.com")
    parser.add_argument("--password", required=True)
    parser.add_argument("--guide", default="first-invoice")
    parser.add_argument("--pages", default="", help="names, with commas; all where it is missing")
    parser.add_argument("--widths", default=",".join(WIDTHS))
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--languages", default="en,ko")
    parser.add_argument("--to", type=Path, default=Path("test-results/pages"))
    asked = parser.parse_args()
    asked.to.mkdir(parents=True, exist_ok=True)
    names = asked.pages.split(",") if asked.pages else list(PAGES)
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for language in asked.languages.split(","):
            for scheme in asked.schemes.split(","):
                context = browser.new_context(locale=language, color_scheme=scheme)
                page = context.new_page()
                sign_in(page, asked.url, asked.email, asked.password)
                for name in names:
                    for width in asked.widths.split(","):
                        page.set_viewport_size({"width": WIDTHS[width][0], "height": WIDTHS[width][1]})
                        page.goto(asked.url + PAGES[name].format(guide=asked.guide), wait_until="networkidle")
                        page.screenshot(path=asked.to / f"{name}-{width}-{scheme}-{language}.png", full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
