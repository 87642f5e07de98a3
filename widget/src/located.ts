// What became of looking for a target, as every tier says it.
import type { Failure, Located } from "./seams.ts";
import { type View, viewOf } from "./view.ts";

/** Why an element cannot be pointed at, by how it stands. */
const FAILURES: Partial<Record<View, Failure>> = { hidden: "hidden", zero_size: "hidden", covered: "covered" };

/** A result with its element, or `not_found` where the element is there and cannot be seen. */
export function found(state: "exact" | "healed", element: Element, rest: Partial<Located>): Located {
  const view = viewOf(element);
  const reason = FAILURES[view] ?? null;
  if (reason === "hidden") return { ...missing("not_found", reason), ...rest, view, confidence: 0 };
  return { state, element, confidence: 1, signals: [], missed: [], reason, view, ...rest };
}

/** A result without an element. */
export const missing = (state: "ambiguous" | "not_found", reason: Failure = state): Located => ({
  state,
  element: null,
  confidence: 0,
  signals: [],
  missed: [],
  reason,
});
