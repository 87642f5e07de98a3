// Bundle each peer as a page would load it, and print its bytes: `node bundle.mjs OUT`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const { build } = createRequire(join(process.cwd(), "package.json"))("esbuild");
const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2];

/** Each opens the same tour of three steps on #target, with an overlay. */
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
  },
};

const report = {};
for (const [name, { css, js, popover }] of Object.entries(PEERS)) {
  const built = await build({
    stdin: { contents: js, resolveDir: here, loader: "js" },
    bundle: true,
    minify: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  const script = built.outputFiles[0].contents;
  const style = readFileSync(join(here, "node_modules", css));
  writeFileSync(join(out, `${name}.bundle.js`), script);
  writeFileSync(join(out, `${name}.css`), style);
  const bytes = (part) => gzipSync(part, { level: 9 }).length;
  report[name] = { bytes: bytes(script) + bytes(style), popover };
}
console.log(JSON.stringify(report));
