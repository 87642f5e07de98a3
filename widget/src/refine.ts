// A second look at an element that was found: what seems covered may only be scrolled away, what is visible may be out of
// use. Not in the tour chunk: the wait chunk asks where the first look was not enough.
import type { Located } from "./seams.ts";

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
  const { element, view } = located;
  if (view === "visible" && element?.matches(":disabled,[aria-disabled=true]")) return { ...located, view: "disabled" };
  const page = element?.ownerDocument.defaultView;
  if (view !== "covered" || !page || !scrolledAway(element, element.getBoundingClientRect(), page)) return located;
  return { ...located, view: "off_screen", reason: null };
}
