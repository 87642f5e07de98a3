// The host page as the widget sees it: where it is, when that changes, and what kind of device shows it.
import type { Runtime } from "./runtime.ts";

interface RoutesChunk {
  wrapHistory(look: () => void): () => void;
}

/** Call `changed` whenever the address changes without a load. Returns the end of it. */
export function watchAddress(runtime: Pick<Runtime, "loadChunk" | "end">, changed: () => void): () => void {
  const { signal } = runtime.end;
  let last = location.href;
  let unwrap = () => {};
  const look = () => {
    if (last === location.href) return;
    last = location.href;
    changed();
  };
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener("currententrychange", look, { signal });
  // Browsers without it (Firefox before 147, Safari before 26.2): listen, and wrap what tells nobody.
  if (!navigation) {
    for (const name of ["popstate", "hashchange"]) addEventListener(name, look, { signal });
    runtime.loadChunk<RoutesChunk>("routes").then(
      ({ wrapHistory }) => {
        if (!signal.aborted) unwrap = wrapHistory(look);
      },
      () => {},
    );
  }
  return () => unwrap();
}

export function device(): "desktop" | "tablet" | "phone" {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}
