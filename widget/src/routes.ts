// Single-page routers in browsers without the navigation API: pushState and replaceState tell nobody, so they are
// wrapped, and unwrapped again.

/** Call `look` after each call of both. The undo leaves the page's history object as it was. */
export function wrapHistory(look: () => void): () => void {
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
