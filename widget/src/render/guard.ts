// Under an overlay the page takes no click, but the target does (unless the step blocks it), and so does whatever
// floats above the page: the list that a select in the target opens elsewhere. No element lies over the page, so that
// wheel, swipe, pinch, hover and nested scrolling are as ever.
export const POINTER = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "dblclick", "auxclick"];
const FLOATING = "dialog,[popover],[role=dialog],[role=listbox],[role=menu]";

export interface Guard {
  host: Element;
  target(): Element | undefined;
  overlay: "none" | "spotlight" | "blocking";
  outside(): void;
}

export function guardPointer(windows: Iterable<Window>, guard: Guard, signal: AbortSignal): void {
  function judge(event: Event) {
    // The page's own calls of click(), and a label's click on its field, are not the visitor's.
    const { isTrusted, detail } = event as UIEvent;
    const path = event.composedPath() as Element[];
    const target = guard.target();
    if (!isTrusted || (event.type === "click" && !detail) || path.includes(guard.host)) return;
    const onTarget = !!target && path.includes(target);
    const floats = path.some((each) => !(target && each.contains?.(target)) && each.matches?.(FLOATING));
    if (floats || (onTarget && guard.overlay !== "blocking")) return;
    if (guard.overlay !== "none") {
      // A cancelled pointerdown would also stop the swipe that starts with it.
      if (event.type[0] !== "p") event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (event.type === "click" && !onTarget) guard.outside();
  }
  for (const window of windows)
    for (const type of POINTER) window.addEventListener(type, judge, { capture: true, signal });
}
