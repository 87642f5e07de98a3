// Recording a path: the author does the task, each click and each filled field becomes a step.
// Nothing is held back from the page, and no typed value is read.
import type { Step } from "../types/format.ts";
import { frameDocument } from "./under.ts";

export interface Recorded {
  target: Element;
  advance: NonNullable<Step["advance"]>;
}

const TEXT_FIELDS =
  "textarea,select,[contenteditable],input:not([type=button],[type=submit],[type=checkbox],[type=radio],[type=image],[type=reset])";
const ACTIONS = "a,button,input,select,textarea,summary,label,[role],[onclick],[tabindex]";

/** Call `recorded` for every click and every filled field of the page, before its own handlers run. */
export function recordPath(own: Element, recorded: (action: Recorded) => void, signal: AbortSignal): void {
  const listenIn = (view: Window): void => {
    view.addEventListener("click", (event) => clicked(event), { capture: true, signal });
    view.addEventListener("change", (event) => changed(event), { capture: true, signal });
    view.addEventListener("load", () => listenInFrames(view.document), { capture: true, signal });
    listenInFrames(view.document);
  };
  const heard = new WeakSet<Document>();
  const listenInFrames = (page: Document): void => {
    for (const frame of page.querySelectorAll("iframe")) {
      const inner = frameDocument(frame);
      if (inner?.defaultView && !heard.has(inner)) {
        heard.add(inner);
        listenIn(inner.defaultView);
      }
    }
  };
  const clicked = (event: Event): void => {
    const target = actedOn(event, own);
    if (target && !target.matches(TEXT_FIELDS) && target.localName !== "label")
      recorded({ target, advance: { on: "click" } });
  };
  const changed = (event: Event): void => {
    const target = event.composedPath()[0] as Element;
    if (!event.composedPath().includes(own) && target.matches(TEXT_FIELDS))
      recorded({ target, advance: { on: "input" } });
  };
  listenIn(window);
}

/** The control that a click was meant for: the nearest one around the innermost element. */
function actedOn(event: Event, own: Element): Element | null {
  const path = event.composedPath();
  if (path.includes(own)) return null;
  const elements = path.filter((node): node is Element => "localName" in node);
  return elements.find((node) => node.matches(ACTIONS)) ?? elements[0] ?? null;
}
