// Similo (Nass et al., TOSEM 2023, doi 10.1145/3571855) in its original weights, in the weights optimised by the
// replication (Kluge and Stocco, arXiv 2505.16424), and HybridSimilo (VON Similo picks ten, Similo orders them) with
// the replication's weights: written from the papers and the published tables, over the same candidates (visible
// elements of their list of tags; ours also enters open shadow roots and same-origin iframes, to be generous).

export interface Told {
  tag: string;
  class: string | null;
  name: string | null;
  id: string | null;
  href: string | null;
  alt: string | null;
  type: string | null;
  aria: string | null;
  xpath: string;
  idxpath: string;
  button: boolean;
  at: [number, number];
  size: [number, number];
  text: string | null;
  near: string | null;
  attributes: Record<string, string>;
}
export interface Described extends Told {
  overlap: Told[];
}
type Rated = { element: Element; told: Told };
type Compare = (one: Told, other: Told) => number;

const TAGS =
  "input,textarea,button,select,a,h1,h2,h3,h4,h5,h6,li,span,div,p,th,tr,td,label,svg,img,iframe,i,strong".split(",");
const SCREEN = Math.hypot(1920, 1080);

export function everyElement(root: Document | ShadowRoot, found: Element[] = []): Element[] {
  for (const element of root.querySelectorAll("*")) {
    found.push(element);
    const inside = element.shadowRoot ?? (element as HTMLIFrameElement).contentDocument;
    if (inside) everyElement(inside, found);
  }
  return found;
}

export function xpathOf(element: Element, with_id = false): string {
  const id = element.getAttribute("id");
  if (with_id && id && !id.includes("'")) return `//*[@id='${id}']`;
  const parent = element.parentElement;
  const twins = parent ? [...parent.children].filter((one) => one.localName === element.localName) : [element];
  const step = `/${element.localName}[${twins.indexOf(element) + 1}]`;
  return parent ? xpathOf(parent, with_id) + step : step;
}

function tell(element: Element): Told {
  const box = element.getBoundingClientRect();
  const said = (name: string): string | null => element.getAttribute(name);
  const text = [(element as HTMLElement).innerText, said("value"), said("placeholder")].find((one) => one?.trim()) ?? null;
  const type = said("type");
  const tag = element.localName;
  return {
    tag,
    class: said("class"),
    name: said("name"),
    id: said("id"),
    href: said("href"),
    alt: said("alt"),
    type,
    aria: said("aria-label"),
    xpath: xpathOf(element),
    idxpath: xpathOf(element, true),
    button:
      (tag === "a" && !!said("class")?.includes("btn")) ||
      tag === "button" ||
      (tag === "input" && /^(?:button|submit|reset)$/.test(type ?? "")),
    at: [Math.round(box.x), Math.round(box.y)],
    size: [Math.round(box.width), Math.round(box.height)],
    text: text?.slice(0, 2000) ?? null,
    near: null,
    attributes: Object.fromEntries([...element.attributes].filter(({ name }) => !/^(?:style|data-bench)/.test(name)).map(({ name, value }) => [name, value])),
  };
}

const meets = (one: Told, other: Told, by: number): boolean =>
  one.at[0] - by < other.at[0] + other.size[0] &&
  other.at[0] < one.at[0] + one.size[0] + by &&
  one.at[1] - by < other.at[1] + other.size[1] &&
  other.at[1] < one.at[1] + one.size[1] + by;

function withNeighbours(all: Rated[]): void {
  const low = all.filter(({ told }) => told.size[1] <= 100 && told.text);
  for (const one of all) {
    if (one.told.size[1] > 100 || one.told.size[0] > 600) continue;
    const words = new Set<string>();
    for (const other of low)
      if (other !== one && meets(one.told, other.told, 50))
        for (const word of (other.told.text ?? "").toLowerCase().split(/\s+/)) if (word) words.add(word);
    if (words.size) one.told.near = [...words].join(" ");
  }
}

let known: { root: Element; all: Rated[] } | null = null;

/** All candidates of the page as it stands; kept until `forget`. */
export function rated(): Rated[] {
  if (known?.root === document.documentElement) return known.all;
  const seen = everyElement(document).filter(
    (element) =>
      TAGS.includes(element.localName) &&
      getComputedStyle(element).visibility !== "hidden" &&
      element.getBoundingClientRect().height > 0,
  );
  const all = seen.map((element) => ({ element, told: tell(element) }));
  withNeighbours(all);
  known = { root: document.documentElement, all };
  return all;
}

export const forget = (): void => {
  known = null;
};

function overlaps(one: Told, other: Told): boolean {
  const [left, top] = [Math.max(one.at[0], other.at[0]), Math.max(one.at[1], other.at[1])];
  const right = Math.min(one.at[0] + one.size[0], other.at[0] + other.size[0]);
  const bottom = Math.min(one.at[1] + one.size[1], other.at[1] + other.size[1]);
  if (right <= left || bottom <= top) return false;
  const width = Math.max(one.at[0] + one.size[0], other.at[0] + other.size[0]) - Math.min(one.at[0], other.at[0]);
  const height = Math.max(one.at[1] + one.size[1], other.at[1] + other.size[1]) - Math.min(one.at[1], other.at[1]);
  return ((right - left) * (bottom - top)) / (width * height) >= 0.85;
}

const groupOf = (told: Told, all: Rated[]): Told[] => {
  const group = all.filter((one) => overlaps(told, one.told)).map((one) => one.told);
  return group.length ? group : [told];
};

export function describe(element: Element): Described {
  const all = rated();
  const told = all.find((one) => one.element === element)?.told ?? tell(element);
  return { ...told, overlap: groupOf(told, all) };
}

// Comparisons, by the names of the papers.
const both = (compare: (one: string, other: string) => number) => (one: string | null, other: string | null) =>
  one === null || other === null ? 0 : compare(one, other);
const equal = (one: string, other: string): number => (one === other ? 1 : 0);
const equalFolded = (one: string, other: string): number => (one && one.toLowerCase() === other.toLowerCase() ? 1 : 0);

function edits(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++)
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)));
    above = row;
  }
  return above[other.length] ?? 0;
}

/** The original's: case folded, first 49 letters. */
function distance(one: string, other: string): number {
  if (!one || !other) return 0;
  const [a, b] = [one, other].map((text) => (text.length > 50 ? text.slice(0, 49) : text).toLowerCase()) as [string, string];
  const long = Math.max(a.length, b.length);
  return long ? (long - edits(a, b)) / long : 1;
}

const bag = (text: string): Set<string> => new Set(text.split(/[ \n]/));
function stringSet(one: string, other: string): number {
  const [a, b] = [bag(one), bag(other)];
  const held = [...a].filter((word) => b.has(word)).length;
  return held / (a.size + b.size - held);
}
const short = (compare: (one: string, other: string) => number) => (one: string, other: string) =>
  one.length > 50 || other.length > 50 ? stringSet(one, other) : compare(one, other);
const levenshtein = short((one, other) => {
  const long = Math.min(Math.max(one.length, other.length), 50);
  return long ? 1 - edits(one, other) / long : 1;
});
const jaccard = short((one, other) => {
  const [a, b] = [new Set(one), new Set(other)];
  const held = [...a].filter((letter) => b.has(letter)).length;
  return a.size + b.size ? held / (a.size + b.size - held) : 1;
});
const jaroWinkler = short((one, other) => {
  if (one === other) return 1;
  const reach = Math.max(Math.floor(Math.max(one.length, other.length) / 2) - 1, 0);
  const taken = new Set<number>();
  const hit: string[] = [];
  for (let i = 0; i < one.length; i++)
    for (let j = Math.max(0, i - reach); j <= Math.min(i + reach, other.length - 1); j++)
      if (!taken.has(j) && one[i] === other[j]) {
        taken.add(j);
        hit.push(one[i] as string);
        break;
      }
  if (!hit.length) return 0;
  const back = [...taken].sort((a, b) => a - b).map((j) => other[j]);
  const swapped = hit.filter((letter, index) => letter !== back[index]).length / 2;
  const jaro = (hit.length / one.length + hit.length / other.length + (hit.length - swapped) / hit.length) / 3;
  let prefix = 0;
  while (prefix < 4 && one[prefix] && one[prefix] === other[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
});
/** The original's neighbour texts: letters of the words found again, over the letters of the longer side. */
function wordsHeld(one: string, other: string): number {
  const [a, b] = [one.split(/\s+/), other.split(/\s+/)];
  const all = Math.max(one.length - a.length + 1, other.length - b.length + 1);
  const held = a.filter((word) => b.some((twin) => twin.toLowerCase() === word.toLowerCase())).reduce((sum, word) => sum + word.length, 0);
  return Math.min(held / all, 1);
}
const whole = (one: number, other: number): number => {
  const most = Math.max(one, other);
  return most ? Math.max(0, (most - Math.abs(one - other)) / most) : 1;
};
const far = (one: Told, other: Told): number => Math.hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]);
const area = ({ size }: Told): number => size[0] * size[1];
const shape = ({ size }: Told): number => (size[1] ? Math.trunc((size[0] * 100) / size[1]) : 0);
const areaRatio: Compare = (one, other) => (area(one) && area(other) ? Math.min(area(one), area(other)) / Math.max(area(one), area(other)) : 0);
const attributesHeld: Compare = (one, other) => {
  const most = Math.max(Object.keys(one.attributes).length, Object.keys(other.attributes).length);
  return most ? Object.entries(one.attributes).filter(([name, value]) => other.attributes[name] === value).length / most : 0;
};
type Texts = "tag" | "class" | "name" | "id" | "href" | "alt" | "type" | "aria" | "xpath" | "idxpath" | "text" | "near";
const by = (field: Texts, compare: (one: string, other: string) => number): Compare => (one, other) => both(compare)(one[field], other[field]);

const ORIGINAL: [number, Compare][] = [
  [1.5, by("tag", equalFolded)], [0.5, by("class", distance)], [1.5, by("name", equalFolded)], [1.5, by("id", equalFolded)],
  [0.5, by("href", distance)], [0.5, by("alt", distance)], [0.5, by("xpath", distance)], [0.5, by("idxpath", distance)],
  [0.5, (one, other) => Number(one.button === other.button)], [0.5, (one, other) => Math.max(100 - Math.trunc(far(one, other)), 0) / 100],
  [0.5, (one, other) => whole(area(one), area(other))], [0.5, (one, other) => whole(shape(one), shape(other))],
  [1.5, by("text", distance)], [1.5, by("near", wordsHeld)],
];
const OPTIMISED: [number, Compare][] = [
  [0.8, by("tag", jaccard)], [2.85, by("name", levenshtein)], [0.5, by("id", levenshtein)], [0.95, by("href", equal)],
  [1.85, by("alt", equal)], [2.75, by("type", equal)], [0.9, by("aria", jaccard)], [0.1, by("xpath", jaccard)],
  [0.45, by("idxpath", levenshtein)], [1.2, (one, other) => Math.exp(-0.005 * far(one, other))], [0.35, areaRatio],
  [2.8, by("text", levenshtein)], [1.45, by("near", stringSet)], [1.8, attributesHeld],
];
const VON: [number, Compare][] = [
  [0.8, by("tag", jaroWinkler)], [0.35, by("class", equal)], [0.35, by("name", equal)], [2.9, by("id", equal)],
  [1.9, by("href", equal)], [1.55, by("alt", equal)], [1.25, by("type", equal)], [2.1, by("aria", jaccard)],
  [0.95, by("xpath", equal)], [0.7, by("idxpath", levenshtein)], [2.4, (one, other) => Math.max(0, 1 - far(one, other) / SCREEN)],
  [1.85, areaRatio], [2.55, by("text", levenshtein)], [1.95, by("near", stringSet)], [0.85, attributesHeld],
];

const sum = (weights: [number, Compare][], one: Told, other: Told): number =>
  weights.reduce((all, [weight, compare]) => all + weight * compare(one, other), 0);

function best(all: Rated[], score: (told: Told) => number): Element | null {
  let found: { element: Element; score: number } | null = null;
  for (const { element, told } of all) {
    const now = score(told);
    if (!found || now > found.score) found = { element, score: now };
  }
  return found?.element ?? null;
}

export const similoOriginal = (told: Described): Element | null => best(rated(), (other) => sum(ORIGINAL, told, other));
export const similoOptimised = (told: Described): Element | null => best(rated(), (other) => sum(OPTIMISED, told, other));

/** HybridSimilo: VON Similo's ten best, the optimised Similo among them. */
export function hybrid(told: Described): Element | null {
  const all = rated();
  const single = new Map(all.map(({ told: other }) => [other, Math.max(...told.overlap.map((one) => sum(VON, one, other)))]));
  const scored = all.map((one) => ({ one, score: Math.max(...groupOf(one.told, all).map((other) => single.get(other) ?? 0)) }));
  const ten = scored.sort((a, b) => b.score - a.score).slice(0, 10).map(({ one }) => one);
  return best(ten, (other) => sum(OPTIMISED, told, other));
}
