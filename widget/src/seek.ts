// Look for a step's target: found at once, or waited for by the wait chunk.
import { locateExact, found as seen } from "./locate.ts";
import type { Match } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import type { Failure, Located } from "./seams.ts";
import type { Search } from "./wait.ts";
import type { Target } from "./wire.ts";

interface WaitChunk {
  wait(runtime: Runtime, search: Search): void;
}

export interface Found {
  element: Element;
  match: Match;
}

export const isFound = ({ element, reason }: Located): boolean => !!element && !reason;

export function matchOf(located: Located, target: Target): Match {
  const { state, confidence, signals, missed } = located;
  const alone = Object.keys(target).every((signal) => signal === "css" || signal === "within" || signal === "nth");
  const match = state === "healed" ? "healed" : alone ? "css" : "exact";
  return { match, confidence, ...(signals.length && { signals }), ...(missed.length && { missed }) };
}

/** In show() a page may hand over the element itself. */
export function locate(target: Target): Located {
  const { element } = target as { element?: Element };
  if (element?.nodeType !== 1) return locateExact(target, document);
  const here = element.isConnected && element.checkVisibility();
  const rest = { confidence: 1, signals: [], missed: [] };
  if (here) return { state: "exact", element, reason: null, ...rest };
  return { state: "not_found", element: null, reason: element.isConnected ? "hidden" : "detached", ...rest };
}

/** Look once, now. */
export function look(target: Target): Found | Failure {
  const located = locate(target);
  return isFound(located)
    ? { element: located.element as Element, match: matchOf(located, target) }
    : (located.reason ?? "not_found");
}

/** Call `found` or `missing`, once. Returns the end of the search. */
export function seek(
  runtime: Runtime,
  target: Target,
  wait_ms: number,
  found: (found: Found) => void,
  missing: (reason: Failure) => void,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  let reason: Failure = "not_found";

  const settle = (located: Located): boolean => {
    if (signal.aborted) return true;
    reason = located.reason ?? reason;
    if (!isFound(located)) return false;
    end.abort();
    found({ element: located.element as Element, match: matchOf(located, target) });
    return true;
  };
  const look = () => locate(target);
  const judge = (healed: Located) => (healed.element ? seen("healed", healed.element, healed) : healed);
  const giveUp = () => {
    end.abort();
    missing(reason);
  };
  if (!settle(look())) {
    runtime.end.signal.addEventListener("abort", () => end.abort(), { signal });
    runtime.loadChunk<WaitChunk>("wait").then(
      ({ wait }) => signal.aborted || wait(runtime, { target, wait_ms, signal, look, judge, settle, giveUp }),
      () => signal.aborted || giveUp(),
    );
  }
  return () => end.abort();
}
