"""The recipes of docs/widget.md, taken from its text and run: frameworks, test tools, Node, a TypeScript project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from handrail_guides.walk.browser import QUIET_FLAGS, chromium_path
from playwright.sync_api import Browser, Playwright

from tests.browser.site import SCRIPT, Site, Visit, two_steps
from tests.browser.stage import DIST, ROOT, new_context

pytestmark = pytest.mark.browser

DOCS = (ROOT / "docs/widget.md").read_text(encoding="utf-8")
BIN = ROOT / "node_modules/.bin"
REACT = """
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter, useLocation } from "react-router";
function Page() {
  const { pathname } = useLocation();
  return <b id={pathname === "/b" ? "there" : "here"}>{pathname}</b>;
}
const root = createRoot(document.querySelector("#late"));
root.render(<StrictMode><BrowserRouter>
  <Guides environment="pk_test" origin={location.origin} user={{ id: "ann", plan: "trial" }} /><Page />
</BrowserRouter></StrictMode>);
window.unmount = () => root.unmount();
"""
VUE = """
import { createApp, h } from "vue";
import { createRouter, createWebHistory, RouterView, useRoute } from "vue-router";
const Page = { setup: () => () => h("b", { id: useRoute().path === "/b" ? "there" : "here" }, useRoute().path) };
const router = createRouter({ history: createWebHistory(), routes: [{ path: "/:any", component: Page }] });
const app = createApp(RouterView);
app.use(router).use(guides, { environment: "pk_test", origin: location.origin, router }).mount("#late");
window.unmount = () => app.unmount();
"""


def recipe(title: str) -> str:
    """Return the code under a title in bold; fail where the page has none."""
    found = re.search(rf"\*\*{title}\*\*[^\n]*\n\n```\w+\n(.*?)```", DOCS, re.S)
    assert found, f"docs/widget.md has no recipe for {title}"
    return found[1]


def bundled(code: str, folder: Path) -> bytes:
    """Bundle as the reader's own project would; the widget's module stays where the server has it."""
    source = folder / "app.jsx"
    source.write_text(code.replace('"./handrail.mjs"', '"/widget/handrail.mjs"'))
    options = ["--bundle", "--format=esm", "--jsx=automatic", "--external:/widget/*", "--log-level=error"]
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    subprocess.run([BIN / "esbuild", source, *options, f"--outfile={folder / 'app.js'}"], check=True)
    return (folder / "app.js").read_bytes()


def guided_invoices(site: Site) -> Site:
    """Make the guide live that the recipes for test tools follow."""
    open_form = {"id": "open-form", "target": {"css": "#new"}}
    fill = {"id": "fill", "target": {"css": "#amount"}}
    return site.publish(two_steps(first=open_form, second=fill, where={"any": ["/invoices"]}))


# covers W7 W20
@pytest.mark.parametrize(("title", "app"), [("React", REACT), ("Vue", VUE)], ids=["React", "Vue"])
def test_the_recipe_of_a_framework(site: Site, visit: Visit, tmp_path: Path, title: str, app: str) -> None:
    first = {"target": {"css": "#here"}, "on": {"path": "/a"}}
    second = {"target": {"css": "#there"}, "on": {"path": "/b"}}
    site.publish(two_steps(first=first, second=second, where={"any": ["/a", "/b"]}))
    code = bundled(recipe(title) + app, tmp_path)
    site.faults["/app.js"] = lambda: (200, code, {"Content-Type": "text/javascript"})
    site.head = '<script type="module" src="/app.js"></script>'
    visit.page.goto(f"{site.address}/a")
    visit.see("first")
    visit.press("next")
    visit.see("second")
    assert visit.page.url == f"{site.address}/b"
    assert site.requests.count("/b") == 0, "the host's router went there, no page was loaded"
    if title == "React":
        visit.arrived(lambda site: site.of("identify"))
        assert site.batches[-1]["visitor"]["id"] == "ann"
    visit.call("() => unmount()")
    visit.see_nothing()


# covers W27
def test_the_recipe_for_playwright(playwright: Playwright, site: Site, tmp_path: Path) -> None:
    guided_invoices(site)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "stub.js").write_bytes((DIST / "stub.js").read_bytes())
    (tmp_path / "guide.spec.js").write_text(recipe("Playwright"))
    launch = {"executablePath": chromium_path(playwright), "args": QUIET_FLAGS}
    use = {"baseURL": site.address, "launchOptions": launch}
    (tmp_path / "playwright.config.js").write_text(f"module.exports = {json.dumps({'use': use})}")
    command = [BIN / "playwright", "test", "--reporter=line"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "1 passed" in run.stdout


# covers W27
def test_the_recipe_for_selenium(playwright: Playwright, site: Site) -> None:
    driver_path = shutil.which("chromedriver")
    if not driver_path:
        pytest.skip("chromedriver is not installed: apt-get install chromium-driver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    guided_invoices(site)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium_path(playwright) or ""
    for flag in ("--headless=new", *QUIET_FLAGS):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        exec(recipe("Selenium"), {"driver": driver, "host": site.address})
        assert driver.execute_script("return handrail.state().open[0].step") == "fill"
    finally:
        driver.quit()


# covers W27
def test_the_setup_of_the_recipe_for_cypress_pins_the_guide(site: Site, visit: Visit) -> None:
    """Cypress itself needs a browser of its own to download; what it would do before the page loads is done here."""
    guided_invoices(site)
    code = recipe("Cypress")
    stand_in = "const Cypress = { on: (moment, work) => work(window) }, it = () => {};"
    visit.page.add_init_script(f"{{ {stand_in} {code} }}")
    visit.open("/invoices").see("open-form")
    steps = re.findall(r'"data-step", "([\w-]+)"', code)
    [button] = re.findall(r'find\("(.*?)"\)', code)
    assert steps == ["open-form", "fill"]
    visit.host.locator(button).click()
    visit.see("fill")
    assert site.batches == []


# covers W27
def test_the_one_line_that_keeps_guides_out_of_a_host_s_suite(site: Site, chromium: Browser) -> None:
    guided_invoices(site)
    line = re.search(r"```js\nawait context\.addInitScript\(\(\) => \{(.*)\}\);", DOCS)
    assert line
    context = new_context(chromium)
    context.add_init_script(line[1])
    visit = Visit(context, site).open("/invoices")
    visit.settle()
    visit.see_nothing()
    assert visit.codes() == {"first-invoice": "off"}
    assert site.batches == []
    context.close()


def test_the_plain_recipe_shows_a_guide_without_a_server(site: Site, visit: Visit) -> None:
    found = re.search(r"## As a package.*?```js\n(.*?)```", DOCS, re.S)
    assert found
    code = found[1].replace('"./handrail.mjs"', '"/widget/handrail.mjs"').encode()
    site.faults["/plain.js"] = lambda: (200, code, {"Content-Type": "text/javascript"})
    site.head = ""
    visit.page.goto(f"{site.address}/a")
    visit.page.add_script_tag(url="/plain.js", type="module")
    visit.see("step-1")
    assert visit.host.locator("strong").inner_text() == "here"
    assert site.batches == []


# covers W17
@pytest.mark.parametrize("sources", ["'nonce-r4nd'", "'nonce-r4nd' 'strict-dynamic'"])
def test_a_nonce_is_enough_for_the_pasted_stub_and_the_script(site: Site, visit: Visit, sources: str) -> None:
    stub = re.search(r"```html\n(<script>\nif \(.*?</script>)", DOCS, re.S)
    assert stub
    site.publish(two_steps(kind="tour", start={"on": "manual"}))
    asked = "<script>handrail.start('first-invoice')</script>"
    site.head = (stub[1] + asked + SCRIPT).replace("<script", '<script nonce="r4nd"')
    trusted = "require-trusted-types-for 'script'; trusted-types 'none'"
    site.policy = f"default-src 'none'; script-src {sources}; connect-src 'self'; img-src data:; {trusted}"
    visit.open("/a").see("first")
    visit.press("next")
    visit.press("next")
    visit.arrived(lambda site: site.of("run_ended"))


NODE = """
import assert from "node:assert/strict";
import * as handrail from "./handrail.mjs";
for (const name of ["document", "window", "localStorage"])
  Object.defineProperty(globalThis, name, { get() { throw new Error(`touched ${name}`) }, configurable: true });
delete globalThis.document;
handrail.load({ environment: "pk_test", origin: "https://guides.example.com" });
for (const [name, call] of Object.entries(handrail))
  if (typeof call === "function" && name !== "load") await call("x", () => {});
assert.equal(await handrail.show({ steps: [{ title: "Hello" }] }), false);
assert.equal(handrail.state().ready, false);
console.log(Object.keys(handrail).sort().join(" "));
"""
CONSUMER = """
import { explain, identify, on, show, start, state, test } from "./handrail.mjs";
import type { ShownGuide, State, Verdict } from "./handrail.mjs";

const guide = {
  format: 1, key: "first", kind: "tour", name: "First", language: "en",
  where: { any: ["/*"] }, frequency: { repeat: "once" },
  steps: [{ id: "one", target: { css: "#new" }, title: "Start here", body: "Here.", place: "bottom-start" }],
} as const;
const shown: Promise<boolean> = show(guide);
const element: Promise<boolean> = show({ steps: [{ target: { element: document.body }, title: "Hello" }] });
const now: State = state();
const step: string | undefined = now.open[0]?.step;
const why: Verdict[] = explain({ panel: true });
const off: () => void = on("step_shown", (detail) => void detail);
identify("ann", { plan: "trial", seats: 3 }, { token: async () => "t" });
void test({ guide: "first", persona: { language: "ko" }, clock: "2027-01-31T09:00:00Z", events: "walk" });
// @ts-expect-error a guide needs steps
void show({ title: "no steps" });
// @ts-expect-error the key is a name
void start(42);
// @ts-expect-error there is no such way to count
void test({ events: "all" });
export { element, off, shown, step, why };
export type Kind = NonNullable<ShownGuide["kind"]>;
"""


def test_the_built_module_is_imported_and_called_in_node_without_a_page(tmp_path: Path) -> None:
    shutil.copytree(DIST, tmp_path, dirs_exist_ok=True)
    (tmp_path / "server.mjs").write_text(NODE)
    run = subprocess.run(["node", "server.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = run.stdout.split()
    assert {"load", "show", "start", "identify", "explain", "destroy"} <= set(told)


@pytest.mark.parametrize("resolution", ["bundler", "nodenext"])
def test_a_typescript_project_is_told_the_right_types(tmp_path: Path, resolution: str) -> None:
    for name in ("handrail.mjs", "handrail.d.mts"):
        shutil.copy(DIST / name, tmp_path)
    (tmp_path / "consumer.ts").write_text(CONSUMER)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    module = {"bundler": "esnext", "nodenext": "nodenext"}[resolution]
    options: dict[str, Any] = {"strict": True, "noEmit": True, "target": "es2022", "types": [], "module": module}
    options |= {"moduleResolution": resolution, "lib": ["es2022", "dom"], "exactOptionalPropertyTypes": True}
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["consumer.ts"]}))
    run = subprocess.run([BIN / "tsc", "-p", tmp_path], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
