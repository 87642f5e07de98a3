// Start conditions beyond the page itself: a delay, idle time, an event, an element, signs of struggle; and looking again with
// each change of the page while a rule or a condition waits for an element.
import { periodMs } from "./period.ts";
import type { Runtime } from "./runtime.ts";
import { watchPage } from "./watch.ts";
import type { Start } from "./wire.ts";

const IDLE_MS = 30_000;

export interface Starts {
  hasStarted(start: Start): boolean;
  /** Milliseconds until it may start by itself; nothing where no time passes for it. */
  left_ms(start: Start): number | undefined;
  /** Begin or stop looking again. */
  watch(on: boolean): void;
}

/**
 * `happened`: `event NAME` and `struggle KIND` on this page. `arrived`: when the visitor came to it. `changed` is called with
 * each change while it is watched.
 */
export function openStarts(
  runtime: Runtime,
  happened: Set<string>,
  arrived: () => number,
  changed: () => void,
): Starts {
  const { now } = runtime;
  let active_at = now();
  const active = () => {
    active_at = now();
  };
  for (const name of ["pointerdown", "pointermove", "keydown", "scroll"])
    addEventListener(name, active, { passive: true, capture: true, signal: runtime.listening.signal });
  const left_ms = (start: Start) => {
    if (start.on === "load") return arrived() + periodMs(start.delay) - now();
    return start.on === "idle" ? active_at + periodMs(start.after, IDLE_MS) - now() : undefined;
  };
  const struggles = () => [...happened].filter((name) => name.startsWith("struggle ")).map((name) => name.slice(9));
  let stop: (() => void) | undefined;
  const watch = (on: boolean) => {
    if (on) stop ??= watchPage(null, changed);
    else stop = stop?.() as undefined;
  };
  runtime.listening.signal.addEventListener("abort", () => watch(false));
  return {
    left_ms,
    watch,
    hasStarted(start) {
      switch (start.on) {
        case "load":
        case "idle":
          return (left_ms(start) ?? 0) <= 0;
        case "event":
          return happened.has(`event ${start.event}`);
        case "struggle":
          return struggles().some((kind) => !start.kinds || start.kinds.some((wanted) => wanted === kind));
        case "element":
          return runtime.present(start.target);
        default:
          return true;
      }
    },
  };
}
