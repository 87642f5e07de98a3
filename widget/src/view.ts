// Whether a person can see an element now. Reads layout, changes nothing.
import { rendered, sized } from "./shown.ts";

/**
 * `off_screen` can be scrolled to; `hidden` and `zero_size` cannot be shown at all. At what is `covered` in its middle,
 * refine.ts looks closer; of what is `visible` it tells what is `disabled`.
 */
export type View = "visible" | "hidden" | "zero_size" | "covered" | "off_screen" | "disabled";

/** Is it what lies on top of the element itself, something in or around it, or the guide? */
export const belongs = (element: Element, top: Element): boolean =>
  top.localName === "handrail-guide" || element.contains(top) || top.contains(element);

/** What lies over the element at a point of the screen, if anything does that is neither in nor around it. */
export function coverAt(element: Element, x: number, y: number): Element | null {
  const top = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(x, y);
  return top && !belongs(element, top) ? top : null;
}

/** A first look, at the middle of the box. */
const coveredInTheMiddle = (element: Element, box: DOMRect): boolean =>
  !!coverAt(element, box.left + box.width / 2, box.top + box.height / 2);

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
export function viewOf(element: Element, covered = coveredInTheMiddle): View {
  const view = element.ownerDocument.defaultView;
  if (!view || !rendered(element)) return "hidden";
  if (!sized(element)) return "zero_size";
  const box = element.getBoundingClientRect();
  const frame = view.frameElement ? viewOf(view.frameElement, covered) : "visible";
  if (frame !== "visible") return frame;
  return away(element, box, view) ?? (covered(element, box) ? "covered" : "visible");
}
