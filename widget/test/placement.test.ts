// Where the popover stands: the vectors, and what must hold for any boxes.  covers W2
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Placed, type PlaceRequest, place } from "../src/placement.ts";

interface Vector {
  name: string;
  request: PlaceRequest;
  placed: Placed;
}

const file = new URL("../../guides/handrail_guides/vectors/placement.json", import.meta.url);
const { cases }: { cases: Vector[] } = JSON.parse(readFileSync(file, "utf8"));

for (const { name, request, placed } of cases) test(name, () => assert.deepEqual(place(request), placed));

/** Repeatable numbers: the same boxes in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 2_147_483_648) * below;
  };
}

const PLACES = ["auto", "top", "top-start", "bottom-end", "left", "right-start", "right", "left-end"];

test("whatever the boxes, the popover is inside the view, and where it fits it does not touch its target", () => {
  const next = numbers(7);
  for (let n = 0; n < 5000; n++) {
    const view = { x: next(50), y: next(50), width: 320 + next(1600), height: 256 + next(900) };
    const popover = { width: 60 + next(view.width - 80), height: 40 + next(view.height - 60) };
    const target = { x: next(2400) - 400, y: next(1600) - 400, width: next(600), height: next(400) };
    const margin_px = 8;
    const request = { target, popover, view, place: PLACES[n % 8] as string, rtl: n % 3 === 0, gap_px: 10, margin_px };
    const { x, y, side, arrow, fits } = place(request);
    const inside = (at: number, own: number, start: number, room: number) =>
      at >= start + margin_px - 1e-6 && at + own <= start + room - margin_px + 1e-6;
    if (popover.width <= view.width - 16)
      assert.ok(inside(x, popover.width, view.x, view.width), JSON.stringify(request));
    if (popover.height <= view.height - 16)
      assert.ok(inside(y, popover.height, view.y, view.height), JSON.stringify(request));
    const apart = {
      top: target.y - y - popover.height,
      bottom: y - target.y - target.height,
      left: target.x - x - popover.width,
      right: x - target.x - target.width,
      center: 0,
    }[side];
    assert.equal(fits, arrow !== null);
    if (fits) assert.ok(Math.abs(apart - 10) < 1e-6, JSON.stringify(request));
  }
});
