// What rules may ask about, gathered for the evaluator.
import { more } from "./more.ts";
import { fits } from "./pattern.ts";
import type { Runtime } from "./runtime.ts";
import type { Context } from "./targeting.ts";
import { placeMatches } from "./where.ts";
import type { Target, Where } from "./wire.ts";

/** The facts as they are now; `present` answers clauses about elements. */
export function factsOf(runtime: Runtime, present: (target: Target) => boolean): Context {
  const { visitor, mode, manifest } = runtime;
  const { traits, account_traits } = visitor.kept();
  return {
    ...visitor.history(),
    now: runtime.now(),
    visitor: visitor.id(),
    traits: mode.traits ?? traits,
    account: account_traits,
    segments: manifest?.segments,
    language: runtime.language(),
    present,
    ...more.facts?.(),
  };
}

export const pathMatches = (pattern: string): boolean => fits(pattern, location.pathname);
export const whereMatches = (where: Where | undefined): boolean => placeMatches(where, location);
