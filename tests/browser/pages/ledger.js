// Notes what the widget's scripts start on a page: listeners, timers, frames, observers and channels. Runs before any
// other script, so that `left()` says what they have not taken back. What others start (the page, the tool that drives
// the browser) is no business of this ledger: whoever calls is known by the stack.
(() => {
  const open = new Map();
  const note = (key, entry) => {
    if (new Error().stack.includes(`${location.origin}/widget/`)) open.set(key, entry);
  };
  const wrap = (holder, name, make) => {
    holder[name] = make(holder[name]);
  };

  for (const [start, end, once] of [
    ["setTimeout", "clearTimeout", true],
    ["setInterval", "clearInterval", false],
    ["requestAnimationFrame", "cancelAnimationFrame", true],
    ["requestIdleCallback", "cancelIdleCallback", true],
  ]) {
    const key = (id) => `${start} ${id}`;
    wrap(window, start, (own) => (work, ...given) => {
      const run = (...told) => {
        if (once) open.delete(key(id));
        work(...told);
      };
      const id = own.call(window, run, ...given);
      note(key(id), start);
      return id;
    });
    wrap(window, end, (own) => (id) => {
      open.delete(key(id));
      own.call(window, id);
    });
  }

  for (const name of ["MutationObserver", "IntersectionObserver", "ResizeObserver", "PerformanceObserver"])
    wrap(
      window,
      name,
      (Own) =>
        class extends Own {
          observe(...given) {
            note(this, name);
            super.observe(...given);
          }
          disconnect() {
            open.delete(this);
            super.disconnect();
          }
        },
    );
  wrap(
    window,
    "BroadcastChannel",
    (Own) =>
      class extends Own {
        constructor(name) {
          super(name);
          note(this, "BroadcastChannel");
        }
        close() {
          open.delete(this);
          super.close();
        }
      },
  );

  // A listener goes with its own node, and with its own signal: those of elements that left the page do not count.
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const ids = new WeakMap();
  const idOf = (object) => {
    if (!ids.has(object)) ids.set(object, `${Math.random()}`);
    return ids.get(object);
  };
  const nameOf = (target) => target?.constructor?.name ?? "?";
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? window;
    const { capture = options === true, signal, once } = Object(options);
    add.call(target, type, listener, options);
    if (!listener || signal?.aborted || target instanceof AbortSignal) return;
    const key = `${idOf(target)} ${type} ${idOf(listener)} ${capture}`;
    note(key, { name: `${nameOf(target)} ${type}`, target });
    const forget = () => open.delete(key);
    if (signal) add.call(signal, "abort", forget);
    if (once) add.call(target, type, forget, { capture, once });
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = this ?? window;
    remove.call(target, type, listener, options);
    if (listener) open.delete(`${idOf(target)} ${type} ${idOf(listener)} ${options?.capture ?? options === true}`);
  };

  window.left = () =>
    [...open.values()]
      .filter((entry) => !(entry.target instanceof Node) || entry.target.isConnected)
      .map((entry) => entry.name ?? entry)
      .sort();
})();
