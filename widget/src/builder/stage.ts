// The step being written, in the real popover on the real element; its title and text are edited in place.

import * as rich from "../chunks/rich.ts";
import * as sheet from "../chunks/sheet.ts";
import * as themes from "../chunks/theme.ts";
import type { Chunk, ChunkStep, Present, Presented, PresentRequest } from "../seams.ts";
import { WORDS } from "../show.ts";
import type { Store } from "../store.ts";
import type { Guide, Step, Theme } from "../types/format.ts";
import { isList } from "./kinds.ts";
import type { StepChange } from "./properties.ts";
import { say } from "./words.ts";

export interface Stage {
  /** Show a step, or the whole list of which it is an item; the popover, or null where there is nothing to show. */
  show(guide: Guide, index: number, target: Element | null, theme: Theme | null): HTMLElement | null;
  clear(): void;
}

/** A popover whose words can be clicked and written; Markdown shows as its source while editing. */
export function openStage(
  present: Present,
  change: (change: StepChange, topic: string) => void,
  select: (index: number) => void,
): Stage {
  let shown: Presented | null = null;
  let key = "";

  const clear = (): void => {
    shown?.remove("step");
    shown = null;
    key = "";
  };
  return {
    clear,
    show(guide, index, target, theme) {
      const step = guide.steps[index];
      if (!step) {
        clear();
        return null;
      }
      const now = keyOf(guide, index, theme);
      if (shown && now === key) {
        shown.retarget(target);
        writeWords(shown, guide, index);
        return shown.popover;
      }
      const writing = deepActive();
      clear();
      key = now;
      shown = present(requestOf({ guide, index, target, theme, select }));
      shown.host.dataset.builder = "";
      if (isList(guide.kind)) keepToWriting(shown, guide, select);
      for (const text of textsOf(shown, guide, index)) makeEditable(text, change);
      writeWords(shown, guide, index);
      // the popover takes the focus as it does for visitors; an author at work elsewhere keeps it
      if (writing?.isConnected) writing.focus({ preventScroll: true });
      return shown.popover;
    },
  };
}

/** What is drawn anew when it changes; words are written into what is there. */
function keyOf({ kind, title, steps }: Guide, index: number, theme: Theme | null): string {
  const { id, place, overlay, buttons } = steps[index] as Step;
  const items = steps.map((step) => [step.id, step.buttons]);
  return JSON.stringify(
    isList(kind) ? [kind, title, theme, items] : [kind, theme, id, place, overlay, buttons, index, steps.length],
  );
}

interface Scene {
  guide: Guide;
  index: number;
  target: Element | null;
  theme: Theme | null;
  select(index: number): void;
}

function requestOf({ guide, index, target, theme, select }: Scene): PresentRequest {
  return {
    chunk: chunkOf(guide),
    step: stepOf(guide.steps[index] as Step),
    position: guide.steps.length > 1 ? { n: index + 1, of: guide.steps.length } : null,
    target,
    theme,
    can_go_back: index > 0,
    value: () => undefined,
    visitor: { holds: () => false, store: NOTHING_KEPT },
    tone: "neutral",
    animate: false,
    origin: "",
    parts: { rich, sheet, theme: themes },
    use: () => Promise.resolve(),
    input: (what) => {
      if (what.type === "action" && what.action === "next") select(index + 1);
      if (what.type === "action" && what.action === "back") select(index - 1);
    },
  };
}

/** While building nothing is remembered of what a visitor did. */
const NOTHING_KEPT: Store = { read: () => null, write() {}, names: () => [], settle() {}, wipe() {} };

/** The draft as a chunk whose texts are their own source. */
export function chunkOf(guide: Guide): Chunk {
  return {
    format: 1,
    guide: guide.key,
    version: 0,
    hash: "",
    kind: guide.kind,
    ...(guide.title && { title: guide.title }),
    language: guide.language,
    words: WORDS,
    steps: guide.steps.map(stepOf),
  };
}

function stepOf(step: Step): ChunkStep {
  const { test: _, ...rest } = step;
  // an empty text still needs a place to write in
  return {
    ...rest,
    title: step.title ?? " ",
    body: step.body ?? " ",
    open: "load", // a tooltip or hotspot stands open while it is written, a checklist is not folded
    overlay: "none", // the page stays usable while building; play shows the overlay
  } as ChunkStep;
}

function deepActive(): HTMLElement | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active as HTMLElement | null;
}

interface Text {
  name: "title" | "body";
  node: HTMLElement;
  step: Step;
}

/** Where the words stand that are written here: of the step, or of every item of a list. */
function textsOf({ host }: Presented, guide: Guide, index: number): Text[] {
  const drawn = host.shadowRoot as ShadowRoot;
  const steps = isList(guide.kind) ? guide.steps : guide.steps.slice(index, index + 1);
  return steps.flatMap((step) => {
    const row = isList(guide.kind) ? rowOf(drawn, step) : drawn;
    const selectors = isList(guide.kind) ? (["h3", ".body"] as const) : (["#title", "#body"] as const);
    return (["title", "body"] as const).flatMap((name, place) => {
      const node = row?.querySelector<HTMLElement>(selectors[place] as string);
      return node ? [{ name, node: fieldIn(node), step }] : [];
    });
  });
}

/** What is written in: a heading is no text field, so it holds one. */
function fieldIn(node: HTMLElement): HTMLElement {
  if (!/^H\d$/.test(node.tagName)) return node;
  const there = node.querySelector<HTMLElement>("[role=textbox]");
  if (there) return there;
  const field = document.createElement("span");
  field.setAttribute("role", "textbox");
  field.style.display = "block";
  field.append(...node.childNodes);
  node.append(field);
  return field;
}

const rowOf = (drawn: ParentNode, { id }: Step): HTMLElement | null =>
  drawn.querySelector(`[data-item="${CSS.escape(id)}"]`);

/** An item is chosen by going into it, and its buttons tick nothing while it is written. */
function keepToWriting({ popover }: Presented, { steps }: Guide, select: (index: number) => void): void {
  const placeOf = ({ target }: Event): number => {
    const row = (target as Element).closest<HTMLElement>("[data-item]");
    return row ? steps.findIndex(({ id }) => id === row.dataset.item) : -1;
  };
  const choose = (event: Event): void => {
    const place = placeOf(event);
    if (place >= 0) select(place);
  };
  popover.addEventListener("focusin", choose);
  popover.addEventListener(
    "click",
    (event) => {
      if (placeOf(event) < 0) return;
      event.stopPropagation();
      choose(event);
    },
    { capture: true },
  );
}

/**
 * Take the keys back that a step holds for visitors; has to listen before one is shown. Tab leaves the popover and its
 * element. Escape in the builder is the builder's, where `leave` has use for it and returns true.
 */
export function releaseKeys(host: Element, leave: () => boolean, signal: AbortSignal): void {
  const release = (event: KeyboardEvent): void => {
    const own = event.composedPath().includes(host);
    if (event.key === "Escape" && own && leave()) event.stopImmediatePropagation();
    if (event.key !== "Tab" || own) return;
    if (document.querySelector("handrail-guide[data-builder]")) event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", release, { capture: true, signal });
}

function makeEditable({ name, node }: Text, change: (change: StepChange, topic: string) => void): void {
  node.setAttribute("contenteditable", "plaintext-only");
  node.setAttribute("role", "textbox");
  node.setAttribute("aria-label", say(name === "title" ? "Title" : "Text"));
  // a line break typed here may be a <br>, which only innerText tells
  node.addEventListener("input", () => change({ [name]: node.innerText.trim() || undefined } as StepChange, name));
  node.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
}

function writeWords(shown: Presented, guide: Guide, index: number): void {
  const active = (shown.popover.getRootNode() as ShadowRoot).activeElement;
  for (const { name, node, step } of textsOf(shown, guide, index))
    if (node !== active) node.textContent = step[name] ?? " ";
  if (!isList(guide.kind)) return;
  for (const [place, step] of guide.steps.entries()) {
    const row = rowOf(shown.popover, step);
    row?.setAttribute("aria-current", place === index ? "step" : "false");
    if (row) row.style.background = place === index ? "color-mix(in srgb, var(--accent) 12%, #0000)" : "";
  }
}
