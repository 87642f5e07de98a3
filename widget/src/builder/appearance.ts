// From what the browser says of an element, the tokens of a theme, and what a theme can't hold. Pure.
import type { Theme } from "../types/format.ts";
import { contrast, hex, luminance, over, type Rgba } from "./colour.ts";

/** What one element paints behind its content. */
export interface Layer {
  /** null where the browser's form of the colour can't be converted. */
  fill: Rgba | null;
  picture: "" | "gradient" | "picture";
}

/** What was seen of an element and of the page around it; colours and lengths as computed. */
export interface Seen {
  text: Rgba | null;
  own: Layer;
  /** Behind it, from the nearest outwards; the last one is the page's canvas. */
  behind: readonly Layer[];
  /** The colour of the text beside it. */
  near: Rgba | null;
  /** Of the page as a whole, for telling light from dark. */
  page: { behind: readonly Layer[]; text: Rgba | null };
  font: string;
  size_px: number;
  /** The four corners' radii. */
  radii: readonly string[];
  width_px: number;
  height_px: number;
  /** `box-shadow` of the element, then of the surface that it stands on. */
  shadows: readonly string[];
  /** CSS properties that it has a value of its own for and that no theme holds. */
  others: readonly string[];
}

/** What is not carried over, or not as it is: a code for words, and the value meant. */
export interface Left {
  code: keyof typeof LEFT_WORDS;
  value: string;
}

export interface Reading {
  scheme: "light" | "dark";
  colours: Theme["light"];
  shape: NonNullable<Theme["shape"]>;
  left: Left[];
}

/** English for each code; `{value}` is the value meant. */
export const LEFT_WORDS = {
  gradient: "Its fill is a gradient: a theme holds one colour, so no accent was taken.",
  picture: "Its fill is a picture: a theme holds one colour, so no accent was taken.",
  text: "The colour of its text could not be read.",
  fill: "The colour of its fill could not be read.",
  no_fill: "It has no fill that stands out: its text's colour became the accent.",
  ground: "A gradient or a picture lies behind it: the page's ground was not taken.",
  near: "The colour of the page's text could not be read.",
  font: "Its list of fonts is too long for a theme.",
  size: "Its text size of {value} is not between 10 and 24 px.",
  radius: "Its corners are rounder than a theme's: 32 px instead of {value}.",
  corners: "Its corners differ: the first was taken, of {value}.",
  shadow: "A theme's shadow is none, small or large: {value} comes nearest.",
  others: "A theme has no word for its {value}.",
} as const;

const FONT_MOST = 300;
const RADIUS_MOST_PX = 32;
/** A fill that differs less than this from its ground does not make it a filled button. */
const STANDS_OUT = 1.15;
/** A blur up to this is a small shadow. */
const SMALL_BLUR_PX = 16;

/** Say which tokens were seen, and what was left behind. */
export function readingOf(seen: Seen): Reading {
  const left: Left[] = [];
  const leave = (code: Left["code"], value = ""): void => void left.push({ code, value });
  const ground = groundOf(seen.behind);
  if (!ground) leave("ground");
  const colours: Reading["colours"] = { ...accentOf(seen, ground, leave) };
  if (ground) colours.background = hex(ground);
  if (ground && seen.near) colours.text = hex(over(seen.near, ground));
  if (!seen.near) leave("near");
  const shape = shapeOf(seen, leave);
  if (seen.others.length) leave("others", seen.others.join(", "));
  return { scheme: schemeOf(seen), colours, shape, left };
}

/** What is seen behind an element: the first fill that nothing shines through, and all before it over it. */
function groundOf(layers: readonly Layer[]): Rgba | null {
  const solid = layers.findIndex(({ fill, picture }) => picture || !fill || fill[3] >= 1);
  const base = layers[solid];
  if (!base?.fill || base.picture) return null;
  return layers.slice(0, solid).reduceRight<Rgba>((below, { fill }) => over(fill as Rgba, below), base.fill);
}

/** The page's own scheme: whether its text is lighter than its ground. */
function schemeOf({ page }: Seen): "light" | "dark" {
  const ground = groundOf(page.behind);
  const text = page.text ? luminance(page.text) : 0;
  return (ground ? luminance(ground) : 1 - text) < text ? "dark" : "light";
}

function accentOf(
  { own, text }: Seen,
  ground: Rgba | null,
  leave: (code: Left["code"]) => void,
): Pick<Reading["colours"], "accent" | "on_accent"> {
  if (own.picture) {
    leave(own.picture);
    return {};
  }
  if (!own.fill || (own.fill[3] < 1 && own.fill[3] > 0 && !ground)) {
    leave("fill"); // unreadable, or mixed with what is not known
    return {};
  }
  const below = ground ?? own.fill;
  const fill = over(own.fill, below);
  const filled = own.fill[3] > 0 && (!ground || contrast(fill, ground) >= STANDS_OUT);
  if (!text || text[3] === 0) leave("text");
  if (filled) return { accent: hex(fill), ...(text && text[3] > 0 && { on_accent: hex(over(text, fill)) }) };
  if (!text || text[3] === 0) return {};
  leave("no_fill");
  return { accent: hex(over(text, below)) };
}

function shapeOf(seen: Seen, leave: (code: Left["code"], value?: string) => void): Reading["shape"] {
  const shape: Reading["shape"] = {};
  if (seen.font.length > FONT_MOST) leave("font");
  else if (seen.font) shape.font = seen.font;
  const size_px = Math.round(seen.size_px * 10) / 10;
  if (size_px >= 10 && size_px <= 24) shape.size_px = size_px;
  else leave("size", `${size_px} px`);
  shape.radius_px = radiusOf(seen, leave);
  const shadow = seen.shadows.map(shadowOf).find((one) => one !== null);
  if (shadow) {
    shape.shadow = shadow;
    leave("shadow", shadow);
  }
  return shape;
}

/** The corner as it is drawn: never more than half of the element's own side. */
function radiusOf({ radii, width_px, height_px }: Seen, leave: (code: Left["code"], value: string) => void): number {
  const most = Math.min(width_px, height_px) / 2;
  const drawn = radii.map((text) => {
    const length = Number.parseFloat(text) || 0;
    return Math.round(Math.min(most, text.includes("%") ? (length / 100) * Math.min(width_px, height_px) : length));
  });
  const [first = 0] = drawn;
  if (drawn.some((each) => each !== first)) leave("corners", `${first} px`);
  if (first > RADIUS_MOST_PX) leave("radius", `${first} px`);
  return Math.min(first, RADIUS_MOST_PX);
}

/** The theme's word for a computed `box-shadow`; null where nothing of it is seen outside. */
function shadowOf(text: string): "small" | "large" | null {
  const each = text.match(/(?:[a-z-]+\([^)]*\)|[^,(])+/g) ?? [];
  const blurs = each
    .filter((one) => !/\binset\b/.test(one) && !/(?:, |\/ ?)0\)/.test(one))
    .map((one) => [...one.replace(/[a-z-]+\([^)]*\)/, "").matchAll(/-?[\d.]+(?=px)/g)].map(Number))
    .filter((lengths) => lengths.some((length) => length !== 0));
  if (!blurs.length) return null;
  return Math.max(...blurs.map(([, , blur = 0]) => blur)) > SMALL_BLUR_PX ? "large" : "small";
}
