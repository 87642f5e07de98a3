// Wait for a step's target: found at once, or when the page brings it; scored by the healing chunk where the exact
// tier keeps failing; given up when its time is over.
import { locateExact, found as seen } from "./locate.ts";
import type { Match } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import type { Failure, Heal, Located } from "./seams.ts";
import { watchPage } from "./watch.ts";
import type { Target } from "./wire.ts";

/** Let a page that is still building come to rest before another element is taken for the target. */
const HEAL_AFTER_MS = 1500;
/** A target of a selector alone, or of a selector and its roots, has nothing to be healed by. */
const HEALABLE = ["role", "name", "text", "label", "near", "attributes", "path"];

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

/** Call `found` or `missing`, once. Returns the end of the waiting. */
export function seek(
  runtime: Runtime,
  target: Target,
  wait_ms: number,
  found: (found: Found) => void,
  missing: (reason: Failure) => void,
): () => void {
  const end = new AbortController();
  const { signal } = end;
  const timers: number[] = [];
  let reason: Failure = "not_found";
  let healing = false;

  const settle = (located: Located): boolean => {
    if (signal.aborted) return true;
    reason = located.reason ?? reason;
    if (!isFound(located)) return false;
    end.abort();
    found({ element: located.element as Element, match: matchOf(located, target) });
    return true;
  };
  const exact = () => settle(locate(target));
  const heal = async (): Promise<boolean> => {
    if (healing || !runtime.hasChunk("heal") || !HEALABLE.some((signal) => signal in target)) return false;
    healing = true;
    try {
      const chunk = await runtime.loadChunk<{ heal: Heal }>("heal");
      const healed = await chunk.heal(target, document);
      if (healed.reason === "not_found") return false; // what the exact tier said stands
      return signal.aborted || settle(healed.element ? seen("healed", healed.element, healed) : healed);
    } catch {
      return false;
    } finally {
      healing = false;
    }
  };
  const giveUp = async () => {
    // A tab in the background draws nothing: its page may not have got that far.
    if (document.hidden) return document.addEventListener("visibilitychange", expire, { once: true, signal });
    if (exact() || (await heal()) || signal.aborted) return;
    end.abort();
    missing(reason);
  };
  const expire = () => timers.push(window.setTimeout(giveUp, document.hidden ? 0 : Math.min(wait_ms, HEAL_AFTER_MS)));

  signal.addEventListener("abort", () => timers.forEach(clearTimeout));
  runtime.end.signal.addEventListener("abort", () => end.abort(), { signal });
  if (!exact()) {
    const stop = watchPage(target, exact);
    signal.addEventListener("abort", stop);
    if (wait_ms > HEAL_AFTER_MS) timers.push(window.setTimeout(heal, HEAL_AFTER_MS));
    timers.push(window.setTimeout(giveUp, wait_ms));
  }
  return () => end.abort();
}
