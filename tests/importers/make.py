# ruff: noqa: E501
"""Make the documents of this folder with the real libraries: each is given a tour in Chromium, shows its first step,
and is asked for its configuration, which goes to NAME.json with the versions.

Run `npm i --prefix FOLDER` with this folder's package.json, then `python -m tests.importers.make FOLDER/node_modules`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from handrail_guides.walk.browser import launch_chromium
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
PAGE = "<button id=new data-tour='new'>New invoice</button><p class=total>Total</p><a id=help href='#'>Help</a>"

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

MADE = {
    "driver.js": (DRIVER, ["driver.js/dist/driver.js.iife.js"], "driver"),
    "shepherd.js": (SHEPHERD, [], "shepherd"),
    "intro.js": (INTRO, ["intro.js/intro.js"], "intro"),
}


def main(modules: Path) -> None:
    with sync_playwright() as playwright:
        browser = launch_chromium(playwright)
        for library, (script, files, name) in MADE.items():
            page = browser.new_page()
            page.route("https://host.test/**", lambda route: _serve(route, modules))
            page.goto("https://host.test/")
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
    else:
        route.fulfill(body=PAGE, content_type="text/html")  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
