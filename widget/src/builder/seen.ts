// What the browser says of an element's look, and of the page around it.
import type { Layer, Seen } from "./appearance.ts";
import { type Rgba, readRgb } from "./colour.ts";
import { parentOf } from "./under.ts";

const CONTROLS =
  "button,a[href],input,select,textarea,summary,[role=button],[role=tab],[role=menuitem],[role=link],[onclick]";
/** The icon in the label in the button: more than this is no part of a control. */
const DEEPEST_PART = 4;

/** Properties that make a look and that no theme holds, with what they are where they do nothing. */
const NO_WORD_FOR: readonly [property: string, idle: RegExp][] = [
  ["opacity", /^1$/],
  ["filter", /^none$/],
  ["backdrop-filter", /^(?:none|)$/],
  ["mix-blend-mode", /^normal$/],
  ["clip-path", /^none$/],
  ["text-transform", /^none$/],
  ["letter-spacing", /^(?:normal|0px)$/],
  ["text-shadow", /^none$/],
  ["font-style", /^normal$/],
];

/** The control that an element is a part of; the element itself where it is part of none. */
export function controlAround(target: Element): Element {
  let here: Element | null = target;
  for (let depth = 0; here && depth < DEEPEST_PART; depth++, here = parentOf(here))
    if (here.matches(CONTROLS)) return here;
  return target;
}

/** Look at an element. `scene` is a shadow root of ours, for asking what the page's bare canvas looks like. */
export function lookAt(target: Element, scene: ShadowRoot): Seen {
  const style = styleOf(target);
  const box = target.getBoundingClientRect();
  const canvas = { fill: canvasOf(scene), picture: "" } as const;
  const page = styleOf(document.body);
  return {
    text: rgbaOf(style.color),
    own: layerOf(style),
    behind: [...around(target).map(styleOf).map(layerOf), canvas],
    near: rgbaOf(styleOf(parentOf(target) ?? document.body).color),
    page: { behind: [layerOf(page), layerOf(styleOf(document.documentElement)), canvas], text: rgbaOf(page.color) },
    font: style.fontFamily.trim(),
    size_px: Number.parseFloat(style.fontSize),
    radii: [
      style.borderTopLeftRadius,
      style.borderTopRightRadius,
      style.borderBottomRightRadius,
      style.borderBottomLeftRadius,
    ],
    width_px: box.width,
    height_px: box.height,
    shadows: [style, ...surfaces(target)].map(({ boxShadow }) => boxShadow),
    others: othersOf(style),
  };
}

const styleOf = (target: Element): CSSStyleDeclaration =>
  (target.ownerDocument.defaultView ?? window).getComputedStyle(target);

/** Its ancestors, out of shadow roots and frames, to the root: what lies behind it, as long as nothing is lifted over it. */
function around(target: Element): Element[] {
  const found: Element[] = [];
  for (let here = parentOf(target); here; here = parentOf(here)) found.push(here);
  return [...found, document.documentElement];
}

/** The nearest card or dialog around it, the page itself aside. */
function surfaces(target: Element): CSSStyleDeclaration[] {
  const found = around(target).find((one) => one !== document.body && styleOf(one).boxShadow !== "none");
  return found ? [styleOf(found)] : [];
}

function layerOf({ backgroundImage, backgroundColor }: CSSStyleDeclaration): Layer {
  const picture = backgroundImage === "none" ? "" : backgroundImage.includes("gradient(") ? "gradient" : "picture";
  return { fill: rgbaOf(backgroundColor), picture };
}

function othersOf(style: CSSStyleDeclaration): string[] {
  const found = NO_WORD_FOR.filter(([name, idle]) => !idle.test(style.getPropertyValue(name))).map(([name]) => name);
  const edge = Number.parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== "none";
  const seen = edge && ![style.backgroundColor, "rgba(0, 0, 0, 0)"].includes(style.borderTopColor);
  return seen ? [...found, "border"] : found;
}

/** A computed colour in sRGB; forms such as oklch() and color() are painted and read back. */
function rgbaOf(text: string): Rgba | null {
  return readRgb(text) ?? painted(text);
}

function painted(text: string): Rgba | null {
  if (!CSS.supports("color", text)) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) return null;
  brush.fillStyle = text;
  brush.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = brush.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

/** The colour of a page that paints nothing, in the scheme that it asks for. */
function canvasOf(scene: ShadowRoot): Rgba | null {
  const probe = document.createElement("i");
  probe.style.colorScheme = styleOf(document.documentElement).colorScheme;
  probe.style.background = "Canvas";
  scene.append(probe);
  const fill = rgbaOf(getComputedStyle(probe).backgroundColor);
  probe.remove();
  return fill;
}
