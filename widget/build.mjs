// Build the widget and the CMS's own front end: `npm run build` (`--watch` keeps at it).
//
// widget/dist/
//   handrail.js            the loader: everything that a page with nothing to show pays for
//   stub.js                queues calls made before the loader arrives
//   {build}/NAME.js        chunks on demand, immutable: one for each file of src/chunks/; {build} names their content
//   {build}/handrail.js    the loader again, pinned, for use with `integrity`
//   handrail.mjs, .d.mts   the same calls as an ES module, for bundlers and Node
//   locate.mjs             capture and locate alone
//   build.json             the build's name, sizes and integrity values
// A copy goes to cms/handrail_cms/static/build/widget/, from where the server serves it and the wheel carries it.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { cssText } from "./css.mjs";
import { findLetters, keepLetters, lettersOf, withLetters } from "./letters.mjs";
import { PRIVATE } from "./private.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SRC = join(HERE, "src");
const DIST = join(HERE, "dist");
const CMS = join(HERE, "../cms/handrail_cms/static");
const SERVED = join(CMS, "build/widget");
const VERSION = JSON.parse(readFileSync(join(HERE, "../package.json"), "utf8")).version;

/** For chunks whose variables get their letters here, at the end. */
const UNNAMED = { minify: false, minifySyntax: true, minifyWhitespace: true };

/** `--letters`: look for better letters first, and keep them. */
const SEARCH = process.argv.includes("--letters");
const FOUND = {};

/** Files of earlier builds go after this long. */
const KEEP_MS = 15 * 60 * 1000;

const BROWSER = {
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  write: false,
  charset: "utf8",
  plugins: [cssText()],
};

/** A stylesheet of the widget is a string, minified: `import { css } from "./style.css"`. */
const STYLES = {
  name: "styles-as-text",
  setup(builder) {
    builder.onLoad({ filter: /src[/\\]render[/\\].*\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      // What the minifier leaves in the values of custom properties.
      const text = code.trim().replace(/(?<=[,:]) /g, "");
      return { contents: `export const css = ${JSON.stringify(text)};`, loader: "js" };
    });
  },
};

/** Short names for what only the loader and the chunks call one another, the same in all of them. */
async function shortNames() {
  const mangleProps = new RegExp(`^(${PRIVATE.join("|")})$`);
  const entryPoints = [join(SRC, "loader.ts"), join(SRC, "chunks/tour.ts")];
  const plugins = [STYLES];
  const define = { __BUILD__: '""' };
  const built = await build({
    ...BROWSER,
    entryPoints,
    plugins,
    define,
    outdir: DIST,
    format: "esm",
    mangleProps,
    mangleCache: {},
  });
  return { mangleProps, mangleCache: built.mangleCache };
}

const digest = (bytes, form) => createHash("sha384").update(bytes).digest(form);
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

function chunkEntries() {
  return readdirSync(join(SRC, "chunks"))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => basename(name, ".ts"));
}

/** Build every chunk by itself: a shared chunk would be one more request before the first step. */
async function buildChunks(short) {
  const outputs = await Promise.all(
    chunkEntries().map(async (name) => {
      const built = await build({
        ...BROWSER,
        ...short,
        entryPoints: [join(SRC, "chunks", `${name}.ts`)],
        ...(lettersOf(name) && UNNAMED),
        format: "esm",
        plugins: [STYLES],
        define: { __BUILD__: '""' },
      });
      return { name, file: `${name}.js`, bytes: await shrink(name, built.outputFiles[0].text) };
    }),
  );
  return outputs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function buildLoader(name, short) {
  const built = await build({
    ...BROWSER,
    ...short,
    entryPoints: [join(SRC, "loader.ts")],
    ...UNNAMED,
    format: "iife",
    define: { __BUILD__: JSON.stringify(name) },
  });
  return shrink("loader", built.outputFiles[0].text);
}

/** A second pass by terser: it folds more than esbuild does, and every page pays for each byte. */
async function shrink(chunk, code) {
  const compress = {
    passes: 3,
    unsafe: true,
    unsafe_arrows: true,
    pure_getters: true,
    keep_fargs: false,
  };
  const letters = lettersOf(chunk);
  const options = { ecma: 2022, module: true, compress, mangle: !letters, format: { comments: false } };
  const made = await minify(code, options);
  if (letters && SEARCH) FOUND[chunk] ??= findLetters(made.code, (line) => console.log(chunk, line), letters);
  return Buffer.from(letters ? withLetters(made.code, FOUND[chunk] ?? letters) : made.code);
}

async function buildWidget() {
  const short = await shortNames();
  const chunks = await buildChunks(short);
  const unnamed = await buildLoader(`${VERSION}-`.padEnd(16, "0"), short);
  const hash = digest(Buffer.concat([unnamed, ...chunks.map((chunk) => chunk.bytes)]), "hex").slice(0, 10);
  const name = `${VERSION}-${hash}`;
  const loader = await buildLoader(name, short);
  const stub = await build({ ...BROWSER, entryPoints: [join(SRC, "stub.ts")], format: "iife" });
  return { name, chunks, loader, stub: stub.outputFiles[0].contents };
}

/** The ES module keeps its dynamic imports, so that a bundler can split them as it likes. */
async function buildModules() {
  const entries = { handrail: join(SRC, "module.ts"), locate: join(SRC, "locate.module.ts") };
  const present = Object.fromEntries(Object.entries(entries).filter(([, path]) => existsSync(path)));
  const common = { ...BROWSER, format: "esm", outdir: DIST, outExtension: { ".js": ".mjs" } };
  const outputs = [];
  for (const [name, path] of Object.entries(present)) {
    const built = await build({
      ...common,
      entryPoints: { [name]: path },
      splitting: name === "handrail",
      chunkNames: "module/[name]-[hash]",
      define: { __BUILD__: JSON.stringify(VERSION) },
      plugins: [inlineChunks(), cssText()],
    });
    outputs.push(...built.outputFiles);
  }
  return outputs;
}

/** In the module build, `chunks.ts` (addresses by name) gives way to literal imports. */
function inlineChunks() {
  return {
    name: "chunks-as-imports",
    setup(builder) {
      builder.onLoad({ filter: /src[/\\]chunks\.ts$/ }, () => ({
        loader: "ts",
        resolveDir: SRC,
        contents: `const table = {${chunkEntries()
          .map((name) => `${JSON.stringify(name)}: () => import("./chunks/${name}.ts")`)
          .join(",")}};
          export const BUILD = __BUILD__;
          export const loadChunk = (name) => table[name]();`,
      }));
    },
  };
}

/** The CMS's pages: each file directly in static/src/ is an entry. */
async function buildPages() {
  const source = join(CMS, "src");
  if (!existsSync(source)) return [];
  const entries = readdirSync(source)
    .filter((name) => /\.(ts|css)$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(source, name));
  if (!entries.length) return [];
  const built = await build({
    ...BROWSER,
    entryPoints: entries,
    outdir: join(CMS, "build"),
    format: "esm",
    splitting: true,
    chunkNames: "shared/[name]-[hash]",
    assetNames: "assets/[name]-[hash]",
    loader: { ".svg": "text", ".woff2": "file", ".png": "file" },
    external: ["/static/*", "/widget/*"],
  });
  return built.outputFiles;
}

/** Write by renaming, so that a server or another build beside this one never reads half a file. */
/** One sprite of the icons that the templates name: `icon("plus")`, or `data-icon` in a script's markup. */
function buildIcons() {
  const folder = join(CMS, "../templates");
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".html"));
  const routes = join(CMS, "../interface/frame.py");
  const texts = [...files.map((name) => join(folder, String(name))), routes].map((path) => readFileSync(path, "utf8"));
  const calls = texts.join("\n").matchAll(/icon\("([a-z0-9-]+)"|Link\("\w+", .*?, "([a-z0-9-]+)", url_for/g);
  const names = [...new Set([...calls].map(([, named, linked]) => named ?? linked))].sort();
  const symbols = names.map((name) => {
    const source = readFileSync(join(HERE, `../node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const drawing = source
      .slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.indexOf("</svg>"))
      .replace(/\s+/g, " ");
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${drawing.trim()}</symbol>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  return [{ path: join(CMS, "build/icons.svg"), contents: Buffer.from(svg) }];
}

function write(path, bytes) {
  if (existsSync(path) && Buffer.compare(readFileSync(path), Buffer.from(bytes)) === 0) {
    utimesSync(path, new Date(), new Date());
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, bytes);
  renameSync(draft, path);
}

/** Remove what this build did not write, but not what an open page may still ask for. */
function prune(folder, keep_ms) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path, keep_ms);
    const stale = Date.now() - statSync(path).mtimeMs > keep_ms;
    if (entry.isDirectory() ? readdirSync(path).length === 0 : stale) rmSync(path, { recursive: true, force: true });
  }
}

function sizes(widget) {
  const rows = [["handrail.js", widget.loader], ...widget.chunks.map((chunk) => [chunk.name, chunk.bytes])];
  return Object.fromEntries(rows.map(([name, bytes]) => [name, gzipped(bytes)]));
}

function record(widget) {
  const files = Object.fromEntries(widget.chunks.map((chunk) => [chunk.name, chunk.file]));
  const integrity = `sha384-${digest(widget.loader, "base64")}`;
  return {
    build: widget.name,
    version: VERSION,
    pinned: `${widget.name}/handrail.js`,
    integrity,
    files,
    gzip: sizes(widget),
  };
}

/** The files of the widget: path under dist -> bytes. */
function widgetFiles(widget, modules) {
  const files = new Map(modules.map((output) => [relative(DIST, output.path), output.contents]));
  for (const chunk of widget.chunks) files.set(`${widget.name}/${chunk.file}`, chunk.bytes);
  files.set(`${widget.name}/handrail.js`, widget.loader);
  files.set("stub.js", widget.stub);
  files.set("handrail.js", widget.loader);
  // TypeScript looks for the types of an .mjs file under this name only.
  files.set("handrail.d.mts", readFileSync(join(SRC, "public/handrail.d.ts")));
  files.set("build.json", `${JSON.stringify(record(widget), null, 2)}\n`);
  return files;
}

function report(widget, pages) {
  const gzip = sizes(widget);
  const line = (name, bytes, note = "") => console.log(`${String(bytes).padStart(7)}  ${name}${note}`);
  console.log(`build ${widget.name}; bytes after gzip -9:`);
  for (const [name, bytes] of Object.entries(gzip))
    line(name, bytes, name === "handrail.js" ? "  (page with nothing to show)" : "");
  if (gzip.tour) line("page showing a tour", gzip["handrail.js"] + gzip.tour);
  for (const file of pages) line(`cms ${file.path.slice(CMS.length + 7)}`, gzipped(file.contents));
}

const [widget, modules, pages] = await Promise.all([buildWidget(), buildModules(), buildPages()]);
for (const [name, bytes] of widgetFiles(widget, modules))
  for (const folder of [DIST, SERVED]) write(join(folder, name), bytes);
for (const file of [...pages, ...buildIcons()]) write(file.path, file.contents);
for (const folder of [DIST, join(CMS, "build")]) prune(folder, KEEP_MS);
if (SEARCH) keepLetters(FOUND);
report(widget, pages);
