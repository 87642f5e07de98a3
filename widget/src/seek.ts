// Look for a step's target: found at once, or waited for by the wait chunk.
import { honoured, locateExact } from "./locate.ts";
import type { Match } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import type { Failure, Located } from "./seams.ts";
import type { Search } from "./wait.ts";
import type { Target } from "./wire.ts";

interface WaitChunk {
  wait(runtime: Runtime, search: Search): void;
}

export const isFound = ({ element, reason }: Located): boolean => !!element && !reason;

/** How a target was found, as events say it. */
export function matchOf({ state, confidence, signals, missed }: Located, target: Target): Match {
  const match = state === "healed" ? "healed" : honoured(target) ? "css" : "exact";
  return { match, confidence, ...(signals.length && { signals }), ...(missed.length && { missed }) };
}

/** In show() a page may hand over the element itself, which answers for itself (show.ts). */
export const locate = (target: Target & { find?(): Located }): Located =>
  target.find?.() ?? locateExact(target, document);

/** Call `found` or `gone`, once; `patience`: a period. Returns the end of the search. */
export function seek(
  runtime: Runtime,
  target: Target,
  patience: string | undefined,
  found: (located: Located) => void,
  gone: (reason: Failure) => void,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  let reason: Failure = "not_found";

  const settle = (located: Located): boolean => {
    if (signal.aborted) return true;
    reason = located.reason ?? reason;
    if (!isFound(located)) return false;
    end.abort();
    found(located);
    return true;
  };
  const look = () => locate(target);
  const giveUp = () => {
    end.abort();
    gone(reason);
  };
  if (!settle(look()))
    runtime.loadChunk<WaitChunk>("wait").then(
      ({ wait }) => signal.aborted || wait(runtime, { target, patience, signal, look, settle, giveUp }),
      () => signal.aborted || giveUp(),
    );
  return () => end.abort();
}
