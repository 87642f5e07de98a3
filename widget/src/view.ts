// Whether a person can see and use an element now. Reads layout, changes nothing.
import { area, rendered, sized } from "./shown.ts";

/** `off_screen` can be scrolled to; `hidden` and `zero_size` cannot be shown at all. */
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

/** True where scrolling can bring it out: it is cut off by a scroller, or lies under a bar that sticks to an edge. */
function scrolledAway(element: Element, box: DOMRect, view: Window): boolean {
  const middle = [box.left + box.width / 2, box.top + box.height / 2] as const;
  const outside = ({ left, top, right, bottom }: DOMRect) =>
    middle[0] < left || middle[0] > right || middle[1] < top || middle[1] > bottom;
  const { body, documentElement } = element.ownerDocument;
  for (let up = element.parentElement; up && up !== body && up !== documentElement; up = up.parentElement)
    if (view.getComputedStyle(up).overflowX !== "visible" && outside(up.getBoundingClientRect())) return true;
  let bar = (element.getRootNode() as Document | ShadowRoot).elementFromPoint(...middle);
  while (bar && !/fixed|sticky/.test(view.getComputedStyle(bar).position)) bar = bar.parentElement;
  return !!bar && bar.getBoundingClientRect().height < view.innerHeight / 2;
}

function away(box: DOMRect, view: Window): View | null {
  if (box.right + view.scrollX <= 0 || box.bottom + view.scrollY <= 0) return "hidden";
  const inside = box.right > 0 && box.bottom > 0 && box.left < view.innerWidth && box.top < view.innerHeight;
  return inside ? null : "off_screen";
}

/** Tell how the element stands; the first of hidden, zero_size, off_screen, covered, disabled that is so. */
export function viewOf(element: Element): View {
  const view = element.ownerDocument.defaultView;
  if (!view || !rendered(element)) return "hidden";
  if (!sized(element)) return "zero_size";
  const box = element.getBoundingClientRect();
  const frame = view.frameElement && viewOf(view.frameElement);
  if (frame && frame !== "visible" && frame !== "disabled") return frame;
  const gone = away(box, view);
  if (gone) return gone;
  if (covered(element, box)) return scrolledAway(element, box, view) ? "off_screen" : "covered";
  return element.matches(":disabled,[aria-disabled=true]") ? "disabled" : "visible";
}
