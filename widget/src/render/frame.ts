// The host element: above everything, in the top layer where the browser has one, inside the modal where one is open,
// so that it is never inert; out of reach of the host page's styles.
import type { PresentRequest } from "../seams.ts";
import { POINTER } from "./guard.ts";
import { activeElement, type Level, pathOf } from "./path.ts";

export interface Frame {
  host: HTMLElement;
  frame: HTMLElement;
  /** Put the styles on, once the host element is in the page. */
  dress(): void;
  /** Go where the target now lives: into its modal, or back to the document. */
  settle(path: Level[]): void;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

const INNER = [...POINTER, "keydown", "keyup", "keypress", "focusin", "focusout"];

/** Parsed once for all steps; on no page except through the roots that adopt it. */
const sheets: Record<string, CSSStyleSheet> = {};

function sheetOf(css: string): CSSStyleSheet {
  let sheet = sheets[css];
  if (!sheet) {
    sheet = sheets[css] = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

/** A layer of the page's own: not a guide, not the builder, which are popovers too. */
const isTop = ({ layer }: Level): Element | null =>
  layer?.ownerDocument === document && !layer.localName.startsWith("handrail-") ? layer : null;

/** Where the host element must stand so as not to be inert. */
function homeOf(path: Level[]): Element {
  const way = path.length ? path : pathOf(activeElement());
  const modals = [...document.querySelectorAll("dialog:modal")];
  return way.map(isTop).find(Boolean) ?? modals.at(-1) ?? document.documentElement;
}

export function openFrame({ chunk, step, theme, animate, parts }: PresentRequest, css: string): Frame {
  const host = document.createElement("handrail-guide");
  host.dataset.guide = chunk.guide;
  host.dataset.step = step.id;
  host.popover = "manual";
  const root = host.attachShadow({ mode: "open" });
  const frame = make("div", "frame");
  frame.lang = chunk.language;
  frame.dir = chunk.direction ?? "ltr";
  if (!animate) frame.classList.add("still");
  if (theme) parts.theme?.applyTheme(host, frame, theme);
  root.append(frame);
  // Keys and clicks inside the guide are no business of the page's shortcuts and "click outside" listeners.
  for (const type of INNER) host.addEventListener(type, (event) => event.stopPropagation());
  // WebKit forgets a sheet that was adopted before the tree was connected, where layout is read in between.
  const dress = () => {
    root.adoptedStyleSheets = [css, parts.rich?.css, parts.sheet?.css].map((each = "") => sheetOf(each));
  };
  return {
    host,
    frame,
    dress,
    settle(path) {
      const home = homeOf(path);
      const focused = root.activeElement as HTMLElement | null;
      if (host.parentNode !== home) home.append(host);
      else host.hidePopover?.();
      dress();
      host.showPopover?.();
      if (focused && root.activeElement !== focused) focused.focus({ preventScroll: true });
    },
  };
}
