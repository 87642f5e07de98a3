// How surely an element will be found again: each signal is taken away in turn, and the element looked for.
import type { Located } from "../seams.ts";
import type { Target } from "../types/format.ts";
import { say } from "./words.ts";

/** Finds a target on the page as it is; the widget's own location, healing included. */
export type Find = (target: Target) => Promise<Pick<Located, "state" | "element">>;

export interface Strength {
  /** Signals whose loss alone would lose the element. */
  relies_on: string[];
  /** How many signals were tried. */
  tried: number;
}

const SIGNALS = ["css", "attributes", "role", "name", "text", "label", "near", "path", "type", "tag"] as const;

/** Try the target without each of its signals. */
export async function strengthOf(target: Target, picked: Element, find: Find): Promise<Strength> {
  const tried = SIGNALS.filter((signal) => target[signal] !== undefined);
  const relies_on: string[] = [];
  for (const signal of tried) {
    const { [signal]: _, ...rest } = target;
    const found = Object.keys(rest).length ? await find(rest as Target) : null;
    if (found?.element !== picked) relies_on.push(signal);
  }
  return { relies_on, tried: tried.length };
}

/** Say it in one sentence. */
export function strengthWords({ relies_on, tried }: Strength): string {
  if (tried <= 1)
    return say("Will be found only as long as its one signal stays the same. Give it a test id or a name.");
  if (relies_on.length === 0)
    return say("Will be found again even if any one of its {tried} signals changes.", { tried });
  return say("Relies on its {signals}: would be lost if that changed. {tried} signals kept in all.", {
    signals: relies_on.join(", "),
    tried,
  });
}
