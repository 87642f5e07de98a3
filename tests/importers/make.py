# ruff: noqa: E501
"""Make the documents of this folder with the real libraries: each is given a tour in Chromium, shows its first step,
and is asked for its configuration, which goes to NAME.json with the versions. posthog-js fetches its tour from the
API that it expects, answered here, and is asked for what it kept of the answer.

Run `npm i --prefix FOLDER` with this folder's package.json, then `python -m tests.importers.make FOLDER/node_modules`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PAGE = "<main><button id=new data-tour='new'>New invoice</button></main><p class=total>Total</p><a id=help href='#'>Help</a>"

DRIVER = """() => {
  const tour = window.driver.js.driver({
    showProgress: true, overlayColor: "navy", nextBtnText: "Onwards",
    steps: [
      { element: "[data-tour=new]", popover: { title: "Start <b>here</b>", description: "Every invoice begins with <em>New invoice</em>.", side: "bottom", align: "start" } },
      { element: ".total", disableActiveInteraction: true, popover: { description: "What {you} are owed.<br>Updated <a href='/help'>hourly</a>.", side: "left", onNextClick: () => tour.moveNext() } },
      { popover: { title: "Done", description: "<script>alert(1)</script>That's all." } },
    ],
  });
  tour.drive();
  return { shown: document.querySelector(".driver-popover-title").textContent, config: tour.getConfig() };
}"""

SHEPHERD = """async () => {
  const tour = new window.Shepherd.Tour({
    tourName: "First invoice", useModalOverlay: true, defaultStepOptions: { cancelIcon: { enabled: true }, scrollTo: true },
    steps: [
      { id: "start", title: "Start here", text: "<p>Press <strong>New</strong>.</p>", attachTo: { element: "#new", on: "bottom-start" }, advanceOn: { selector: "#new", event: "click" },
        buttons: [{ text: "Exit", secondary: true, type: "cancel" }, { text: "Next", type: "next" }] },
      { id: "total", text: ["One.", "Two."], attachTo: { element: ".total", on: "right" }, canClickTarget: false, buttons: [{ text: "Back", type: "back", classes: "shepherd-button-secondary" }, { text: "Run", action: () => 1 }] },
      { id: "bye", title: "Bye", text: "See you.", beforeShowPromise: () => Promise.resolve(), buttons: [{ text: "Finish", type: "complete" }] },
    ],
  });
  await tour.start();
  const { steps, ...options } = tour.options;
  return { shown: document.querySelector(".shepherd-title").textContent, config: { ...options, steps: tour.steps.map((step) => ({ ...step.options, buttons: step.options.buttons.map(({ label, ...button }) => button) })) } };
}"""

INTRO = """async () => {
  const tour = window.introJs.tour().setOptions({
    exitOnOverlayClick: false, nextLabel: "Weiter",
    steps: [
      { element: "#new", title: "Start", intro: "Press <b>New invoice</b>", position: "bottom-right-aligned" },
      { element: ".total", intro: "Your total<ul><li>net</li><li>gross</li></ul>", disableInteraction: true, tooltipClass: "wide" },
      { intro: "The <u>end</u>" },
    ],
  });
  await tour.start();
  const plain = ({ element, intro, title, position, disableInteraction, tooltipClass, step }) => ({ element: typeof element === "string" ? element : element && !element.classList.contains("introjsFloatingElement") ? (element.id ? "#" + element.id : "." + element.className.split(" ")[0]) : undefined, intro, title, position, disableInteraction, tooltipClass, step });
  const options = tour._options;
  return { shown: document.querySelector(".introjs-tooltip-title").textContent, config: { ...options, steps: options.steps.map(plain), hints: [{ element: "#help", hint: "Ask <b>here</b>", hintPosition: "top-left" }] } };
}"""

POSTHOG = {
    "id": "0195-a", "name": "Dashboards", "description": "Make a first dashboard", "tour_type": "tour", "auto_launch": True,
    "start_date": "2026-01-01T00:00:00Z", "end_date": None, "display_frequency": "until_interacted",
    "conditions": {"url": "https://host.test/dash?x=1", "urlMatchType": "icontains", "autoShowDelaySeconds": 1, "deviceTypes": ["Desktop", "Mobile"], "linkedFlagVariant": "b"},
    "appearance": {"backgroundColor": "#fff", "showOverlay": False}, "internal_targeting_flag_key": "tour-flag",
    "steps": [
        {"id": "a", "type": "element", "selector": "#new", "progressionTrigger": "click", "content": {"type": "doc", "content": [
            {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "New here?"}]},
            {"type": "paragraph", "content": [{"type": "text", "text": "Press ", "marks": []}, {"type": "text", "text": "New", "marks": [{"type": "bold"}]}, {"type": "text", "text": " or "}, {"type": "text", "text": "read", "marks": [{"type": "link", "attrs": {"href": "/docs"}}]}]},
            {"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "one"}]}]}]}]},
         "useManualSelector": False, "inferenceData": {"text": "New invoice", "precision": 1, "autoData": json.dumps({
             "notextGroups": [{"cardinality": 1, "cssSelectors": [{"css": "#new", "offset": 0}]}],
             "textGroups": [{"cardinality": 3, "cssSelectors": [{"css": "button", "offset": 0}]}, {"cardinality": 1, "cssSelectors": [{"css": "main button", "offset": 0}]}]})},
         "translations": {"de": {"contentHtml": "<h2>Neu hier?</h2><p>Drücke <strong>Neu</strong></p>"}}},
        {"id": "b", "type": "survey", "progressionTrigger": "button", "content": None, "survey": {"type": "rating", "questionText": "How was it?"}},
        {"id": "c", "type": "modal", "progressionTrigger": "button", "content": None, "contentHtml": "<p>Bye</p>", "modalPosition": "middle_center",
         "buttons": {"primary": {"text": "Docs", "action": "link", "link": "https://example.com/docs"}, "secondary": {"text": "Close", "action": "dismiss"}}},
    ],
}  # fmt: skip

POSTHOG_SHOWS = """async () => {
  window.posthog.init("phc_test", { api_host: "https://host.test", autocapture: false, capture_pageview: false, disable_session_recording: true, opt_out_useragent_filter: true });
  const shown = () => document.querySelector("[class*=ph-product-tour-container]")?.shadowRoot.querySelector("h2");
  while (!shown()) await new Promise((done) => setTimeout(done, 50));
  return { shown: shown().textContent, config: { product_tours: await new Promise((done) => window.posthog.productTours.getProductTours(done)) } };
}"""

MADE = {
    "driver.js": (DRIVER, ["driver.js/dist/driver.js.iife.js"], "driver"),
    "shepherd.js": (SHEPHERD, [], "shepherd"),
    "intro.js": (INTRO, ["intro.js/intro.js"], "intro"),
    "posthog-js": (POSTHOG_SHOWS, ["posthog-js/dist/array.full.js"], "posthog"),
}


def main(modules: Path) -> None:
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for library, (script, files, name) in MADE.items():
            page = browser.new_page()
            page.route("https://host.test/**", lambda route: _serve(route, modules))
            page.goto("https://host.test/dash?x=1")
            for file in files:
                page.add_script_tag(path=modules / file)
            if library == "shepherd.js":
                page.evaluate(
                    "async () => { window.Shepherd = (await import('/m/shepherd.js/dist/js/shepherd.mjs')).default }"
                )
            made = page.evaluate(script)
            version = json.loads((modules / library / "package.json").read_text())["version"]
            text = json.dumps({"library": library, "version": version, **made}, ensure_ascii=False, indent=1)
            (HERE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            print(library, version, "showed", repr(made["shown"]))
            page.close()
        browser.close()


def _serve(route: object, modules: Path) -> None:
    path = route.request.url.removeprefix("https://host.test")  # type: ignore[attr-defined]
    if path.startswith("/m/"):
        route.fulfill(path=modules / path.removeprefix("/m/"), content_type="text/javascript")  # type: ignore[attr-defined]
    elif path.startswith("/static/"):
        route.fulfill(path=modules / "posthog-js/dist" / path.rpartition("/")[2], content_type="text/javascript")  # type: ignore[attr-defined]
    elif path.startswith("/api/product_tours"):
        route.fulfill(json={"product_tours": [POSTHOG]})  # type: ignore[attr-defined]
    elif path.startswith(("/array/", "/flags", "/e/", "/i/")):
        route.fulfill(json={"productTours": True, "featureFlags": {"tour-flag": True}})  # type: ignore[attr-defined]
    else:
        route.fulfill(body=PAGE, content_type="text/html")  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
