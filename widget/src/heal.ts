// The healing chunk: when the exact tier finds nothing, score the likely elements and take one only when it is sure
// and clear of the next. Loaded on demand; works in slices, so that the page never waits for it.
import { candidates } from "./candidates.ts";
import { missing } from "./located.ts";
import {
  AGREES,
  ALONE,
  absentScore,
  classesOf,
  identified,
  isTranslated,
  type Likeness,
  likeness,
  MARGIN,
  SIGNALS,
  type Signal,
  scoreOf,
  THRESHOLD,
  unspoken,
} from "./score.ts";
import type { Located } from "./seams.ts";
import { shown } from "./shown.ts";
import { around, EVERYTHING, signalsOf } from "./signals.ts";
import type { Target } from "./wire.ts";

/** A slice of work is at most about this long; a frame has 16 ms. */
const SLICE_MS = 6;
/** Elements that share this much of their boxes, one inside the other, are one thing to a person. */
const SAME = 0.85;
/** Read by the score, of no use to a reader. */
const INTERNAL = /_alone$|^(named|nameless|other|identified)$/;
/** Likenesses this close are no difference. */
const CLOSE = 0.1;

export interface Scored {
  element: Element;
  like: Likeness;
  score: number;
  seen: boolean;
}

/** True where an element lies in another, through open shadow roots too. */
function holds(outer: Element, inner: Element): boolean {
  for (let here: Element | null = inner; here; here = around(here)) if (here === outer) return true;
  return false;
}

/** True where one element holds the other and fills it. */
export function same(one: Element, other: Element): boolean {
  if (one === other) return true;
  if (!holds(one, other) && !holds(other, one)) return false;
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const larger = Math.max(a.width * a.height, b.width * b.height);
  return width > 0 && height > 0 && (width * height) / larger >= SAME;
}

/** True for elements of which one lies in the other, or labels it. */
function nested(one: Element, other: Element): boolean {
  return holds(one, other) || holds(other, one) || labels(one, other) || labels(other, one);
}
const labels = (one: Element, other: Element): boolean => (one as HTMLLabelElement).control === other;

/** What one candidate alone has counts again: where only it has a likeness, or what lies in it, or around it. */
function markAlone(scored: Scored[]): void {
  const seen = scored.filter((one) => one.seen);
  for (const signal of ALONE) {
    const most = Math.max(...seen.map(({ like }) => like[signal] ?? 0));
    const top = seen.filter(({ like }) => (like[signal] ?? 0) >= most - CLOSE);
    const [first] = top;
    if (first?.like[signal] === undefined) continue;
    const alone = most >= 0.5 && top.every(({ element }) => nested(first.element, element));
    for (const one of scored) one.like[`${signal}_alone`] = (alone && top.includes(one) && one.like[signal]) || 0;
  }
}

function commonClasses(told: Target[]): Map<string, number> {
  const common = new Map<string, number>();
  for (const one of told) for (const name of classesOf(one)) common.set(name, (common.get(name) ?? 0) + 1);
  return common;
}

/** Compare every candidate with the target; the likeliest first. */
export function* scoreAll(target: Target, document: Document): Generator<void, Scored[]> {
  const { shared = [] } = target;
  const [elements, heard] = yield* candidates(target, document);
  const told: Target[] = [];
  for (const element of elements) {
    told.push(signalsOf(element, EVERYTHING));
    yield;
  }
  const common = commonClasses(told);
  const likes = told.map((now) => likeness(target, now, common));
  const translated = isTranslated(likes, heard);
  const scored = elements.map((element, index) => {
    const like = likes[index] as Likeness;
    return { element, like: translated ? unspoken(like) : like, score: 0, seen: shown(element) };
  });
  markAlone(scored);
  for (const one of scored) {
    for (const signal of shared) delete one.like[`${signal}_alone` as Signal];
    one.like.identified = identified(one.like, shared);
    one.score = scoreOf(one.like);
  }
  return scored.sort((one, other) => other.score - one.score);
}

function told(like: Likeness): { signals: string[]; missed: string[] } {
  const names = SIGNALS.filter((signal) => like[signal] !== undefined && !INTERNAL.test(signal));
  const agrees = (signal: Signal): boolean => (like[signal] ?? 0) >= AGREES;
  return { signals: names.filter(agrees), missed: names.filter((signal) => !agrees(signal)) };
}

/** Decide on the scored candidates, best first: one of them, several, or none. */
export function decide(scored: Scored[]): Located {
  const [first, ...others] = scored.filter(({ seen }) => seen);
  if (!first) return missing("not_found", scored[0] ? "hidden" : "not_found");
  const rivals = others.filter(({ element }) => !same(element, first.element));
  const absent = absentScore(first.like);
  let sum = 1 + Math.exp(absent - first.score);
  for (const { score } of rivals) sum += Math.exp(score - first.score);
  const lead = first.score - (rivals[0]?.score ?? Number.NEGATIVE_INFINITY);
  const confidence = Math.round(1000 / sum) / 1000;
  const [hidden = first] = scored;
  if (!hidden.seen && hidden.score - first.score >= MARGIN && hidden.score > absent)
    return { ...missing("not_found", "hidden"), ...told(hidden.like) };
  const { element, like } = first;
  if (confidence >= THRESHOLD && lead >= MARGIN)
    return { ...missing("not_found"), state: "healed", element, confidence, reason: null, ...told(like) };
  return { ...missing(first.score > absent && lead < MARGIN ? "ambiguous" : "not_found"), ...told(like) };
}

/** Find the target at once, however long it takes: for the builder, the walker and tests. */
export function healNow(target: Target, document: Document): Located {
  const work = scoreAll(target, document);
  for (;;) {
    const step = work.next();
    if (step.done) return decide(step.value);
  }
}

/** Find the target in slices of a few milliseconds. Whether it is covered is for the caller to see. */
export async function heal(target: Target, document: Document): Promise<Located> {
  const work = scoreAll(target, document);
  for (let until = Date.now() + SLICE_MS; ; ) {
    const step = work.next();
    if (step.done) return decide(step.value);
    if (Date.now() < until) continue;
    await new Promise((resume) => setTimeout(resume));
    until = Date.now() + SLICE_MS;
  }
}
