// Single-page routers in browsers without the navigation API: the page's own events tell of some changes; pushState and
// replaceState tell nobody, so they are wrapped, and unwrapped again.

/** Call `look` after every change of the address, and now, until the signal is aborted. */
export function followHistory(look: () => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  for (const name of ["popstate", "hashchange"]) addEventListener(name, look, { signal });
  signal.addEventListener("abort", wrapHistory(look));
  look();
}

/** Call `look` after each call of both. The undo leaves the page's history object as it was. */
function wrapHistory(look: () => void): () => void {
  const undo = (["pushState", "replaceState"] as const).map((name) => {
    const original = history[name];
    let on = true;
    const wrapped: typeof original = function (this: History, ...given) {
      original.apply(this, given);
      if (on) look();
    };
    history[name] = wrapped;
    return () => {
      on = false;
      // Whoever wrapped it after us holds ours: it stays in between, and does nothing any more.
      if (history[name] !== wrapped) return;
      if (original === History.prototype[name]) delete (history as Partial<History>)[name];
      else history[name] = original;
    };
  });
  return () => {
    for (const one of undo) one();
  };
}
