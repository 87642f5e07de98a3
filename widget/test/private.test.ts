// A name that the build shortens must be said by nobody but our own code.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { PRIVATE } from "../private.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const SRC = join(HERE, "../src");
const SCHEMAS = join(HERE, "../../guides/handrail_guides/schema");
const LIB = join(dirname(createRequire(import.meta.url).resolve("typescript")), ".");
const files = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(ending));
const words = (text: string): string[] => text.match(/[A-Za-z_$][\w$]*/g) ?? [];
const isPrivate = new Set(PRIVATE);

test("no name is a word of the schemas or of the public types", () => {
  const said = [...files(SCHEMAS, ".json"), join(SRC, "public/handrail.d.ts")].flatMap((file) =>
    words(readFileSync(file, "utf8")),
  );
  assert.deepEqual(
    said.filter((word) => isPrivate.has(word)),
    [],
  );
});

test("no name is said in a string of the sources", () => {
  const said: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      said.push(...words(node.text));
    ts.forEachChild(node, visit);
  };
  for (const file of files(SRC, ".ts").filter((name) => !name.includes("types")))
    visit(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true));
  assert.deepEqual(
    said.filter((word) => isPrivate.has(word)),
    [],
  );
});

test("no name is one of the browser's", () => {
  const found: string[] = [];
  for (const file of files(LIB, ".d.ts").filter((name) => /lib\.(dom|es)[^/]*$/.test(name)))
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^\s+(?:readonly )?(\w+)\??[(:<]/gm))
      if (isPrivate.has(name as string)) found.push(name as string);
  assert.deepEqual([...new Set(found)], []);
});
