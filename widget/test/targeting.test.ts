// Rules in the widget: the vectors that Python runs too (tests/test_targeting.py).
// covers T1 T2 T3 T4
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { more } from "../src/more.ts";
import { rare } from "../src/rare.ts";
import { type Context, evaluate } from "../src/targeting.ts";
import type { Rule, Target, Where } from "../src/types/format.ts";
import { placeMatches } from "../src/where.ts";

const vectors = new URL("../../guides/handrail_guides/vectors/", import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, vectors), "utf8"));

interface Case {
  name: string;
  rule: Rule | null;
  context: Omit<Context, "present"> & { present?: string[] };
  verdict: unknown;
  needs: string[];
}

const cases: Case[] = read("targeting.json");

test("there are at least 400 vectors", () => {
  assert.ok(cases.length >= 400, `${cases.length}`);
});

/** As on a page: the rules chunk comes where guides/handrail_guides/needs.py says that it is needed. */
function learn(needs: string[]): void {
  const { compile, isPage, clauses, tests } = needs.length ? rare : ({} as Partial<typeof rare>);
  Object.assign(more, { compile, isPage, clauses, tests });
}

for (const { name, rule, context, verdict, needs } of cases) {
  test(name, () => {
    const { present, ...facts } = context;
    const look = present ? { present: (target: Target) => present.includes(target.css ?? "") } : {};
    learn(needs);
    assert.deepEqual(evaluate(rule ?? undefined, { ...facts, ...look }), verdict);
  });
}

for (const { name, where, url, matches, needs } of read("targeting_where.json")) {
  test(`where ${name}`, () => {
    learn(needs);
    const at = URL.canParse(url) ? new URL(url) : { href: url, pathname: "" };
    assert.equal(placeMatches((where ?? undefined) as Where | undefined, at), matches);
  });
}

test("most of what few guides have is not needed by the common clauses", () => {
  assert.ok(cases.filter(({ needs }) => !needs.length).length >= 90);
});

test("a page that throws when it is asked for an element gives the code error", () => {
  learn(["rules"]);
  const present = () => {
    throw new Error("the host's own trouble");
  };
  const verdict = evaluate({ all: [{ element: { css: "#x" } }] }, { now: 0, present });
  assert.deepEqual(verdict, { matches: false, clause: "/all/0", code: "error", value: null });
});

// covers T5
test("nothing that a host can hand over makes the evaluation throw", () => {
  learn(["rules"]);
  const odd = [
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    10n,
    Symbol("x"),
    () => 1,
    new Date(0),
    /x/,
    [],
    {},
  ];
  const tests = ["is", "in", "more_than", "before", "within", "contains", "starts_with", "exists"];
  for (const value of odd)
    for (const name of tests)
      for (const wanted of [1, "P1D", ["x"], null]) {
        const rule = { trait: "x", [name]: wanted } as unknown as Rule;
        assert.equal(typeof evaluate(rule, { now: 0, traits: { x: value } }).matches, "boolean");
      }
});
