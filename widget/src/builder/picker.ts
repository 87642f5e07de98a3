// Picking an element: a pane of glass over the page takes every pointer and key event, so that the
// page's own handlers do not fire; the element below is outlined and described.
import { element } from "./element.ts";
import { childrenOf, elementUnder, interactiveElements, parentOf, rectangleOf, siblingOf } from "./under.ts";
import { say } from "./words.ts";

export interface PickerOptions {
  /** The builder's own host element: never picked. */
  host: HTMLElement;
  /** The shadow root to draw in. */
  root: ShadowRoot;
  /** A few words on the element under the pointer. */
  describe(target: Element): string;
  /** What is meant by the innermost element under the pointer; that element itself by default. */
  meant?(target: Element): Element;
}

/** Let the author pick an element; null when given up with Escape. Ends early when the signal aborts. */
export function pickElement(options: PickerOptions, signal: AbortSignal): Promise<Element | null> {
  const { promise, resolve } = withResolvers<Element | null>();
  const outline = element("div", { class: "outline", "aria-hidden": "true" });
  const label = element("div", { class: "outline-label", role: "status" });
  const glass = element("div", {
    class: "glass",
    tabindex: "0",
    role: "application",
    "aria-label": say("Pick an element: arrows walk, Tab jumps, Enter takes, Escape gives up"),
  });
  let current: Element | null = null;

  const point = (target: Element | null): void => {
    current = target;
    outline.hidden = label.hidden = !target;
    if (!target) return;
    drawAround(target, outline, label);
    label.textContent = options.describe(target);
  };
  const under = ({ clientX, clientY }: MouseEvent): Element | null => {
    const found = elementUnder(clientX, clientY, options.host);
    return found && (options.meant?.(found) ?? found);
  };
  const finish = (picked: Element | null): void => {
    glass.remove();
    outline.remove();
    label.remove();
    resolve(picked);
  };
  const keyed = (event: KeyboardEvent): void => {
    event.stopPropagation();
    event.preventDefault();
    if (event.key === "Escape") finish(null);
    else if (event.key === "Enter" || event.key === " ") current && finish(current);
    else {
      const target = walk(event, current);
      target?.scrollIntoView({ block: "nearest", inline: "nearest" });
      point(target);
    }
  };

  glass.addEventListener("pointermove", (event) => point(under(event)));
  glass.addEventListener("keydown", keyed);
  for (const type of [
    "pointerdown",
    "pointerup",
    "mousedown",
    "mouseup",
    "touchstart",
    "touchend",
    "dblclick",
    "contextmenu",
  ])
    glass.addEventListener(type, (event) => event.stopPropagation());
  glass.addEventListener("click", (event) => {
    event.stopPropagation();
    const target = under(event);
    if (target) finish(target);
  });
  const follow = (): void => point(current);
  window.addEventListener("scroll", follow, { capture: true, passive: true, signal });
  window.addEventListener("resize", follow, { signal });
  signal.addEventListener("abort", () => finish(null));

  options.root.append(outline, label, glass);
  point(null);
  glass.focus();
  return promise;
}

/** Where the key leads from the current element. */
function walk(event: KeyboardEvent, current: Element | null): Element | null {
  if (event.key === "Tab") return step(interactiveElements(), current, event.shiftKey ? -1 : 1);
  if (!current) return interactiveElements()[0] ?? document.body.firstElementChild;
  if (event.key === "ArrowUp") return parentOf(current) ?? current;
  if (event.key === "ArrowDown") return childrenOf(current)[0] ?? current;
  if (event.key === "ArrowLeft") return siblingOf(current, -1);
  if (event.key === "ArrowRight") return siblingOf(current, 1);
  return current;
}

function step(all: Element[], current: Element | null, direction: 1 | -1): Element | null {
  const at = current ? all.indexOf(current) : direction === 1 ? -1 : all.length;
  return all[(at + direction + all.length) % all.length] ?? current;
}

function drawAround(target: Element, outline: HTMLElement, label: HTMLElement): void {
  const { left, top, width, height } = rectangleOf(target);
  Object.assign(outline.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
  const above = top > 34;
  Object.assign(label.style, { left: `${Math.max(4, left)}px`, top: `${above ? top - 30 : top + height + 6}px` });
}

function withResolvers<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
