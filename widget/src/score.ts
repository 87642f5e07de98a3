// How much one element resembles a target, and whether that is enough. Pure: plain objects and numbers.
//
// Each signal gives a likeness from 0 to 1. An element's score is the sum of weight times likeness over the
// signals that the target has; the score of "it is not there" is a constant plus a share for each signal that the
// target has, since a target that tells much must be matched by much. Confidence is the soft maximum over all
// candidates and "not there" (a conditional logit, McFadden 1974). The weights were fitted on the tuning
// applications of benchmarks/locate and nowhere else; docs/locating.md states them.
import type { Target } from "./wire.ts";

/**
 * What full likeness adds; what the signal, where the target has it, adds to "not there"; what a contradiction takes
 * away; from which likeness on it says which element it is, and not only what kind of element, or where. What is left out
 * at the end is 0, or nothing. Those that end in `_alone` count again for the one candidate that has the likeness.
 */
type Weight = [weight: number, absent?: number, against?: number, identifies?: number];
const TABLE = {
  id: [4.3, 3.4, 0.4, 0.8],
  test_id: [0.7, 0.5, 1, 0.8],
  name_attribute: [4, 3.1, 1, 0.8],
  href: [2.1, 0.7, 0.6, 0.7],
  class: [0],
  attributes: [0.5, 0.1, 0, 0.99],
  tag: [1.5, 0.8],
  type: [0.9],
  role: [1.8, 1.8],
  name: [1.8, 0.8],
  nameless: [0.7, 0.3, 0.9],
  named: [0, 0, 0, 1],
  text: [2.6, 1, 0, 0.8],
  label: [1.5, 0.5, 0, 0.8],
  near: [0.8, 0.7],
  other: [0, 0, 2.6],
  icon: [0.6, 0.4],
  path: [2.2, 1.1],
  place: [1.5, 0.7],
  identified: [2.9, 1.5, 2],
  named_alone: [0.3, 0.1],
  name_alone: [4.5, 0.7],
  href_alone: [2.5, 1.9],
  class_alone: [4, 0.9],
  icon_alone: [3.2, 1, 0, 0.8],
  attributes_alone: [1.6],
  text_alone: [1.3, 0.4],
  near_alone: [3.4, 0.6],
  path_alone: [1.1, 0.5],
} satisfies Record<string, Weight>;
export type Signal = keyof typeof TABLE;
export const WEIGHTS: Record<Signal, Weight> = TABLE;
export const SIGNALS = Object.keys(WEIGHTS) as Signal[];
export type Likeness = Partial<Record<Signal, number>>;
/** Signals that count for more where one candidate alone has them. */
export const ALONE = ["named", "name", "href", "class", "icon", "attributes", "text", "near", "path"] as const;
/** The score of "it is not there", before the shares. */
export const ABSENT = 1.3;
/** Confidence from which an element is taken, and what its lead over the next has to be, in score. */
export const THRESHOLD = 0.45;
export const MARGIN = 0.8;

/** Below this likeness two values contradict each other. */
const UNLIKE = 0.3;
const CONTRADICTS = /^(id|name|name_attribute|href|class|icon)$/;

/** What takes the place of one another when a page is rebuilt. */
const TAGS = ["a button input summary div span li label", "h1 h2 h3 h4 h5 h6 legend summary div span"];
const ROLES = ["button link menuitem tab option", "textbox searchbox combobox spinbutton", "checkbox switch radio"];

/** 1 for the same, 0.5 for what can take its place. */
function kind(groups: string[], captured = "", now = ""): number {
  if (captured === now) return 1;
  const has = (group: string, one: string): boolean => ` ${group} `.includes(` ${one} `);
  return captured && now && groups.some((group) => has(group, captured) && has(group, now)) ? 0.5 : 0;
}

/** Without case, punctuation, and a shortcut in brackets at the end. */
const folded = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\s*\([^()]*\)$/, "")
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
  const [[one = "", asked = ""], [other = "", also = ""]] = [captured, now].map((href) =>
    href.replace(/\/(?=$|\?)/, "").split(/[?#]/),
  ) as [string[], string[]];
  const pairs = asked.split("&").filter(Boolean);
  const held = pairs.filter((pair) => also.split("&").includes(pair)).length;
  if (one === other && one) {
    if (held === pairs.length) return asked.length === also.length ? 1 : pairs.length ? 0.9 : 0.7;
    return 0.5 + (0.2 * held) / pairs.length;
  }
  if (pairs.length && held === pairs.length) return 0.6;
  const [left, right] = [one.split("/").filter(Boolean), other.split("/").filter(Boolean)];
  return left.length && left.at(-1) === right.at(-1) ? 0.5 : 0;
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

/** A captured segment has one mark, an id or a class; the page's has all. */
function segmentLikeness(captured: string, now: string): number {
  const [left = "", n] = captured.split(":");
  const [right = "", m] = now.split(":");
  const [tag, mark] = left.split(/(?=[#.])/);
  const [other, ...marks] = right.split(/(?=[#.])/);
  if (tag !== other) return 0;
  if (mark && !marks.includes(mark)) return 0.3;
  return n === m ? 1 : 0.7;
}

function placeLikeness(captured: number[], now: number[]): number {
  const [left = 0, top = 0] = captured;
  const [x = 0, y = 0] = now;
  return Math.exp(-4 * Math.hypot(left - x, top - y));
}

function nearLikeness(captured: string[], now: string[]): number {
  // Texts of which one is twice as long are never close: most are told apart by that alone.
  const close = (one: string, other: string): boolean =>
    one.length < 2 * other.length && other.length < 2 * one.length && textLikeness(one, other) > 0.7;
  let [held, all] = [0, 0];
  for (const [index, text] of captured.entries()) {
    all += 1 / (index + 1);
    if (now.includes(text)) held += 1 / (index + 1);
    else if (now.some((other) => close(text, other))) held += 0.7 / (index + 1);
  }
  return all && held / all;
}

/** How much of a captured icon's words the page's has, which has all its classes. */
function heldWords(captured: string, now: string): number {
  const [some, all] = [captured, now].map((icon) => words(icon).filter((word) => word.length > 2)) as [
    string[],
    string[],
  ];
  return some.filter((word) => all.includes(word)).length / (some.length || 1);
}

/** The best likeness of a captured text to anything that the candidate says. */
function saidLikeness(captured: string, now: Target): number {
  const { name, text, label, attributes: { title, placeholder, "aria-label": aria } = {} } = now;
  return Math.max(
    0,
    ...[name, text, label, title, placeholder, aria].map((text, index) =>
      text ? textLikeness(captured, text) * (index ? 0.95 : 1) : 0,
    ),
  );
}

const TEST_ID = /^data-(test|cy|qa|tour|handrail|guide|hook|automation|e2e)/;
const OWN = /^(id|name|href|class)$/;

/** Of several attributes, the likest: one that stayed is enough. */
function bestAttribute(captured: Record<string, string>, now: Record<string, string>): number {
  return Math.max(
    ...Object.entries(captured).map(([name, value]) => (now[name] ? wordsLikeness(value, now[name] as string) : 0)),
  );
}

/** How many candidates have a class name: the more, the less it says. */
export type Common = ReadonlyMap<string, number>;

export const classesOf = (now: Target): string[] => now.attributes?.class?.split(" ") ?? [];

function classLikeness(captured: string, now: string, common: Common): number {
  const others = now.split(" ");
  let [held, all] = [0, 0];
  for (const name of captured.split(" ")) {
    const weight = 1 / (1 + (common.get(name) ?? 0));
    all += weight;
    if (others.some((other) => other === name || other.startsWith(`${name}_`))) held += weight;
  }
  return held / all;
}

/** Compare a candidate with the target, signal by signal; signals that the target lacks are left out. */
export function likeness(target: Target, now: Target, common: Common): Likeness {
  const like: Likeness = {};
  const [captured, own] = [target.attributes ?? {}, now.attributes ?? {}];
  // Where the candidate has nothing, nothing is said; what it has instead, and is not alike, speaks against it.
  const add = <T>(signal: Signal, one: T | undefined, other: T | undefined, compare: (one: T, other: T) => number) => {
    if (!one) return;
    const value = other ? compare(one, other) : 0;
    like[signal] = other && value < UNLIKE && CONTRADICTS.test(signal) ? -1 : value;
  };
  // Another id with a number in it was made up: it is as good as none.
  const id = own.id !== captured.id && /\d/.test(own.id ?? "") ? "" : own.id;
  const chosen = (wanted: (name: string) => boolean): Record<string, string> | undefined => {
    const kept = Object.entries(captured).filter(([name]) => wanted(name));
    return kept.length ? Object.fromEntries(kept) : undefined;
  };
  const said = (one: string): number => saidLikeness(one, now);
  add("id", captured.id, id, wordsLikeness);
  add("name_attribute", captured.name, own.name, wordsLikeness);
  add("href", captured.href, own.href, hrefLikeness);
  add("class", captured.class, own.class, (one, other) => classLikeness(one, other, common));
  add(
    "test_id",
    chosen((name) => TEST_ID.test(name)),
    own,
    bestAttribute,
  );
  add(
    "attributes",
    chosen((name) => !OWN.test(name) && !TEST_ID.test(name)),
    own,
    bestAttribute,
  );
  add("tag", target.tag, now.tag, (one, other) => kind(TAGS, one, other));
  add("type", target.type, now.type, (one, other) => Number(one === other));
  add("role", target.role, now.role, (one, other) => kind(ROLES, one, other));
  add("name", target.name, now.name || now.text, said);
  if (!target.name && target.role) like.nameless = now.name ? -1 : 1;
  add("text", target.text, " ", said);
  add("label", target.label, " ", said);
  add("near", target.near, now.near ?? [], nearLikeness);
  add("icon", target.icon, now.icon, heldWords);
  add("path", target.path, now.path, pathLikeness);
  add("place", target.box as number[] | undefined, now.box as number[] | undefined, placeLikeness);
  if (target.name || target.text)
    like.named = Number((like.role ?? 1) > 0 && Math.max(like.name ?? 0, like.text ?? 0) >= 0.95);
  like.other = -Number(isOther(target, now));
  return like;
}

/** True for what stood beside the target when it was captured, and for what stands beside the target's text now. */
function isOther(target: Target, now: Target): boolean {
  const [was, is] = [target.name || target.text, now.name || now.text];
  if (was && is && textLikeness(was, is) > 0.9) return false;
  return (!!is && !!target.near?.includes(is)) || (!!was && !!now.near?.includes(was));
}

/** The sum of weight times likeness, and of what speaks against. */
export function scoreOf(like: Likeness): number {
  let score = 0;
  for (const signal of SIGNALS) {
    const [weight, , against = 0] = WEIGHTS[signal];
    const value = like[signal] ?? 0;
    score += value * (value < 0 ? against : weight);
  }
  return score;
}

/** The score of "it is not there", for a target with these signals. */
export function absentScore(like: Likeness): number {
  let score = ABSENT;
  for (const signal of SIGNALS) if (like[signal] !== undefined) score += WEIGHTS[signal][1] ?? 0;
  return score;
}

/** Signals made of words of the page: all of them differ where the page speaks another language. */
const SPOKEN = ["name", "text", "label", "near"] as const;

/** True where the page has no text of the target's, and no candidate says, or stands near, anything like them. */
export const isTranslated = (likes: Likeness[], heard: boolean): boolean =>
  !heard && likes.every((like) => SPOKEN.every((signal) => (like[signal] ?? 0) < 0.5));

/** The likeness without what a translation changes. */
export function unspoken(like: Likeness): Likeness {
  const rest = { ...like };
  for (const signal of SPOKEN) delete rest[signal];
  return rest;
}

/** 1 where something says which element it is; what others had too when the target was captured says nothing. */
export const identified = (like: Likeness, shared: readonly string[]): number =>
  Number(
    SIGNALS.some((one) => !shared.includes(one.replace("_alone", "")) && (like[one] ?? 0) >= (WEIGHTS[one][3] ?? 2)),
  );

/** Signals at this likeness count as agreeing when a result is told. */
export const AGREES = 0.8;
