// What takes the visitor past a step, other than its buttons. The host page's own handlers are never touched.
import { periodMs } from "./period.ts";
import type { PassedBy } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { isFound, locate } from "./seek.ts";
import { watchPage } from "./watch.ts";
import type { Advance, Target } from "./wire.ts";

/** Typing pauses for so long before a value counts as the visitor's answer. */
const TYPED_MS = 800;
const LONGEST_VALUE = 1000;

/** Call `passed` when the condition is met. `element()` is the step's target as it is now. */
export function arm(
  runtime: Runtime,
  advance: Advance | undefined,
  element: () => Element | null,
  passed: (by: PassedBy) => void,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  const done = () => {
    end.abort();
    passed((advance?.on ?? "next") as PassedBy);
  };
  switch (advance?.on) {
    case "click":
      armClick(advance.target, element, done, signal);
      break;
    case "input":
      armInput(advance.pattern, element, done, signal);
      break;
    case "element":
      armElement(advance.target, advance.is !== "absent", done, signal);
      break;
    case "event":
      signal.addEventListener("abort", runtime.on(`track ${advance.event}`, done));
      break;
    case "path": {
      const check = () => runtime.matchesPath(advance.path) && done();
      signal.addEventListener("abort", runtime.on("page", check));
      queueMicrotask(() => signal.aborted || check());
      break;
    }
    case "delay": {
      const timer = setTimeout(done, periodMs(advance.after));
      signal.addEventListener("abort", () => clearTimeout(timer));
    }
  }
  return () => end.abort();
}

/** Listens before everybody else, at the window, so that a handler that stops the event does not hide the click. */
function armClick(
  other: Target | undefined,
  element: () => Element | null,
  done: () => void,
  signal: AbortSignal,
): void {
  const wanted = () => (other ? locate(other).element : element());
  const clicked = (event: Event) => {
    const target = wanted();
    if (target && event.composedPath().includes(target)) done();
  };
  for (const view of new Set([window, element()?.ownerDocument.defaultView, wanted()?.ownerDocument.defaultView]))
    view?.addEventListener("click", clicked, { capture: true, signal });
}

function armInput(
  pattern: string | undefined,
  element: () => Element | null,
  done: () => void,
  signal: AbortSignal,
): void {
  let timer = 0;
  let expression = /^.+$/s;
  try {
    if (pattern) expression = new RegExp(`^(?:${pattern})$`, "su");
  } catch {} // a pattern that is not one asks for any value
  const check = () => {
    if (expression.test(answerIn(element()).slice(0, LONGEST_VALUE))) done();
  };
  const typed = (event: Event) => {
    clearTimeout(timer);
    if (!event.composedPath().includes(element() as Element)) return;
    if (event.type === "change") check();
    else timer = window.setTimeout(check, TYPED_MS);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  for (const view of new Set([window, element()?.ownerDocument.defaultView]))
    for (const name of ["input", "change"]) view?.addEventListener(name, typed, { capture: true, signal });
}

function answerIn(element: Element | null): string {
  const field = element?.matches("input,textarea,select") ? element : element?.querySelector("input,textarea,select");
  if (!field) return element?.textContent ?? "";
  const { type, checked, value } = field as HTMLInputElement;
  return type === "checkbox" || type === "radio" ? (checked ? value : "") : value;
}

function armElement(target: Target, present: boolean, done: () => void, signal: AbortSignal): void {
  const check = () => isFound(locate(target)) === present && done();
  signal.addEventListener("abort", watchPage(target, check));
  queueMicrotask(() => signal.aborted || check());
}
