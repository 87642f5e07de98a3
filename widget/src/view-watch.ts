// Is the popover in view: at least half of it on the screen, or filling half of the screen, with the tab in front?
// Runs only when that changes.

const SHARES = Array.from({ length: 21 }, (_, step) => step / 20);

/** Tell each change of the answer, and when it was yes for so long without a break. Returns the end of it. */
export function watchView(
  popover: Element,
  seen_ms: number,
  tell: (input: { type: "view"; in_view: boolean } | { type: "seen" }) => void,
): () => void {
  const end = new AbortController();
  let enough = false;
  let in_view = false;
  let timer = 0;
  const look = () => {
    const now = enough && !document.hidden;
    if (now === in_view) return;
    in_view = now;
    clearTimeout(timer);
    if (now) timer = window.setTimeout(tell, seen_ms, { type: "seen" });
    tell({ type: "view", in_view });
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const { intersectionRatio, intersectionRect: part } = entries.at(-1) as IntersectionObserverEntry;
      enough = intersectionRatio >= 0.5 || part.width * part.height >= (innerWidth * innerHeight) / 2;
      look();
    },
    { threshold: SHARES },
  );
  observer.observe(popover);
  document.addEventListener("visibilitychange", look, { signal: end.signal });
  return () => {
    end.abort();
    clearTimeout(timer);
    observer.disconnect();
  };
}
