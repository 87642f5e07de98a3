// When an element was only healed: what its target would be if it were picked again, for a person to accept.
import type { Target } from "../wire.ts";
import { capture } from "./capture.ts";

export interface Repair {
  /** The target as captured now. */
  target: Target;
  /** Signals whose value is another, is new, or is gone, by name. */
  changed: (keyof Target)[];
}

/** Where it stands, and its size, change with every window: no reason to repair by themselves. */
const PASSING: ReadonlySet<string> = new Set(["box", "near", "nth"]);

/** Propose a target for an element that was found, or null where the old one still says it all. */
export function repairOf(target: Target, element: Element): Repair | null {
  const now = capture(element);
  const names = Object.keys({ ...target, ...now }) as (keyof Target)[];
  const changed = names.filter((name) => JSON.stringify(target[name]) !== JSON.stringify(now[name]));
  return changed.some((name) => !PASSING.has(name)) ? { target: now, changed } : null;
}
