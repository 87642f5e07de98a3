// Is the popover in view: at least half of it on the screen, or filling half of the screen, with the tab in front?
// Runs only when that changes.

const SHARES = Array.from({ length: 21 }, (_, step) => step / 20);

/** Call `changed` with each change of the answer. Returns the end of it. */
export function watchView(popover: Element, changed: (inView: boolean) => void): () => void {
  const end = new AbortController();
  let enough = false;
  let told = false;
  const tell = () => {
    const now = enough && document.visibilityState === "visible";
    if (now === told) return;
    told = now;
    changed(now);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      const { intersectionRatio, intersectionRect: part } = entries.at(-1) as IntersectionObserverEntry;
      enough = intersectionRatio >= 0.5 || part.width * part.height >= (innerWidth * innerHeight) / 2;
      tell();
    },
    { threshold: SHARES },
  );
  observer.observe(popover);
  document.addEventListener("visibilitychange", tell, { signal: end.signal });
  return () => {
    end.abort();
    observer.disconnect();
  };
}
