// The host page as the widget sees it: when its address changes, and what kind of device shows it.
import type { Runtime } from "./runtime.ts";

interface RoutesChunk {
  followHistory(look: () => void, signal: AbortSignal): void;
}

/** Call `changed` whenever the address changes without a load, until stop(). */
export function watchAddress(runtime: Runtime, changed: () => void): void {
  const { signal } = runtime.listening;
  let last = location.href;
  const look = () => {
    if (last === location.href || signal.aborted) return;
    last = location.href;
    changed();
  };
  const { navigation } = window as { navigation?: EventTarget };
  // Browsers without it: Firefox before 147, Safari before 26.2.
  if (navigation) navigation.addEventListener("currententrychange", look, { signal });
  else runtime.use<RoutesChunk>("routes", ({ followHistory }) => followHistory(look, signal));
}

export function device(): "desktop" | "tablet" | "phone" {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}
