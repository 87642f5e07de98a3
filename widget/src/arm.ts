// What takes the visitor past a step, other than its buttons: here a click, in the advance chunk the rest. The host
// page's own handlers are never touched.
import type { PassedBy } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { locate } from "./seek.ts";
import type { Advance, Target } from "./wire.ts";

/** Call `passed` when the condition is met. `element()` is the step's target as it is now. */
export function arm(
  runtime: Runtime,
  advance: Advance | undefined,
  element: () => Element | null,
  passed: (by: PassedBy) => void,
): () => void {
  const end = new AbortController();
  const done = () => {
    end.abort();
    passed(advance?.on as PassedBy);
  };
  if (advance?.on === "click") armClick(advance.target, element, done, end.signal);
  else if (advance) runtime.parts.advance?.armRare(runtime, advance, element, done, end.signal);
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
  for (const view of new Set([window, wanted()?.ownerDocument.defaultView]))
    view?.addEventListener("click", clicked, { capture: true, signal });
}
