// Rarer ways past a step than a button or a click on its target. The host page's own handlers are never touched.
import { periodMs } from "./period.ts";
import type { Runtime } from "./runtime.ts";
import { watchPage } from "./watch.ts";
import type { Advance, Target } from "./wire.ts";

/** Typing pauses for so long before a value counts as the visitor's answer. */
const TYPED_MS = 800;
const LONGEST_VALUE = 1000;

/** Call `done` when the condition is met, until the signal is aborted. `element()` is the step's target as it is now. */
export function armRare(
  runtime: Runtime,
  advance: Advance,
  element: () => Element | null,
  done: () => void,
  signal: AbortSignal,
): void {
  switch (advance.on) {
    case "input":
      armInput(advance.pattern, element, done, signal);
      break;
    case "element":
      armElement(runtime, advance.target, advance.is !== "absent", done, signal);
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

function armElement(
  { present }: Runtime,
  target: Target,
  wanted: boolean,
  done: () => void,
  signal: AbortSignal,
): void {
  const check = () => present(target) === wanted && done();
  signal.addEventListener("abort", watchPage(target, check));
  queueMicrotask(() => signal.aborted || check());
}
