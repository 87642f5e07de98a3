// The healing chunk: when the exact tier finds nothing, score the likely elements and take one only when it is sure
// and clear of the next. Loaded on demand; works in slices, so that the page never waits for it.
import { candidates } from "./candidates.ts";
import { enter, found, honoured, locateExact, missing } from "./locate.ts";
import {
  AGREES,
  absentScore,
  type Likeness,
  likeness,
  MARGIN,
  SIGNALS,
  type Signal,
  scoreOf,
  THRESHOLD,
} from "./score.ts";
import type { Located } from "./seams.ts";
import { signalsOf } from "./signals.ts";
import { rendered, sized } from "./view.ts";
import type { Target } from "./wire.ts";

/** A slice of work is at most about this long; a frame has 16 ms. */
const SLICE_MS = 6;
/** Elements that share this much of their boxes, one inside the other, are one thing to a person. */
const SAME = 0.85;
/** Read by the score, of no use to a reader. */
const INTERNAL: ReadonlySet<Signal> = new Set(["name_alone", "nameless", "within"]);

export interface Scored {
  element: Element;
  like: Likeness;
  score: number;
  seen: boolean;
}

/** True where one element holds the other and fills it. */
export function same(one: Element, other: Element): boolean {
  if (one === other) return true;
  if (!one.contains(other) && !other.contains(one)) return false;
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const larger = Math.max(a.width * a.height, b.width * b.height);
  return width > 0 && height > 0 && (width * height) / larger >= SAME;
}

/** Compare every candidate; a name that only one visible element has is worth more. */
export function* scoreAll(target: Target, document: Document): Generator<void, Scored[]> {
  const home = enter(target, document);
  const scored: Scored[] = [];
  for (const element of yield* candidates(target, document)) {
    const within = element.getRootNode() === home ? (target.within ?? []) : ["elsewhere"];
    const like = likeness(target, { ...signalsOf(element), ...(within.length && { within }) });
    scored.push({ element, like, score: 0, seen: rendered(element) && sized(element) });
    yield;
  }
  const named = scored.filter(({ like, seen }) => seen && (like.name ?? 0) >= 0.9);
  const alone = named.every(({ element }) => named[0] && same(named[0].element, element));
  for (const one of scored) {
    if (target.name) one.like.name_alone = alone && named.includes(one) ? 1 : 0;
    one.score = scoreOf(one.like);
  }
  return scored.sort((one, other) => other.score - one.score);
}

function told(like: Likeness): { signals: string[]; missed: string[] } {
  const names = SIGNALS.filter((signal) => like[signal] !== undefined && !INTERNAL.has(signal));
  const agrees = (signal: Signal): boolean => (like[signal] ?? 0) >= AGREES;
  return { signals: names.filter(agrees), missed: names.filter((signal) => !agrees(signal)) };
}

/** Decide on the scored candidates, best first: one of them, several, or none. */
export function decide(scored: Scored[]): Located {
  const [first, ...others] = scored.filter(({ seen }) => seen);
  if (!first) return missing("not_found", scored[0] ? "hidden" : "not_found");
  const rivals = others.filter(({ element }) => !same(element, first.element));
  const absent = absentScore(first.like);
  const sum = [absent, ...rivals.map(({ score }) => score)].reduce(
    (all, score) => all + Math.exp(score - first.score),
    1,
  );
  const lead = first.score - (rivals[0]?.score ?? Number.NEGATIVE_INFINITY);
  const confidence = Math.round(1000 / sum) / 1000;
  const hidden = scored.find(({ seen }) => !seen);
  if (hidden && hidden.score - first.score >= MARGIN && hidden.score > absent)
    return { ...missing("not_found", "hidden", "hidden"), ...told(hidden.like) };
  if (confidence >= THRESHOLD && lead >= MARGIN)
    return found("healed", first.element, { confidence, ...told(first.like) });
  const state = first.score > absent && lead < MARGIN ? "ambiguous" : "not_found";
  return { ...missing(state), ...told(first.like) };
}

function* search(target: Target, document: Document): Generator<void, Located> {
  const exact = locateExact(target, document);
  if (exact.element || exact.reason === "hidden" || honoured(target)) return exact;
  return decide(yield* scoreAll(target, document));
}

/** Find the target at once, however long it takes: for the builder, the walker and tests. */
export function locate(target: Target, document: Document): Located {
  const work = search(target, document);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Find the target in slices of a few milliseconds. */
export async function heal(target: Target, document: Document): Promise<Located> {
  const work = search(target, document);
  for (let until = performance.now() + SLICE_MS; ; ) {
    const step = work.next();
    if (step.done) return step.value;
    if (performance.now() < until) continue;
    await new Promise((resume) => setTimeout(resume));
    until = performance.now() + SLICE_MS;
  }
}
