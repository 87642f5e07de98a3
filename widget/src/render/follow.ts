// Notice that the target moved, without any work while nothing moves and without script on a plain window scroll:
// the popover stands in document coordinates, so only what moves within the document matters. An
// IntersectionObserver whose root is cut down to the target's own box reports the first pixel of movement; a loop of
// animation frames then follows until all is still again.
import { boxOf, type Level } from "./path.ts";

const STILL_FRAMES = 6;

/** Call `moved` whenever the target may have moved or changed its size. Returns the end of it. */
export function follow(path: Level[], moved: () => void): () => void {
  const end = new AbortController();
  // It reports once when it begins: the first frames show whether all is still already.
  const sizes = new ResizeObserver(run);
  const observers = new Set<IntersectionObserver>();
  let frame = 0;
  let still = 0;
  let last = "";

  function step() {
    const { x, y, width, height } = boxOf(path);
    const now = `${x} ${y} ${width} ${height}`;
    still = now === last ? still + 1 : 0;
    if (!still) moved();
    last = now;
    if (still < STILL_FRAMES) frame = requestAnimationFrame(step);
    else for (const level of path) arm(level);
  }

  function rest() {
    for (const observer of observers) observer.disconnect();
    cancelAnimationFrame(frame);
  }

  function run() {
    rest();
    observers.clear();
    still = 0;
    moved();
    frame = requestAnimationFrame(step);
  }

  function arm(level: Level, threshold = 1) {
    const { element, window, fixed } = level;
    const root = window.document.documentElement;
    const { top, right, bottom, left } = element.getBoundingClientRect();
    const base = fixed ? new DOMRect(0, 0, root.clientWidth, root.clientHeight) : root.getBoundingClientRect();
    const margins = [top - base.top, base.right - right, base.bottom - bottom, left - base.left];
    let first = true;
    const observer = new window.IntersectionObserver(
      ([entry]) => {
        const ratio = entry?.intersectionRatio ?? 0;
        if (!first) run();
        else if (ratio < threshold && ratio && threshold === 1) {
          // Partly hidden by a scroller: any change of this share means movement.
          observer.disconnect();
          arm(level, ratio);
        }
        first = false;
      },
      {
        root: fixed ? window.document : root,
        rootMargin: margins.map((margin) => `${-Math.floor(margin)}px`).join(" "),
        threshold,
      },
    );
    observers.add(observer);
    observer.observe(element);
  }

  for (const { element, window, sticky, scrollers, fixed } of path) {
    const listen = { passive: true, signal: end.signal };
    sizes.observe(element);
    // The root's far edges move with the page's size, and would hide a shift of as much.
    sizes.observe(window.document.documentElement);
    for (const scroller of scrollers) scroller.addEventListener("scroll", run, listen);
    // Inside an iframe the document's own scroll moves the target too.
    if ((sticky && !fixed) || window !== self) window.addEventListener("scroll", run, listen);
  }
  return () => {
    end.abort();
    sizes.disconnect();
    rest();
  };
}
