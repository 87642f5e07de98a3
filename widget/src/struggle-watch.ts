// The ears of the struggle detector on a page: passive listeners, one observer, and one timer while a click waits for
// its answer. Loaded only where the environment asked for it.
import type { Runtime } from "./runtime.ts";
import { type Finding, openDetector, type Signal, type Use } from "./struggle.ts";

const CONTROL =
  "a[href],button,summary,label,[role=button],[role=link],[role=tab],[role=menuitem],[role=switch],[onclick]";
const FIELD = "input,textarea,select,[contenteditable],[role=slider],[role=spinbutton]";
const MEDIA = "canvas,video,audio,svg[role=application],[role=application]";
/** Forms that nobody finishes by sending them. */
const KEPT = "[role=search],[method=get],[data-autosave]";
const NAMES = ["data-tour", "data-testid", "data-test", "id", "name"];
/** After a sign of struggle nothing pops up by itself for so long. */
const QUIET_MS = 60_000;
const CHECK_MS = 1600;

type Heard = Signal extends infer One ? (One extends Signal ? Omit<One, "at"> : never) : never;

/** A name for an element that holds nothing of what it says: a stable attribute, else its place. */
export function nameOfElement(element: Element): string {
  for (const name of NAMES) {
    const value = element.getAttribute(name);
    if (value && value.length <= 80) return `${name}=${value}`;
  }
  const parts: string[] = [];
  for (let at: Element | null = element; at && parts.length < 5; at = at.parentElement) {
    const same = [...(at.parentElement?.children ?? [])].filter((other) => other.localName === at?.localName);
    parts.unshift(same.length > 1 ? `${at.localName}:${same.indexOf(at) + 1}` : at.localName);
  }
  return parts.join(">").slice(0, 200);
}

const purposeOf = (element: Element): Use => {
  if (element.closest(MEDIA)) return "media";
  if (element.closest(FIELD)) return "field";
  return element.closest(CONTROL) ? "control" : "text";
};

export function watchStruggle(runtime: Runtime): void {
  // stop() came while this loaded.
  if (!runtime.automatic) return;
  const detect = openDetector();
  const { signal } = runtime.listening;
  const passive = { passive: true, capture: true, signal };
  let timer = 0;

  const hear = (heard: Heard) => {
    for (const finding of detect({ ...heard, at: runtime.now() } as Signal)) tell(finding);
  };

  function tell({ kind, element, field, guide, step }: Finding): void {
    const open = runtime.main?.open()[0];
    const data = { kind, ...(element && { element }), ...(field && { field }) };
    const where = { guide: guide ?? open?.guide, step: step ?? open?.step };
    runtime.record("struggle", { ...(where.guide && { guide: where.guide, step: where.step as string }), data });
    runtime.fire("struggle", { ...where, ...data });
    runtime.quiet_until = runtime.now() + QUIET_MS;
    if (runtime.manifest?.guides.some(({ start }) => start?.on === "struggle"))
      void runtime.withMain((main) => main.happened(`struggle ${kind}`));
  }

  const target = (event: Event): Element | null => {
    const [first] = event.composedPath();
    const element = first instanceof Element ? first : null;
    return element?.closest("handrail-guide") ||
      element?.getRootNode() === document.querySelector("handrail-guide")?.shadowRoot
      ? null
      : element;
  };
  const names = (event: Event): { form: string; field: string; kept: boolean } | null => {
    const field = target(event);
    if (!field?.matches(FIELD)) return null;
    const form = field.closest("form");
    const kept = !form || form.matches(KEPT) || (field as HTMLInputElement).type === "search";
    return { form: form ? nameOfElement(form) : "", field: nameOfElement(field), kept };
  };

  const clicked = (event: Event) => {
    const element = target(event);
    // A label's click comes again from its field, and a key's from nowhere: they are no clicks of their own.
    if (!element || !(event as MouseEvent).detail) return;
    const control = element.closest(CONTROL) ?? element;
    const selecting = purposeOf(element) === "text" && !getSelection()?.isCollapsed;
    hear({ type: "click", element: nameOfElement(control), use: purposeOf(element), selecting });
    clearTimeout(timer);
    timer = window.setTimeout(hear, CHECK_MS, { type: "tick" });
  };
  const answered = () => hear({ type: "answer" });

  addEventListener("click", clicked, passive);
  for (const name of ["scroll", "focusin", "toggle", "load", "submit", "fullscreenchange"])
    addEventListener(name, answered, passive);
  for (const name of ["error", "unhandledrejection"])
    addEventListener(name, (event) => (event instanceof ErrorEvent || name !== "error") && hear({ type: "error" }), {
      signal,
    });
  addEventListener(
    "focusin",
    (event) => {
      const field = names(event);
      if (field) hear({ type: "focus", ...field });
    },
    passive,
  );
  addEventListener(
    "change",
    (event) => {
      const field = names(event);
      if (field) hear({ type: "change", ...field });
    },
    passive,
  );
  addEventListener(
    "submit",
    (event) => hear({ type: "submit", form: nameOfElement(event.target as Element) }),
    passive,
  );
  for (const name of ["pointermove", "keydown"])
    addEventListener(name, () => hear({ type: "active", key: name === "keydown" }), passive);
  document.addEventListener("visibilitychange", () => document.hidden && hear({ type: "hidden" }), { signal });
  addEventListener("pagehide", () => hear({ type: "leave" }), { signal });

  // Anything that the page draws, or asks the network for, is an answer to the click before it.
  const changes = new MutationObserver(
    (records) => records.some(({ target }) => target.nodeName !== "HANDRAIL-GUIDE") && answered(),
  );
  changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const asked = new PerformanceObserver((list) => {
    if (list.getEntries().some(({ name }) => !name.startsWith(`${runtime.root}/v1/`))) answered();
  });
  asked.observe({ type: "resource" });
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    changes.disconnect();
    asked.disconnect();
  });

  // Pages of a classic application are loads: the tab remembers the last ones.
  const before = runtime.tab.read<{ at: number; path: string }[]>("paths") ?? [];
  for (const one of before) detect({ type: "path", ...one });
  const went = () => {
    hear({ type: "path", path: location.pathname });
    const all = [
      ...(runtime.tab.read<{ at: number; path: string }[]>("paths") ?? []),
      { at: runtime.now(), path: location.pathname },
    ];
    runtime.tab.write("paths", all.slice(-5));
  };
  went();
  const offs = [
    runtime.on("page", () => {
      hear({ type: "leave" });
      went();
      answered();
    }),
    runtime.on("step_shown", (shown) => hear({ type: "step", ...(shown as { guide: string; step: string }) })),
  ];
  signal.addEventListener("abort", () => {
    for (const off of offs) off();
  });
}
