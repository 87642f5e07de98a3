// URL patterns have the verdicts of the browser's own URLPattern, which tests/tables/urlpattern.py recorded, and of the
// standard's published rows; what is left out stands with its reason in tests/tables/urlpattern_standard.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Component, more } from "../src/more.ts";
import * as paths from "../src/pattern.ts";
import { fits } from "../src/place.ts";
import { compile } from "../src/urlpattern.ts";

interface Row {
  component: Component;
  pattern: string;
  plain: boolean;
  well_formed: boolean;
  fits?: string[];
  fails?: string[];
}

const file = new URL("../../guides/handrail_guides/vectors/urlpattern.json", import.meta.url);
const rows: Row[] = JSON.parse(readFileSync(file, "utf8"));

for (const row of rows) {
  test(`${row.component} ${row.pattern}`, () => {
    const found = (values: string[] = []) => values.filter((value) => fits(row.pattern, row.component, value));
    assert.deepEqual(found(row.fits), row.fits ?? []);
    assert.deepEqual(found(row.fails), []);
    if (!row.well_formed) assert.equal(fits(row.pattern, row.component, row.pattern), false);
  });
}

type Published = [component: Component, pattern: string, value: string | null, verdict: boolean | null];
const standard = new URL("../../tests/tables/urlpattern_standard.json", import.meta.url);
const published: Published[] = JSON.parse(readFileSync(standard, "utf8")).kept;

test("the published rows of the standard hold", () => {
  assert.ok(published.length >= 170);
  const wrong = published.filter(
    // what the standard refuses, the server refuses at publishing: it is never sent here
    ([component, pattern, value, verdict]) => verdict !== null && fits(pattern, component, value ?? "") !== verdict,
  );
  assert.deepEqual(wrong, []);
});

test("the pattern of a path means the same to the loader, once the rules chunk is there", () => {
  more.compile = compile;
  for (const { component, pattern, fits: fitting = [], fails = [] } of rows)
    for (const value of component === "path" ? [...fitting, ...fails] : [])
      assert.equal(paths.fits(pattern, value), fitting.includes(value), `${pattern} ${value}`);
});

test("a plain pattern means to the short reading what it means to the parser", () => {
  const plain = rows.filter((row) => row.plain && row.component === "path");
  assert.ok(plain.length >= 24, `${plain.length} are plain`);
  for (const { pattern, fits: fitting = [], fails = [] } of plain)
    for (const value of [...fitting, ...fails])
      assert.equal(paths.readPlain(pattern).test(value), fitting.includes(value), `${pattern} ${value}`);
});
