// Waits for a target that is not there at first: found when the page brings it, scored by the healing chunk where the
// exact tier keeps failing, given up when its time is over.
import { found } from "./located.ts";
import { periodMs } from "./period.ts";
import { refine } from "./refine.ts";
import type { Runtime } from "./runtime.ts";
import type { Heal, Located, Target } from "./seams.ts";
import { watchPage } from "./watch.ts";

const PATIENCE_MS = 8000;
/** Let a page that is still building come to rest before another element is taken for the target. */
const HEAL_AFTER_MS = 1500;
/** A target of a selector alone, or of a selector and its roots, has nothing to be healed by. */
const HEALABLE = ["role", "name", "text", "label", "near", "attributes", "path"];

export interface Search {
  target: Target;
  /** How long, as a period. */
  patience: string | undefined;
  /** Aborted when the target is found, or no longer looked for. */
  signal: AbortSignal;
  /** What the exact tier finds now. */
  look(): Located;
  /** True where that settles it. */
  settle(located: Located): boolean;
  giveUp(): void;
}

/** What the healing chunk found, as the exact tier would say it. */
const judged = (healed: Located): Located => (healed.element ? found("healed", healed.element, healed) : healed);

export function wait(runtime: Runtime, { target, patience, signal, look, settle, giveUp }: Search): void {
  const wait_ms = periodMs(patience, PATIENCE_MS);
  const exact = () => settle(refine(look()));
  const timers: number[] = [];
  let healing = false;

  const heal = async (): Promise<boolean> => {
    if (healing || !HEALABLE.some((name) => name in target)) return false;
    healing = true;
    try {
      const healed = await (await runtime.loadChunk<{ heal: Heal }>("heal")).heal(target, document);
      // What the exact tier said stands where this knows no more.
      return healed.reason !== "not_found" && (signal.aborted || settle(refine(judged(healed))));
    } catch {
      return false;
    } finally {
      healing = false;
    }
  };
  const last = async () => {
    // A tab in the background draws nothing: its page may not have got that far.
    if (document.hidden) return document.addEventListener("visibilitychange", expire, { once: true, signal });
    if (!exact() && !(await heal()) && !signal.aborted) giveUp();
  };
  const expire = () => timers.push(window.setTimeout(last, document.hidden ? 0 : Math.min(wait_ms, HEAL_AFTER_MS)));

  signal.addEventListener("abort", () => timers.forEach(clearTimeout));
  if (exact()) return;
  const stop = watchPage(target, exact);
  signal.addEventListener("abort", stop);
  if (wait_ms > HEAL_AFTER_MS) timers.push(window.setTimeout(heal, HEAL_AFTER_MS));
  timers.push(window.setTimeout(last, wait_ms));
}
