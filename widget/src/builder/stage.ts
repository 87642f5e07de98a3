// The step being written, in the real popover on the real element; its title and text are edited in place.

import * as rich from "../chunks/rich.ts";
import * as sheet from "../chunks/sheet.ts";
import * as themes from "../chunks/theme.ts";
import type { Chunk, ChunkStep, Present, Presented } from "../seams.ts";
import { WORDS } from "../show.ts";
import type { Store } from "../store.ts";
import type { Guide, Step, Theme } from "../types/format.ts";
import type { StepChange } from "./properties.ts";
import { say } from "./words.ts";

export interface Stage {
  show(guide: Guide, index: number, target: Element | null, theme: Theme | null): void;
  clear(): void;
}

/** A popover whose words can be clicked and written; Markdown shows as its source while editing. */
export function openStage(
  present: Present,
  change: (change: StepChange, topic: string) => void,
  go: (by: 1 | -1) => void,
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
      if (!step) return clear();
      const now = JSON.stringify([
        guide.kind,
        theme,
        step.id,
        step.place,
        step.overlay,
        step.buttons,
        index,
        guide.steps.length,
      ]);
      if (shown && now === key) {
        shown.retarget(target);
        writeWords(shown, step);
        return;
      }
      const writing = deepActive();
      clear();
      key = now;
      shown = present({
        chunk: chunkOf(guide),
        step: stepOf(step),
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
          if (what.type === "action" && what.action === "next") go(1);
          if (what.type === "action" && what.action === "back") go(-1);
        },
      });
      shown.host.dataset.builder = "";
      makeEditable(shown, change);
      // the popover takes the focus as it does for visitors; an author at work elsewhere keeps it
      if (writing?.isConnected) writing.focus({ preventScroll: true });
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
    overlay: "none", // the page stays usable while building; play shows the overlay
  } as ChunkStep;
}

function deepActive(): HTMLElement | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active as HTMLElement | null;
}

function parts(shown: Presented): [name: "title" | "body", node: HTMLElement][] {
  const found = (["title", "body"] as const).map(
    (name) => [name, shown.host.shadowRoot?.querySelector<HTMLElement>(`#${name}`) ?? null] as const,
  );
  return found.filter((pair): pair is ["title" | "body", HTMLElement] => pair[1] !== null);
}

/** Let Tab leave the popover and its element, which hold it for visitors; has to listen before a step is shown. */
export function releaseTab(host: Element, signal: AbortSignal): void {
  const release = (event: KeyboardEvent): void => {
    if (event.key !== "Tab" || event.composedPath().includes(host)) return;
    if (document.querySelector("handrail-guide[data-builder]")) event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", release, { capture: true, signal });
}

function makeEditable(shown: Presented, change: (change: StepChange, topic: string) => void): void {
  for (const [name, node] of parts(shown)) {
    node.setAttribute("contenteditable", "plaintext-only");
    node.setAttribute("role", "textbox");
    node.setAttribute("aria-label", say(name === "title" ? "Title" : "Text"));
    // a line break typed here may be a <br>, which only innerText tells
    node.addEventListener("input", () => change({ [name]: node.innerText.trim() || undefined } as StepChange, name));
    node.addEventListener("keydown", (event) => event.key !== "Escape" && event.stopPropagation());
  }
}

function writeWords(shown: Presented, step: Step): void {
  const active = (shown.popover.getRootNode() as ShadowRoot).activeElement;
  for (const [name, node] of parts(shown)) if (node !== active) node.textContent = step[name] ?? " ";
}
