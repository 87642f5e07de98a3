// Runs in a rebuilt page: describe labelled elements by every method, find them again, and judge what was found.
import { finder } from "@medv/finder";
import { capture } from "../../../widget/src/builder/capture.ts";
import { same, scoreAll } from "../../../widget/src/heal.ts";
import { locate } from "../../../widget/src/locate.module.ts";
import { absentScore } from "../../../widget/src/score.ts";
import { locateExact } from "../../../widget/src/locate.ts";
import { around } from "../../../widget/src/signals.ts";
import type { Target } from "../../../widget/src/wire.ts";
import { mutations } from "./mutate.ts";
import { type Described, describe, forget, hybrid, similoOptimised, similoOriginal, xpathOf } from "./similo.ts";

declare global {
  interface Window {
    __elements: Element[];
    __bench: unknown;
  }
}
interface Description {
  target: Target;
  finder: string;
  xpath: string;
  idxpath: string;
  similo: Described;
}
type Verdict = "found" | "wrong" | "missed" | "refused";

const at = (index: number): Element => window.__elements[index] as Element;
/** Selectors and XPaths of the peers begin at the document; in a shadow root or a frame they have no say. */
const reachable = (element: Element): boolean => element.getRootNode() === document;

function selectorOf(element: Element): string {
  try {
    return reachable(element) ? finder(element, { root: document.body }) : "";
  } catch {
    return "";
  }
}

function described(index: number): Description {
  const element = at(index);
  return {
    target: capture(element),
    finder: selectorOf(element),
    xpath: reachable(element) ? xpathOf(element) : "",
    idxpath: reachable(element) ? xpathOf(element, true) : "",
    similo: describe(element),
  };
}

function unique(selector: string): Element | null {
  const found = selector ? document.querySelectorAll(selector) : [];
  return found.length === 1 ? (found[0] as Element) : null;
}

function byXpath(path: string): Element | null {
  if (!path) return null;
  const steps = path.replace(/\/([a-z][\w-]*)\[/g, "/*[local-name()='$1'][");
  return document.evaluate(steps, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE).singleNodeValue as Element | null;
}

const METHODS: Record<string, (told: Description) => Element | null> = {
  handrail: (told) => locate(told.target, document).element,
  "handrail, exact tier": (told) => locateExact(told.target, document).element,
  "css by @medv/finder": (told) => unique(told.finder),
  "absolute XPath": (told) => byXpath(told.xpath),
  "id or XPath": (told) => byXpath(told.idxpath),
  "Similo, original": (told) => similoOriginal(told.similo),
  "Similo, optimised": (told) => similoOptimised(told.similo),
  HybridSimilo: (told) => hybrid(told.similo),
};

/** XPath has no way to skip what is not drawn; a peer is judged on what it points at. */
export function judge(element: Element | null, truth: number | null): Verdict {
  if (!element) return truth === null ? "refused" : "missed";
  return truth !== null && same(element, at(truth)) ? "found" : "wrong";
}

function lookUp(told: Description, truth: number | null, only?: string[]): Record<string, Verdict> {
  const names = only ?? Object.keys(METHODS);
  return Object.fromEntries(names.map((name) => [name, judge(METHODS[name]?.(told) ?? null, truth)]));
}

function drained<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** What tune.py fits on: every candidate's likeness, whether it is right, and how the exact tier answered. */
function features(told: Description, truth: number | null): unknown {
  const exact = locateExact(told.target, document);
  const all = drained(scoreAll(told.target, document));
  const places = new Map(all.map(({ element }, index) => [element, index]));
  const up = (element: Element): number => {
    for (let here = around(element); here; here = around(here)) if (places.has(here)) return places.get(here) ?? -1;
    return -1;
  };
  const scored = all.map(({ element, like, seen, score }) => ({
    like,
    seen,
    score,
    up: up(element),
    right: truth !== null && same(element, at(truth)),
    group: drawnGroup(element),
    text: `${element.localName}#${element.id} ${element.textContent?.trim().slice(0, 30)}`,
  }));
  return { exact: exact.element ? judge(exact.element, truth) : (exact.reason ?? ""), scored, absent: scored[0] ? absentScore(scored[0].like) : 0 };
}

/** The same in a page that was changed on purpose. */
function changedFeatures(told: Description, index: number, full: boolean): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of full ? ["translated text", "changed label", "renamed class", "removed"] : ["removed"]) {
    const undo = mutations[name]?.change(at(index));
    if (!undo) continue;
    found[name] = features(told, name === "removed" ? null : index);
    undo();
  }
  return found;
}

/** Elements that are one thing to a person get one number. */
const groups: Element[] = [];
function drawnGroup(element: Element): number {
  const index = groups.findIndex((one) => same(one, element));
  return index >= 0 ? index : groups.push(element) - 1;
}

function explain(told: Description, truth: number | null): unknown {
  const result = locate(told.target, document);
  const tell = (element: Element | null): string =>
    element ? `${element.localName}#${element.id} "${(element.textContent ?? "").trim().slice(0, 40)}" ${xpathOf(element).slice(-80)}` : "nothing";
  return {
    state: result.state,
    reason: result.reason,
    confidence: result.confidence,
    got: tell(result.element),
    truth: truth === null ? "nothing" : tell(at(truth)),
    first: drained(scoreAll(told.target, document)).slice(0, 4).map(({ element, score, like, seen }) => ({ at: tell(element), score: Math.round(score * 10) / 10, seen, like })),
    target: told.target,
  };
}

/** Change the page, look every label up, change it back. */
function mutated(labels: [string, number, Description][]): Record<string, Record<string, Verdict>> {
  const results: Record<string, Record<string, Verdict>> = {};
  for (const [name, mutation] of Object.entries(mutations)) {
    results[name] = {};
    for (const [label, index, told] of labels) {
      const undo = mutation.change(at(index));
      if (!undo) continue;
      results[name][label] = judge(locate(told.target, document).element, mutation.removes ? null : index);
      undo();
    }
  }
  forget();
  return results;
}

window.__bench = { described, lookUp, features, changedFeatures, explain, mutated, methods: Object.keys(METHODS) };
