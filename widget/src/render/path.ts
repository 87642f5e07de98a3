// The way from a target up to the top document: through slots, shadow roots and same-origin iframes. One walk finds
// what the rest needs: what can scroll it, whether it is fixed to the screen, and which modal it lives in.
import { clamp } from "../placement.ts";

/** One document on the way up: the target, or the iframe that holds it. */
export interface Level {
  element: Element;
  window: Window & typeof globalThis;
  /** It stays where it is when the window scrolls. */
  fixed: boolean;
  /** It sticks: it does so at times. */
  sticky: boolean;
  /** Nearest first; the document's own scrolling is not among them. */
  scrollers: Element[];
  /** The innermost modal or open popover around it. */
  layer: Element | null;
}

const LAYER = ":is(:modal,:popover-open,[aria-modal=true])";

export function parentOf(element: Element): Element | null {
  const parent = element.assignedSlot ?? element.parentNode;
  return (parent as ShadowRoot | null)?.host ?? (parent?.nodeType === 1 ? (parent as Element) : null);
}

function climb(element: Element): Level {
  const { body, documentElement, defaultView } = element.ownerDocument;
  const window = defaultView as Level["window"];
  const level: Level = { element, window, fixed: false, sticky: false, scrollers: [], layer: null };
  for (let up: Element | null = element; up && up !== documentElement; up = parentOf(up)) {
    const { position, overflowX } = window.getComputedStyle(up);
    if (!level.fixed && up !== element && up !== body && overflowX !== "visible") level.scrollers.push(up);
    level.fixed ||= position === "fixed";
    level.sticky ||= position === "sticky";
    if (!level.layer && up.matches(LAYER)) level.layer = up;
  }
  return level;
}

/** The target's own document first, the widget's document last: what lies around it is another page. */
export function pathOf(target: Element | null): Level[] {
  const path: Level[] = [];
  for (let element = target; element; ) {
    const { ownerDocument } = element;
    path.push(climb(element));
    element = ownerDocument === document ? null : (ownerDocument.defaultView?.frameElement ?? null);
  }
  return path;
}

/** What is left of `box` inside `clip`; at its nearest edge, without extent, where nothing is. */
export function clipped(box: DOMRect, { left, top, right, bottom }: DOMRect): DOMRect {
  const x = clamp(box.left, left, right);
  const y = clamp(box.top, top, bottom);
  return new DOMRect(x, y, clamp(box.right, left, right) - x, clamp(box.bottom, top, bottom) - y);
}

/** The visible part of the target, in the top window's coordinates. */
export function boxOf(path: Level[]): DOMRect {
  let box: DOMRect | undefined;
  for (const { element, scrollers } of path) {
    const own = element.getBoundingClientRect();
    if (box) {
      // From the frame's own coordinates to those around it.
      box.x += own.x + element.clientLeft;
      box.y += own.y + element.clientTop;
    }
    box = clipped(box ?? own, own);
    for (const scroller of scrollers) box = clipped(box, scroller.getBoundingClientRect());
  }
  return box as DOMRect;
}

/** Where the keyboard is, seen through shadow roots and same-origin iframes. */
export function activeElement(): Element | null {
  let active = document.activeElement;
  for (;;) {
    const inner = active?.shadowRoot ?? (active as HTMLIFrameElement | null)?.contentDocument;
    if (!inner?.activeElement) return active;
    active = inner.activeElement;
  }
}
