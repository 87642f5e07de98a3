// Notice that the page changed: nothing runs while it does not. Mutations of the document and of the shadow roots and
// frames that a target passes through, and the moments at which something hidden may come to light.
import type { Target } from "./wire.ts";

const MOMENTS = ["transitionend", "animationend", "toggle", "load", "input", "change", "scrollend", "click"];
const RECORDED: MutationObserverInit = { subtree: true, childList: true, attributes: true, characterData: true };

/** Call `changed` in the next frame after each change. Returns the end of it. */
export function watchPage(target: Target | null, changed: () => void): () => void {
  const end = new AbortController();
  const { signal } = end;
  const seen = new WeakSet<Node>();
  const observer = new MutationObserver(soon);
  let frame = 0;

  function observe(root: Document | ShadowRoot): void {
    if (!seen.has(root)) {
      seen.add(root);
      observer.observe(root, RECORDED);
      for (const name of MOMENTS) root.addEventListener(name, soon, { capture: true, passive: true, signal });
    }
  }
  /** Roots may come later than the watch: look at each change. */
  function enter(): void {
    let root: Document | ShadowRoot | null = document;
    for (const selector of target?.within ?? []) {
      const host: Element | null = root?.querySelector(selector) ?? null;
      root = host?.shadowRoot ?? (host as HTMLIFrameElement | null)?.contentDocument ?? null;
      if (root) observe(root);
    }
  }
  function soon(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      safely(enter);
      changed();
    });
  }
  observe(document);
  safely(enter);
  addEventListener("resize", soon, { signal });
  document.addEventListener("visibilitychange", soon, { signal });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
  });
  return () => end.abort();
}

/** A selector that is not one, a frame of another origin: no root, no error. */
function safely(work: () => void): void {
  try {
    work();
  } catch {}
}
