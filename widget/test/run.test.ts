// The run's state machine: for the inputs of the shared vectors it sends exactly their events, and guides/runs.py folds
// those to the expected state (tests/test_runs.py).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { advance, type Input, newRun, type RunEvent, type RunState, type Script } from "../src/run.ts";
import type { ChunkStep } from "../src/wire.ts";

type Row = [at_s: number, seq: number, type: string, step: string | null, data: object];

interface Case {
  name: string;
  steps?: ChunkStep[];
  inputs?: [at_s: number, input: { type: string }][];
  events: Row[];
}

const file = new URL("../../guides/handrail_guides/vectors/runs.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };
const played = cases.filter((one) => one.inputs);

function play(
  steps: ChunkStep[],
  inputs: [number, { type: string }][],
): { state: RunState; events: RunEvent[]; orders: string[] } {
  const script: Script = { steps, holds: (rule) => (rule as { device?: string }).device === "desktop" };
  let state = newRun("r", "g", 1, steps[0]?.id as string, 0);
  const events: RunEvent[] = [];
  const orders: string[] = [];
  for (const [at_s, input] of inputs) {
    const change = advance(state, { ...input, at: at_s * 1000 } as Input, script);
    state = change.state;
    events.push(...change.events);
    orders.push(...change.orders);
  }
  return { state, events, orders };
}

const ABC = ["a", "b", "c"].map((id) => ({ id, title: id })) as ChunkStep[];
const row = ({ at, seq, type, step, data }: RunEvent): Row => [at / 1000, seq, type, step ?? null, data ?? {}];

test("the vectors hold inputs for the widget", () => assert.ok(played.length >= 25));

for (const { name, steps, inputs, events } of played)
  test(`vector: ${name}`, () => assert.deepEqual(play(steps ?? ABC, inputs ?? []).events.map(row), events));

test("the given state is never changed", () => {
  const state = Object.freeze({ ...newRun("r", "g", 1, "a", 0), trail: Object.freeze([]) as never });
  const script = { steps: ABC, holds: () => true };
  advance(state, { type: "begin", at: 0 }, script);
  advance(state, { type: "found", at: 0, match: { match: "none", confidence: 1 } }, script);
});

// covers E1
test("whatever happens, a run has one end, rising sequence numbers, and no step passed that was not shown", () => {
  const types = [
    "found",
    "view+",
    "view-",
    "seen",
    "pass",
    "back",
    "lost",
    "away",
    "missing",
    "unload",
    "resume",
    "escape",
    "close",
    "super",
  ];
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  for (let round = 0; round < 3000; round++) {
    const inputs: [number, { type: string }][] = [[0, { type: "begin" }]];
    for (let n = 1; n < 30; n++)
      inputs.push([n, deed(types[Math.floor(random() * types.length * (n < 25 ? 0.8 : 1))] as string)]);
    const { events, state } = play(ABC, inputs);
    const ends = events.filter((event) => event.type === "run_ended");
    assert.ok(ends.length <= 1);
    if (ends.length) assert.equal(events.at(-1), ends[0]);
    assert.equal(ends.length === 1, state.ended !== null);
    for (const [place, event] of events.entries()) assert.equal(event.seq, place);
    const shown = new Set<string | undefined>();
    const missing: (string | undefined)[] = [];
    for (const { type, step, data } of events) {
      if (type === "step_shown") shown.add(step);
      if (type === "step_passed") assert.ok(shown.has(step));
      if (type === "target_missing") missing.push(step);
      if (type === "step_left") assert.ok((data?.visible_ms as number) >= 0);
    }
    assert.equal(new Set(missing).size, missing.length);
  }
});

function deed(type: string): { type: string } {
  const made: { [type: string]: object } = {
    found: { match: { match: "exact", confidence: 1 } },
    "view+": { type: "view", in_view: true },
    "view-": { type: "view", in_view: false },
    pass: { by: "next" },
    missing: { reason: "not_found" },
    escape: { type: "dismiss", by: "escape" },
    close: { type: "dismiss", by: "close" },
    super: { type: "supersede", by: "other" },
  };
  return { type, ...made[type] };
}
