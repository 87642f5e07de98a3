# ruff: noqa: E501
"""The vectors of URL patterns: our patterns and addresses, the verdicts of a browser's own URLPattern.

`python -m tests.tables.urlpattern` asks Chromium and writes guides/handrail_guides/vectors/urlpattern.json.
Patterns that the browser takes and Handrail leaves out (groups in expressions) are in NARROWER.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from handrail_guides.needs import is_plain

VECTORS = Path(__file__).parents[2] / "guides/handrail_guides/vectors"
VALUES = {
    "path": ["/", "/foo", "/foo/", "/Foo", "/foo/bar", "/foo/bar/baz", "/foo/12", "/foo/12/edit", "/foobar", "/foo/index.html", "/foo.bar",
             "/bar", "/bar/foo", "/a/b/c", "/a//c", "/foo+bar", "/foo*bar", "/caf%C3%A9", "/a%20b", "/%ED%95%9C%EA%B8%80/1", "/foo:bar",
             "/foo%7Bbar%7D", "/2026-11-22", "/foo/bar-baz", "/x/foo", "/foofoo", "/foo/foo", "/foo/bar/bar", "/foo(bar)", "/@user", "/foo,bar;baz=1"],
    "host": ["example.com", "app.example.com", "a.b.example.com", "example.org", "localhost", "examplexcom", "app.example.com.evil.org", "127.0.0.1", "xn--caf-dma.com"],
    "hash": ["", "tab", "tab-1", "/inbox/5", "/inbox", "a%20b", "Tab", "tab/1", "%ED%95%9C", "a=b&c=d"],
}  # fmt: skip
PATTERNS = {
    "path": ["/", "*", "/*", "/foo", "/foo/", "/foo/*", "/foo*", "/foo/:id", "/foo/:id?", "/foo/:id+", "/foo/:id*", "/:a/:b", "/:a/:b?", "/:a*", "/:a+",
             "/:a?", "/foo{/bar}?", "/foo{/:x}*", "/foo{/bar}+", "/foo{bar}", "/{foo}{bar}", "/foo{/}?", "{/foo}+", "/foo/*?", "/foo/**", "*/foo", "/*/foo",
             "/foo/:id(\\d+)", "/:d(\\d{4}-\\d\\d-\\d\\d)", "/(foo|bar)", "/(foo|bar)/:x", "/foo(/bar)?", "/foo(.*)", "/([a-z]+)", "/foo/:file.:ext", "/:a.:b",
             "/foo\\+bar", "/foo\\*bar", "/foo\\:bar", "/foo\\{bar\\}", "/foo\\(bar\\)", "/café", "/caf%C3%A9", "/a b", "/a%20b", "/한글/:x", "/한글/1", "/foo:bar",
             "/:foo:bar", "/:a-:b", "/foo/:a-:b", "/@:user", "/foo,bar;baz=1", "/:한글", "/:$x", "/:_x/:y1", "/foo)bar", "/foo]", "foo", "", "/foo?", "/fo+o",
             "/f{o}+", "/{foo}*", "/foo{.bar}?", "/{:a/}?foo", "/{:a/}*foo", "/{x/:a}?/foo", "/foo{/*}?", "{/*}?", "/:a{/:b}?{/:c}?", "/(.*)/foo",
             "/{foo", "/foo}", "/foo{}", "/foo{a*b*}", "/:", "/foo/:", "/:1a", "/foo\\", "/:a/:a", "/(", "/()", "/(?a)", "/(é)", "/+", "/*+*", "/{foo}bar}", "/{a{b}}"],
    "host": ["example.com", "*.example.com", ":sub.example.com", "*example.com", "{*.}?example.com", "{:sub.}*example.com", "EXAMPLE.com", "*", ":a.:b", ":a",
             "(app|www).example.com", "localhost", "127.0.0.1", "*.com", "app.*", "example.:tld", "xn--caf-dma.com", "{app.}+example.com", "{"],
    "hash": ["", "*", "tab", "tab-:n", "/inbox/:id", "/inbox{/:id}?", ":a", "a b", "TAB", "(tab|tab-1)", "*-1", "한", "a=b&c=d", ":a/:b", "tab*"],
}  # fmt: skip
# what the standard takes and Handrail refuses: expressions that hold groups
NARROWER = {"path": ["/((?:foo|bar))", "/(foo(?:bar)?)"]}

NATIVE = """({ component, pattern, values }) => {
  const name = { path: "pathname", host: "hostname", hash: "hash" }[component];
  let native;
  try { native = new URLPattern({ [name]: pattern }); } catch { return null; }
  return values.map((value) => native.test({ [name]: value }));
}"""


def recorded(page: Any) -> list[dict[str, Any]]:
    """Ask the browser."""
    rows = []
    for component, patterns in PATTERNS.items():
        for pattern in patterns:
            verdicts = page.evaluate(NATIVE, {"component": component, "pattern": pattern, "values": VALUES[component]})
            row: dict[str, Any] = {"component": component, "pattern": pattern, "plain": is_plain(pattern)}
            row["well_formed"] = verdicts is not None
            if verdicts is not None:
                row["fits"] = [value for value, is_so in zip(VALUES[component], verdicts, strict=True) if is_so]
                row["fails"] = [value for value, is_so in zip(VALUES[component], verdicts, strict=True) if not is_so]
            rows.append(row)
    return rows


def rendered(rows: list[dict[str, Any]]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def main() -> None:
    from handrail_guides.walk.browser import launch_chromium
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        rows = recorded(browser.new_page())
        browser.close()
    (VECTORS / "urlpattern.json").write_text(rendered(rows), encoding="utf-8")
    print(len(rows), "patterns,", sum(len(row.get("fits", [])) + len(row.get("fails", [])) for row in rows), "verdicts")


if __name__ == "__main__":
    main()
