// What an element wears, as the tokens of a theme: "look like this button".  covers W15
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Layer, readingOf, type Seen } from "../src/builder/appearance.ts";
import { hex, over, type Rgba, readRgb } from "../src/builder/colour.ts";

const rgb = (text: string): Rgba => {
  const [r = 0, g = 0, b = 0] = (text.match(/\w\w/g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return [r, g, b, 1];
};
const layer = (colour: Rgba | null, picture: Layer["picture"] = ""): Layer => ({ fill: colour, picture });
const CLEAR: Rgba = [0, 0, 0, 0];
const PAPER = layer(rgb("fbfaf8"));

function seen(more: Partial<Seen> = {}): Seen {
  return {
    text: rgb("ffffff"),
    own: layer(rgb("3b3fb6")),
    behind: [layer(CLEAR), PAPER, layer(rgb("ffffff"))],
    near: rgb("1d1b2e"),
    page: { behind: [PAPER, layer(rgb("ffffff"))], text: rgb("1d1b2e") },
    font: "Inter, sans-serif",
    size_px: 15,
    radii: ["8px", "8px", "8px", "8px"],
    width_px: 120,
    height_px: 38,
    shadows: ["none"],
    others: [],
    ...more,
  };
}

const codes = (more: Partial<Seen>): string[] => readingOf(seen(more)).left.map(({ code }) => code);

test("a filled button becomes the accent, the page beside it the ground", () => {
  assert.deepEqual(readingOf(seen()), {
    scheme: "light",
    colours: { accent: "#3b3fb6", on_accent: "#ffffff", background: "#fbfaf8", text: "#1d1b2e" },
    shape: { font: "Inter, sans-serif", size_px: 15, radius_px: 8 },
    left: [],
  });
});

test("the scheme is the one that the page shows, wherever the button stands", () => {
  const dark = { behind: [layer(rgb("14131c"))], text: rgb("f0eef6") };
  assert.equal(readingOf(seen({ page: dark })).scheme, "dark");
  const bar = { behind: [layer(rgb("14131c"))], near: rgb("f0eef6") };
  const { scheme, colours } = readingOf(seen(bar));
  assert.deepEqual([scheme, colours.background, colours.text], ["light", "#14131c", "#f0eef6"]);
});

test("what shines through is mixed with what lies below it", () => {
  const half: Rgba = [0, 0, 0, 0.5];
  const { colours } = readingOf(seen({ own: layer(half), behind: [layer(half), layer(rgb("ffffff"))] }));
  assert.deepEqual([colours.background, colours.accent], ["#808080", "#404040"]);
});

test("without a fill that stands out, the text's colour is the accent, and it is said", () => {
  for (const own of [layer(CLEAR), PAPER]) {
    const { colours, left } = readingOf(seen({ own, text: rgb("3b3fb6") }));
    assert.deepEqual([colours.accent, colours.on_accent], ["#3b3fb6", undefined]);
    assert.deepEqual(
      left.map(({ code }) => code),
      ["no_fill"],
    );
  }
});

test("what a theme can't hold is named and not guessed", () => {
  for (const picture of ["gradient", "picture"] as const) {
    const { colours, left } = readingOf(seen({ own: layer(rgb("3b3fb6"), picture) }));
    assert.deepEqual([colours.accent, colours.on_accent, left[0]?.code], [undefined, undefined, picture]);
  }
  assert.deepEqual(codes({ behind: [layer(CLEAR, "gradient"), PAPER] }), ["ground"]);
  assert.deepEqual(codes({ own: layer(null) }), ["fill"]);
  assert.deepEqual(codes({ own: layer([0, 0, 0, 0.5]), behind: [layer(null)] }), ["ground", "fill"]);
  assert.deepEqual(codes({ text: CLEAR }), ["text"]);
  assert.deepEqual(codes({ near: null }), ["near"]);
  assert.deepEqual(codes({ font: "x".repeat(301) }), ["font"]);
  assert.deepEqual(codes({ size_px: 32 }), ["size"]);
  const { left } = readingOf(seen({ others: ["opacity", "border"] }));
  assert.deepEqual(left, [{ code: "others", value: "opacity, border" }]);
});

test("corners are those that are drawn", () => {
  const radius = (radii: string[], height_px = 38): number | undefined =>
    readingOf(seen({ radii, height_px })).shape.radius_px;
  assert.equal(radius(Array(4).fill("9999px")), 19);
  assert.equal(radius(Array(4).fill("50%"), 40), 20);
  assert.equal(radius(Array(4).fill("0px")), 0);
  assert.equal(radius(Array(4).fill("99px"), 100), 32);
  assert.deepEqual(codes({ radii: Array(4).fill("99px"), height_px: 100 }), ["radius"]);
  assert.deepEqual(codes({ radii: ["8px", "8px", "0px", "0px"] }), ["corners"]);
});

test("a shadow is the nearest of a theme's, the element's own before its surface's", () => {
  const shadow = (...shadows: string[]): string | undefined => readingOf(seen({ shadows })).shape.shadow;
  const nothing = "rgba(0, 0, 0, 0) 0px 0px 0px 0px";
  assert.equal(shadow("none"), undefined);
  assert.equal(shadow(nothing, "rgba(0, 0, 0, 0.2) 0px 1px 3px 0px"), "small");
  assert.equal(shadow("rgba(0, 0, 0, 0.1) 0px 20px 25px -5px, rgba(0, 0, 0, 0.1) 0px 8px 10px -6px"), "large");
  assert.equal(shadow("rgba(0, 0, 0, 0.4) 0px 2px 4px 0px inset"), undefined);
  assert.equal(shadow("rgba(0, 0, 0, 0.1) 0px 1px 2px 0px", "rgb(0, 0, 0) 0px 20px 40px 0px"), "small");
  assert.equal(shadow(`${nothing}, oklch(0.2 0.1 20 / 0) 0px 9px 9px 0px`), undefined);
});

test("colours are read in the form that browsers compute, and no other", () => {
  assert.deepEqual(readRgb("rgb(59, 63, 182)"), [59, 63, 182, 1]);
  assert.deepEqual(readRgb("rgba(0, 0, 0, 0.5)"), [0, 0, 0, 0.5]);
  for (const text of ["oklch(0.6 0.2 255)", "color(srgb 1 0 0)", "rgb()", ""]) assert.equal(readRgb(text), null);
  assert.equal(hex(over([255, 255, 255, 0.5], [0, 0, 0, 1])), "#808080");
});
