// The struggle detector on recorded sessions: what must be found is, and ordinary work is not taken for struggle.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openDetector, type Signal } from "../src/struggle.ts";

interface Session {
  name: string;
  signals: Signal[];
  found?: string[];
}

const fixtures = JSON.parse(readFileSync(new URL("./fixtures/struggle.json", import.meta.url), "utf8")) as {
  quiet: Session[];
  loud: Session[];
};

const find = (signals: Signal[]): string[] => {
  const detect = openDetector();
  return signals.flatMap((signal) => detect(signal).map((finding) => finding.kind));
};

for (const { name, signals } of fixtures.quiet) test(`quiet: ${name}`, () => assert.deepEqual(find(signals), []));
for (const { name, signals, found } of fixtures.loud)
  test(`loud: ${name}`, () => assert.deepEqual(find(signals), found));

/** The session again, as another person would do it: the whole faster or slower, each moment a little off. */
function again({ signals }: Session, random: () => number): Signal[] {
  const pace = 0.85 + 0.3 * random();
  let last = 0;
  return signals.map((signal) => {
    last = Math.max(last, Math.round(signal.at * pace * (0.97 + 0.06 * random())));
    return { ...signal, at: last };
  });
}

test("the false-positive rate on varied sessions stays what docs/struggle.md publishes", () => {
  let seed = 11;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const rounds = 200;
  let wrong = 0;
  const blamed = new Map<string, number>();
  for (const session of fixtures.quiet)
    for (let round = 0; round < rounds; round++)
      if (find(again(session, random)).length) {
        wrong++;
        blamed.set(session.name, (blamed.get(session.name) ?? 0) + 1);
      }
  let heard = 0;
  for (const session of fixtures.loud)
    for (let round = 0; round < rounds; round++) heard += find(again(session, random)).length ? 1 : 0;
  const quiet = fixtures.quiet.length * rounds;
  const loud = fixtures.loud.length * rounds;
  console.log(`false positives ${wrong} of ${quiet}; found ${heard} of ${loud}`, Object.fromEntries(blamed));
  assert.ok(wrong / quiet <= 0.005);
  assert.ok(heard / loud >= 0.9);
});
