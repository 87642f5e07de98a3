// What a participant of a usability task does: clicks, steps, mistakes. Kinds and step ids only, no text.
const CONTROLS = "a[href],button,input,select,textarea,label,summary,[role],[tabindex],[onclick]";
const GUIDE = "handrail-guide";

export interface Watch {
  guide: string | null;
  /** A selector of the right first click. */
  first: string | null;
  tell(kind: "step" | "click" | "error", data?: object): void;
  /** The page changed. */
  changed(): void;
}

/** Tell what happens until `signal` aborts. Begin before a guide is drawn: its overlay swallows clicks unseen. */
export function watchParticipant({ guide, first, tell, changed }: Watch, signal: AbortSignal): void {
  let step: string | null = null;
  let wrong = new Set<Element>();

  function look(): void {
    const shown = document.querySelector<HTMLElement>(`${GUIDE}[data-guide="${guide}"][data-step]`);
    const now = shown?.dataset.step ?? null;
    if (now !== step) {
      step = now;
      tell("step", { step });
    }
    const invalid = new Set(document.querySelectorAll("[aria-invalid=true]"));
    for (const field of invalid) if (!wrong.has(field)) tell("error");
    wrong = invalid;
    changed();
  }

  // What an overlay keeps from the page never comes as far as the document, whatever lies there. What does come is told
  // at once: it may be a link.
  let waiting: object | null = null;
  function clicked(event: MouseEvent): void {
    const path = event.composedPath() as Element[];
    if (path.some((one) => one.localName === "handrail-task")) return;
    const in_guide = path.some((one) => one.localName === GUIDE);
    const action = in_guide ? (path[0]?.closest<HTMLElement>("[data-action]")?.dataset.action ?? null) : null;
    const right = first ? path.some((one) => one.matches?.(first)) : null;
    const told = { in_guide, action, right, step, control: false };
    waiting = told;
    setTimeout(() => {
      if (waiting === told) tell("click", told);
    });
  }
  function arrived(event: MouseEvent): void {
    const path = event.composedPath() as Element[];
    if (waiting) tell("click", { ...waiting, control: path.some((one) => one.matches?.(CONTROLS)) });
    waiting = null;
  }
  addEventListener("click", clicked, { capture: true, signal });
  document.addEventListener("click", arrived, { capture: true, signal });

  const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (load && load.responseStatus >= 400) tell("error");
  const observer = new MutationObserver(look);
  observer.observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-invalid", "data-step"],
  });
  signal.addEventListener("abort", () => observer.disconnect());
  look();
}
