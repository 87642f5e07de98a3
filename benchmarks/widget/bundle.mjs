// Bundle each peer as a page would load it, and print its bytes: `node bundle.mjs OUT`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const { build } = createRequire(join(process.cwd(), "package.json"))("esbuild");
const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2];

/** Each opens the same tour of three steps on #target, with an overlay; `next` is its button. */
const PEERS = {
  "driver.js": {
    css: "driver.js/dist/driver.css",
    js: `import { driver } from "driver.js";
      window.start = (steps) => {
        const tour = driver({ showProgress: true, steps: steps.map((popover) => ({ element: "#target", popover })) });
        tour.drive();
        window.stop = () => tour.destroy();
      };`,
    popover: ".driver-popover",
    next: ".driver-popover-next-btn",
  },
  "intro.js": {
    css: "intro.js/minified/introjs.min.css",
    js: `import introJs from "intro.js";
      window.start = (steps) => {
        const intro = (introJs.tour ?? introJs)();
        intro.setOptions({ showProgress: true, steps: steps.map(({ title, description }) => ({ element: "#target", title, intro: description })) });
        intro.start();
        window.stop = () => intro.exit(true);
      };`,
    popover: ".introjs-tooltip",
    next: ".introjs-nextbutton",
  },
  "shepherd.js": {
    css: "shepherd.js/dist/css/shepherd.css",
    js: `import Shepherd from "shepherd.js";
      window.start = (steps) => {
        const tour = new Shepherd.Tour({ useModalOverlay: true, defaultStepOptions: { cancelIcon: { enabled: true } } });
        for (const { title, description } of steps)
          tour.addStep({ title, text: description, attachTo: { element: "#target", on: "bottom" }, buttons: [{ text: "Next", action: tour.next }] });
        tour.start();
        window.stop = () => tour.cancel();
      };`,
    popover: ".shepherd-element",
    next: ".shepherd-button",
  },
  // Two that place and follow and do nothing else: what the widget's own placing is weighed against.
  "floating-ui": {
    js: `import { arrow, autoUpdate, computePosition, flip, offset, shift } from "@floating-ui/dom";
      window.start = ([{ title, description }]) => {
        const popover = document.createElement("div");
        popover.className = "peer-popover";
        popover.style.cssText = "position:absolute;top:0;left:0;width:300px;padding:16px;border:1px solid;background:#fff";
        const pointer = document.createElement("i");
        pointer.style.cssText = "position:absolute;width:10px;height:10px";
        popover.append(title, document.createElement("br"), description, pointer);
        document.body.append(popover);
        const target = document.querySelector("#target");
        const place = async () => {
          const middleware = [offset(10), flip(), shift({ padding: 8 }), arrow({ element: pointer })];
          const { x, y, middlewareData } = await computePosition(target, popover, { placement: "bottom", middleware });
          popover.style.translate = Math.round(x) + "px " + Math.round(y) + "px";
          pointer.style.left = (middlewareData.arrow.x ?? 0) + "px";
        };
        const end = autoUpdate(target, popover, place);
        window.stop = () => { end(); popover.remove(); };
      };`,
    popover: ".peer-popover",
  },
  "css anchors": {
    js: `window.start = ([{ title, description }]) => {
        const popover = document.createElement("div");
        popover.className = "peer-popover";
        popover.style.cssText = "position:fixed;position-anchor:--target;position-area:bottom;position-try-fallbacks:flip-block;" +
          "width:300px;margin:10px;padding:16px;border:1px solid;background:#fff";
        popover.append(title, document.createElement("br"), description);
        const target = document.querySelector("#target");
        target.style.anchorName = "--target";
        document.body.append(popover);
        window.stop = () => { popover.remove(); target.style.anchorName = ""; };
      };`,
    popover: ".peer-popover",
  },
};

const report = {};
for (const [name, { css, js, popover, next }] of Object.entries(PEERS)) {
  const built = await build({
    stdin: { contents: js, resolveDir: here, loader: "js" },
    bundle: true,
    minify: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  const script = built.outputFiles[0].contents;
  const style = css ? readFileSync(join(here, "node_modules", css)) : "";
  writeFileSync(join(out, `${name}.bundle.js`), script);
  writeFileSync(join(out, `${name}.css`), style);
  const bytes = (part) => gzipSync(part, { level: 9 }).length;
  report[name] = { bytes: bytes(script) + bytes(style), popover, next };
}
console.log(JSON.stringify(report));
