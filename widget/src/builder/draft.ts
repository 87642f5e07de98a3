// The draft under construction, and its history. Pure: no page, no clock, no network.
import type { Guide, Step, Target } from "../types/format.ts";

export interface Draft {
  readonly document: Guide;
  /** Index of the step being edited. */
  readonly selected: number;
}

export interface History {
  readonly past: readonly Draft[];
  readonly present: Draft;
  readonly future: readonly Draft[];
  /** What the last change was about: changes with the same non-empty topic become one undo. */
  readonly topic: string;
}

const LONGEST_PAST = 200;

export function begin(document: Guide): History {
  return { past: [], present: { document, selected: 0 }, future: [], topic: "" };
}

/** Put a change into the history; a change that changes nothing is no change. */
export function record(history: History, next: Draft, topic = ""): History {
  if (next === history.present) return history;
  if (next.document === history.present.document) return { ...history, present: next, topic: "" };
  const merges = topic !== "" && topic === history.topic;
  const past = merges ? history.past : [...history.past, history.present].slice(-LONGEST_PAST);
  return { past, present: next, future: [], topic };
}

export function undo(history: History): History {
  const previous = history.past.at(-1);
  if (!previous) return history;
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
    topic: "",
  };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.present], present: next, future, topic: "" };
}

export function select(draft: Draft, index: number): Draft {
  const selected = Math.max(0, Math.min(index, draft.document.steps.length - 1));
  return selected === draft.selected ? draft : { ...draft, selected };
}

export function addStep(draft: Draft, step: Step, at = draft.selected + 1): Draft {
  const steps = draft.document.steps.toSpliced(at, 0, step);
  return { document: withSteps(draft.document, steps), selected: at };
}

/** Remove a step and every branch that leads to it; the last step of a guide stays. */
export function removeStep(draft: Draft, index: number): Draft {
  const gone = draft.document.steps[index];
  if (!gone || draft.document.steps.length === 1) return draft;
  const steps = draft.document.steps.toSpliced(index, 1).map((step) => withoutBranchTo(step, gone.id));
  return select(
    { document: withSteps(draft.document, steps), selected: draft.selected },
    Math.min(index, steps.length - 1),
  );
}

export function moveStep(draft: Draft, from: number, to: number): Draft {
  const moved = draft.document.steps[from];
  if (!moved || from === to || to < 0 || to >= draft.document.steps.length) return draft;
  const steps = draft.document.steps.toSpliced(from, 1).toSpliced(to, 0, moved);
  return { document: withSteps(draft.document, steps), selected: to };
}

/** Change some fields of a step; a field set to undefined is taken out of the document. */
export function changeStep(
  draft: Draft,
  index: number,
  change: { [field in keyof Step]?: Step[field] | undefined },
): Draft {
  const step = draft.document.steps[index];
  if (!step) return draft;
  const changed = Object.fromEntries(Object.entries({ ...step, ...change }).filter(([, value]) => value !== undefined));
  const steps = draft.document.steps.with(index, changed as unknown as Step);
  return { ...draft, document: withSteps(draft.document, steps) };
}

/** Make a new step for a picked element, with an id that the guide does not have yet. */
export function stepFor(document: Guide, target: Target | null, path: string, title: string): Step {
  return {
    id: freeStepId(document, title || target?.name || target?.text || "step"),
    ...(target ? { target } : {}),
    on: { path },
    title: title || target?.name || target?.text || "…",
  };
}

/** A readable id that no step of the guide has: the words of the text, then a number where needed. */
export function freeStepId(document: Guide, text: string): string {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  const base = words || "step";
  const taken = new Set(document.steps.map((step) => step.id));
  if (!taken.has(base) && base !== "end") return base;
  for (let number = 2; ; number++) if (!taken.has(`${base}-${number}`)) return `${base}-${number}`;
}

function withSteps(document: Guide, steps: Step[]): Guide {
  return { ...document, steps: steps as Guide["steps"] };
}

function withoutBranchTo(step: Step, id: string): Step {
  if (!step.then?.some((branch) => branch.to === id)) return step;
  const { then, ...rest } = step;
  const kept = then.filter((branch) => branch.to !== id);
  return kept.length ? { ...rest, then: kept } : rest;
}
