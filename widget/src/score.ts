// How much one element resembles a target, and whether that is enough. Pure: plain objects and numbers.
//
// Each signal gives a likeness from 0 to 1. An element's score is the sum of weight times likeness over the
// signals that the target has; the score of "it is not there" is a constant plus a share for each signal that the
// target has, since a target that tells much must be matched by much. Confidence is the soft maximum over all
// candidates and "not there" (a conditional logit, McFadden 1974). The weights were fitted on the tuning
// applications of benchmarks/locate and nowhere else; docs/locating.md states them.
import type { Target } from "./wire.ts";

export const SIGNALS = [
  "id",
  "test_id",
  "name_attribute",
  "href",
  "class",
  "attributes",
  "tag",
  "type",
  "role",
  "name",
  "name_alone",
  "nameless",
  "text",
  "label",
  "near",
  "heading",
  "landmark",
  "icon",
  "path",
  "place",
  "size",
  "within",
] as const;
export type Signal = (typeof SIGNALS)[number];
export type Likeness = Partial<Record<Signal, number>>;

/** weight: what full likeness adds. absent: what the signal, where the target has it, adds to "not there". */
export const WEIGHTS: Record<Signal, { weight: number; absent: number }> = Object.fromEntries(
  SIGNALS.map((signal) => [signal, { weight: 1, absent: 0.5 }]),
) as Record<Signal, { weight: number; absent: number }>;
export const ABSENT = 1;
/** Confidence from which an element is taken, and what its lead over the next has to be, in score. */
export const THRESHOLD = 0.9;
export const MARGIN = 2;

const TAG_GROUPS = [
  ["a", "button", "input", "summary", "div", "span", "li", "label"],
  ["h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary", "caption", "div", "span"],
  ["input", "textarea", "select", "div"],
];
const ROLE_GROUPS = [
  ["button", "link", "menuitem", "tab", "option", "menuitemcheckbox", "menuitemradio"],
  ["textbox", "searchbox", "combobox", "spinbutton"],
  ["checkbox", "switch", "menuitemcheckbox", "radio"],
  ["combobox", "listbox", "button"],
];

const together = (groups: string[][], one: string, other: string): boolean =>
  groups.some((group) => group.includes(one) && group.includes(other));

function kind(groups: string[][], captured = "", now = ""): number {
  if (captured === now) return 1;
  return together(groups, captured, now) ? 0.5 : 0;
}

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, " ")
    .trim();

function pairs(text: string): Map<string, number> {
  const counted = new Map<string, number>();
  for (let i = 0; i < text.length - 1; i++) {
    const pair = text.slice(i, i + 2);
    counted.set(pair, (counted.get(pair) ?? 0) + 1);
  }
  return counted;
}

function dice(one: string, other: string): number {
  if (one.length < 2 || other.length < 2) return 0;
  const [left, right] = [pairs(one), pairs(other)];
  let shared = 0;
  for (const [pair, count] of left) shared += Math.min(count, right.get(pair) ?? 0);
  return (2 * shared) / (one.length + other.length - 2);
}

/** Likeness of two texts: Dice's coefficient of letter pairs, above all punctuation and case; half as much below 0.5. */
export function textLikeness(captured: string, now: string): number {
  if (captured === now) return 1;
  const [one, other] = [folded(captured), folded(now)];
  if (!one || !other) return 0;
  if (one === other) return 0.98;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  const held = short.length > 2 && ` ${long} `.includes(` ${short} `) ? 0.5 + (0.4 * short.length) / long.length : 0;
  const like = dice(one, other);
  return Math.max(held, like < 0.5 ? like / 2 : like * 0.9);
}

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

function shared(captured: string[], now: string[]): number {
  if (!captured.length || !now.length) return 0;
  const held = captured.filter((one) => now.includes(one)).length;
  return (2 * held) / (captured.length + now.length);
}

/** Likeness of two names in code: the same, or made of the same words. */
const wordsLikeness = (captured: string, now: string): number =>
  captured === now
    ? 1
    : 0.7 * shared(words(captured.replace(/([a-z])([A-Z])/g, "$1-$2")), words(now.replace(/([a-z])([A-Z])/g, "$1-$2")));

function hrefLikeness(captured: string, now: string): number {
  if (captured === now) return 1;
  const [one = "", other = ""] = [captured.split(/[?#]/)[0], now.split(/[?#]/)[0]];
  if (one && one === other) return 0.7;
  const [left, right] = [one.split("/").filter(Boolean), other.split("/").filter(Boolean)];
  return left.length && left.at(-1) === right.at(-1) ? 0.5 : 0.3 * shared(left, right);
}

/** Longest common subsequence of the path's segments, whole ones counting twice those that share a tag. */
export function pathLikeness(captured: string, now: string): number {
  const [one, other] = [captured.split(">"), now.split(">")];
  let above: number[] = new Array(other.length + 1).fill(0);
  for (const left of one) {
    const row = [0];
    for (const [index, right] of other.entries()) {
      const match = (above[index] ?? 0) + segmentLikeness(left, right);
      row.push(Math.max(match, row[index] ?? 0, above[index + 1] ?? 0));
    }
    above = row;
  }
  return (2 * (above.at(-1) ?? 0)) / (one.length + other.length);
}

function segmentLikeness(one: string, other: string): number {
  if (one === other) return 1;
  const [left = "", right = ""] = [one.replace(/:\d+$/, ""), other.replace(/:\d+$/, "")];
  if (left === right) return 0.7;
  return left.split(/[#.]/)[0] === right.split(/[#.]/)[0] ? 0.3 : 0;
}

function placeLikeness(captured: number[], now: number[]): number {
  const [left = 0, top = 0] = captured;
  const [x = 0, y = 0] = now;
  return Math.exp(-4 * Math.hypot(left - x, top - y));
}

function sizeLikeness(captured: number[], now: number[]): number {
  const ratio = (one = 0, other = 0): number => (one && other ? Math.min(one, other) / Math.max(one, other) : 0);
  return (ratio(captured[2], now[2]) + ratio(captured[3], now[3])) / 2;
}

function nearLikeness(captured: string[], now: string[]): number {
  let [held, all] = [0, 0];
  for (const [index, text] of captured.entries()) {
    const weight = 1 / (index + 1);
    all += weight;
    held +=
      weight * Math.max(0, ...now.map((other) => (text === other ? 1 : textLikeness(text, other) > 0.7 ? 0.7 : 0)));
  }
  return all ? held / all : 0;
}

/** The best likeness of a captured text to anything that the candidate says. */
function saidLikeness(captured: string, now: Target): number {
  const said = [
    now.name,
    now.text,
    now.label,
    now.attributes?.title,
    now.attributes?.placeholder,
    now.attributes?.["aria-label"],
  ];
  return Math.max(0, ...said.map((text, index) => (text ? textLikeness(captured, text) * (index ? 0.95 : 1) : 0)));
}

const TEST_ID = /^data-(?:test|cy|qa|tour|handrail|guide|hook|automation|e2e)/;
const OWN = /^(?:id|name|href|class)$/;

function attributeLikeness(
  captured: Record<string, string>,
  now: Record<string, string>,
  wanted: (name: string) => boolean,
): number | undefined {
  const names = Object.keys(captured).filter(wanted);
  if (!names.length) return undefined;
  const like = names.map((name) => (now[name] ? wordsLikeness(captured[name] ?? "", now[name] ?? "") : 0));
  return like.reduce((sum, one) => sum + one, 0) / names.length;
}

/** Compare a candidate with the target, signal by signal; signals that the target lacks are left out. */
export function likeness(target: Target, now: Target): Likeness {
  const like: Likeness = {};
  const [captured, own] = [target.attributes ?? {}, now.attributes ?? {}];
  const set = (signal: Signal, value: number | undefined): void => {
    if (value !== undefined) like[signal] = value;
  };
  if (captured.id) set("id", own.id ? wordsLikeness(captured.id, own.id) : 0);
  if (captured.name) set("name_attribute", own.name ? wordsLikeness(captured.name, own.name) : 0);
  if (captured.href) set("href", own.href ? hrefLikeness(captured.href, own.href) : 0);
  if (captured.class) set("class", shared(captured.class.split(" "), (own.class ?? "").split(" ")));
  set(
    "test_id",
    attributeLikeness(captured, own, (name) => TEST_ID.test(name)),
  );
  set(
    "attributes",
    attributeLikeness(captured, own, (name) => !OWN.test(name) && !TEST_ID.test(name)),
  );
  if (target.tag) set("tag", kind(TAG_GROUPS, target.tag, now.tag));
  if (target.type) set("type", target.type === now.type ? 1 : 0);
  if (target.role) set("role", kind(ROLE_GROUPS, target.role, now.role));
  if (target.name) set("name", saidLikeness(target.name, now));
  else if (target.role) set("nameless", now.name ? 0 : 1);
  if (target.text) set("text", saidLikeness(target.text, now));
  if (target.label) set("label", saidLikeness(target.label, now));
  return { ...like, ...surroundings(target, now) };
}

function surroundings(target: Target, now: Target): Likeness {
  const like: Likeness = { within: String(target.within ?? "") === String(now.within ?? "") ? 1 : 0 };
  if (target.near?.length) like.near = nearLikeness(target.near, now.near ?? []);
  if (target.heading) like.heading = now.heading ? textLikeness(target.heading, now.heading) : 0;
  if (target.landmark) like.landmark = now.landmark ? wordsLikeness(target.landmark, now.landmark) : 0;
  if (target.icon) like.icon = now.icon ? wordsLikeness(target.icon, now.icon) : 0;
  if (target.path) like.path = pathLikeness(target.path, now.path ?? "");
  if (target.box && now.box) {
    like.place = placeLikeness(target.box as number[], now.box as number[]);
    like.size = sizeLikeness(target.box as number[], now.box as number[]);
  }
  return like;
}

/** The sum of weight times likeness. */
export function scoreOf(like: Likeness): number {
  let score = 0;
  for (const signal of SIGNALS) score += WEIGHTS[signal].weight * (like[signal] ?? 0);
  return score;
}

/** The score of "it is not there", for a target with these signals. */
export function absentScore(like: Likeness): number {
  let score = ABSENT;
  for (const signal of SIGNALS) if (like[signal] !== undefined) score += WEIGHTS[signal].absent;
  return score;
}

/** Signals at this likeness count as agreeing when a result is told. */
export const AGREES = 0.8;
