// What stands in a popover: close, title, body, picture, progress and buttons.
import type { PresentRequest } from "../seams.ts";
import type { Button } from "../wire.ts";
import { make } from "./frame.ts";
import { drawText } from "./texts.ts";

const word = ({ chunk }: PresentRequest, name: string): string => chunk.words?.[name] ?? name;

export function button(request: PresentRequest, { text: label, action, look, id }: Button): HTMLButtonElement {
  const element = make("button", look, drawText(label, request));
  element.type = "button";
  element.dataset.action = typeof action === "string" ? action : (Object.keys(action)[0] ?? "");
  element.onclick = () => request.input({ type: "action", action, ...(id ? { button: id } : {}) });
  return element;
}

/** Back where there is a way back, and next where nothing else takes the visitor on. */
function usualButtons(request: PresentRequest): Button[] {
  const { step, position, can_go_back } = request;
  const last = !position || position.n === position.of;
  const list: Button[] = can_go_back ? [{ text: word(request, "back"), action: "back" }] : [];
  if ((step.advance?.on ?? "next") === "next")
    list.push({ text: word(request, last ? "done" : "next"), action: "next", look: "primary" });
  return list;
}

export function closeButton(request: PresentRequest): HTMLButtonElement {
  const close = button(request, { text: "", action: "close" });
  close.className = "close";
  close.ariaLabel = word(request, "close");
  return close;
}

function footer(request: PresentRequest): HTMLElement {
  const { position, step } = request;
  const progress = () =>
    word(request, "progress").replace(/\{(n|of)\}/g, (_, name: "n" | "of") => `${position?.[name]}`);
  const buttons = (step.buttons ?? usualButtons(request)).map((each) => button(request, each));
  return make("div", "foot", position ? make("span", "progress", progress()) : "", ...buttons);
}

/** The popover of a step: role=dialog, named by its title (or its text), described by its text. */
export function drawPopover(request: PresentRequest): HTMLElement {
  const { step, origin, parts } = request;
  const scroll = make("div", "scroll");
  const popover = make("div", "popover", scroll, footer(request), closeButton(request), make("i", "arrow"));
  popover.role = "dialog";
  popover.tabIndex = -1;
  popover.dataset.tone = request.tone;
  const named: string[] = [];
  for (const name of ["title", "body"] as const) {
    const node = step[name];
    if (!node) continue;
    const part = make(name === "title" ? "h2" : "div", name, drawText(node, request));
    part.id = name;
    scroll.append(part);
    named.push(name);
  }
  scroll.append(parts.rich?.media(step, origin) ?? "");
  popover.setAttribute("aria-labelledby", named[0] ?? "");
  if (named[1]) popover.setAttribute("aria-describedby", named[1]);
  return popover;
}
