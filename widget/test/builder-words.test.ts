// The builder in Korean: whatever it says has its words.  covers A10
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { LEFT_WORDS } from "../src/builder/appearance.ts";
import { say } from "../src/builder/words.ts";

const FOLDER = new URL("../src/builder/", import.meta.url);
const sources = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), "utf8"));

/** Every English text that is said: in `say("…")`, as a label or hint of a field, or in a table of words. */
function* spoken(): Generator<string> {
  const said = /\b(?:say|field)\(\s*(?:\w+ \? )?"((?:[^"\\]|\\.)+)"(?: : "([^"]+)")?/g;
  const tables = /const [A-Z_]+(?:_WORDS|PLACES|OVERLAYS|ADVANCES|MISSING)\b[^=]*= \{(.*\};$|[\s\S]*?^\};)/gm;
  for (const source of sources) {
    for (const [, one, other] of source.matchAll(said)) yield* [one, other].filter((text) => text !== undefined);
    for (const [, table = ""] of source.matchAll(tables))
      for (const [, text = ""] of table.matchAll(/: "([^"]+)"/g)) yield text;
  }
  yield* Object.values(LEFT_WORDS);
}

test("everything that the builder says is said in Korean too", () => {
  Object.defineProperty(globalThis, "navigator", { value: { language: "ko-KR" }, configurable: true });
  const all = [...new Set(spoken())];
  assert.ok(all.length > 80, `${all.length} texts were found`);
  assert.deepEqual(
    all.filter((text) => say(text) === text && !/[가-힣]/.test(text)),
    [],
  );
});

test("values stand where the Korean sentence wants them", () => {
  Object.defineProperty(globalThis, "navigator", { value: { language: "ko" }, configurable: true });
  assert.equal(say("Use {colour} for {token}", { colour: "#fff", token: "글자색" }), "글자색에 #fff 쓰기");
});
