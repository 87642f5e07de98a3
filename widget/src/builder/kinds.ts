// What can be built on the page, for each kind of guide. Pure.
import type { Guide } from "../types/format.ts";

type Kind = Guide["kind"];

/** Its steps are items, ticked in any order, which stand at no element and on no page. */
export const isList = (kind: Kind): boolean => kind === "checklist";

/** Its steps stand at elements of the page. */
export const isPointed = (kind: Kind): boolean => /^(?:tour|tooltip|hotspot)$/.test(kind);

/** Its steps are walked through one after the other. */
export const isWalked = (kind: Kind): boolean => /^(?:tour|modal)$/.test(kind);

/** A new guide begins with one step that points at nothing and says nothing. */
export function isBlank({ steps }: Guide): boolean {
  return steps.length === 1 && !steps[0]?.target && !steps[0]?.body;
}

/** Whether one more step is possible: of a tooltip, hotspot and banner there is exactly one. */
export function canAdd(guide: Guide): boolean {
  return isWalked(guide.kind) || isList(guide.kind) || (isPointed(guide.kind) && isBlank(guide));
}

/** Whether doing the task makes steps of it. */
export const canRecord = (kind: Kind): boolean => kind === "tour";
