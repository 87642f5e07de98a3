// The host page as the widget sees it: where it is, when that changes, and what kind of device shows it.
import type { Settings } from "./wire.ts";

interface NavigationLike extends EventTarget {
  readonly currentEntry: unknown;
}

/** Call `changed` whenever the address changes without a load. Returns the end of it; nothing stays wrapped. */
export function watchAddress(changed: () => void): () => void {
  const end = new AbortController();
  const { signal } = end;
  let last = location.href;
  const look = () => {
    if (last !== location.href) {
      last = location.href;
      changed();
    }
  };
  addEventListener("popstate", look, { signal });
  addEventListener("hashchange", look, { signal });
  const { navigation } = window as { navigation?: NavigationLike };
  if (navigation?.addEventListener) navigation.addEventListener("currententrychange", look, { signal });
  else for (const name of ["pushState", "replaceState"] as const) signal.addEventListener("abort", wrap(name, look));
  return () => end.abort();
}

/** Wrap one history call; the undo takes the wrapping off, or makes it transparent where another lies over it. */
function wrap(name: "pushState" | "replaceState", look: () => void): () => void {
  const original = history[name];
  let on = true;
  const wrapped: typeof original = function (this: History, ...given) {
    original.apply(this, given);
    if (on) look();
  };
  history[name] = wrapped;
  return () => {
    on = false;
    if (history[name] !== wrapped) return;
    if (original === History.prototype[name]) delete (history as Partial<History>)[name];
    else history[name] = original;
  };
}

/** Where the visitor is, as events may say it: the path, a router's path after `#/`, and allowed parameters only. */
export function recordedPage(settings: Settings | undefined): string {
  const kept = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(location.search))
    if (settings?.query?.includes(name)) kept.append(name, value);
  const query = kept.size ? `?${kept}` : "";
  const route = /^#!?\/[^?]*/.exec(location.hash)?.[0] ?? "";
  return (location.pathname + query + route).slice(0, 2000);
}

export function device(): "desktop" | "tablet" | "phone" {
  if (!matchMedia("(pointer: coarse)").matches) return "desktop";
  return Math.min(screen.width, screen.height) < 600 ? "phone" : "tablet";
}
