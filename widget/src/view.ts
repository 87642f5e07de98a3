// Whether a person can see an element now. Reads layout, changes nothing.
import { area, rendered, sized } from "./shown.ts";

/**
 * `off_screen` can be scrolled to; `hidden` and `zero_size` cannot be shown at all. Of what is `covered` here, refine.ts
 * tells what is only scrolled away, and of what is `visible` what is `disabled`.
 */
export type View = "visible" | "hidden" | "zero_size" | "covered" | "off_screen" | "disabled";

/** Shares of the box at which the page is asked what lies on top: the middle first. */
const POINTS = [
  [0.5, 0.5],
  [0.2, 0.3],
  [0.8, 0.3],
  [0.2, 0.7],
  [0.8, 0.7],
] as const;
/** A thing on top that shares so close a box with the element is its decoration: an icon, a styled checkbox. */
const DECORATION = 1.6;

function related(element: Element, top: Element, box: DOMRect): boolean {
  if (top.localName === "handrail-guide" || element.contains(top) || top.contains(element)) return true;
  if (top.closest("label")?.control === element) return true;
  let shared = element.parentElement;
  while (shared && !shared.contains(top)) shared = shared.parentElement;
  return !!shared && area(shared.getBoundingClientRect()) <= area(box) * DECORATION;
}

function covered(element: Element, box: DOMRect): boolean {
  const root = element.getRootNode() as Document | ShadowRoot;
  return POINTS.every(([x, y]) => {
    const top = root.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return !!top && !related(element, top, box);
  });
}

function away(element: Element, box: DOMRect, view: Window): View | null {
  // Beyond the start of the page, unless something around it, the page above all, can be scrolled back.
  let { right, bottom } = box;
  for (let up = element.parentElement; up; up = up.parentElement) {
    right += up.scrollLeft;
    bottom += up.scrollTop;
  }
  if (right <= 0 || bottom <= 0) return "hidden";
  const inside = box.right > 0 && box.bottom > 0 && box.left < view.innerWidth && box.top < view.innerHeight;
  return inside ? null : "off_screen";
}

/** Tell how the element stands; the first of hidden, zero_size, off_screen, covered that is so. */
export function viewOf(element: Element): View {
  const view = element.ownerDocument.defaultView;
  if (!view || !rendered(element)) return "hidden";
  if (!sized(element)) return "zero_size";
  const box = element.getBoundingClientRect();
  const frame = view.frameElement ? viewOf(view.frameElement) : "visible";
  if (frame !== "visible") return frame;
  return away(element, box, view) ?? (covered(element, box) ? "covered" : "visible");
}
