// A second look at an element that was found: what seems covered may only be scrolled away, what is visible may be out of
// use. Not in the tour chunk: the wait chunk asks where the first look was not enough.
import type { Located } from "./seams.ts";
import { area } from "./shown.ts";
import { belongs, viewOf } from "./view.ts";

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
  if (belongs(element, top) || top.closest("label")?.control === element) return true;
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

/** The same result, with how its element stands told more exactly. */
export function refine(located: Located): Located {
  const { element } = located;
  const page = element?.ownerDocument.defaultView;
  if (!element || !page || !located.view) return located;
  let view = located.view === "covered" ? viewOf(element, covered) : located.view;
  if (view === "covered") {
    if (!scrolledAway(element, element.getBoundingClientRect(), page)) return located;
    view = "off_screen";
  }
  if (view === "visible" && element.matches(":disabled,[aria-disabled=true]")) view = "disabled";
  return { ...located, view, reason: null };
}
