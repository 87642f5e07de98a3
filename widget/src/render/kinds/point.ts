// What tooltip and hotspot share: a popover that waits closed beside its target and opens on hover, focus or tap.
// It takes no focus, holds no page back, and works beside a running tour.
import type { Presented, PresentRequest } from "../../seams.ts";
import type { Kit } from "../kit.ts";
import { announce } from "../live.ts";
import { css as own } from "./point.css";

/** Long enough to cross from the target to the popover, or to pass over without opening. */
const LEAVE_MS = 250;
const ENTER_MS = 120;

export interface Point {
  kit: Kit;
  request: PresentRequest;
  /** The dot of a hotspot; without it the target itself opens the tooltip. */
  dot: HTMLElement | null;
}

/** Whether the keyboard moved here, or a finger or mouse did. */
const byKeyboard = (element: Element | null): boolean => !!element?.matches(":focus-visible");

export function presentPoint({ kit, request, dot }: Point): Presented {
  const { activeElement, css, drawPopover, make, openFrame, stand } = kit;
  const { step, chunk, input } = request;
  const how = step.open ?? "hover";
  const end = new AbortController();
  const { signal } = end;
  const { host, frame, settle } = openFrame(request, css + own);
  const popover = drawPopover(request);
  // Over the target: what is seen before anything is opened. A tooltip's is empty.
  const spot = make("div", "spot");
  if (dot) spot.append(dot);
  const sticks = how === "click" || how === "load" || !!dot;
  if (!sticks) {
    popover.classList.add("plain");
    popover.querySelector(".close")?.remove();
  }
  popover.classList.add("closed");
  frame.append(spot, popover);
  let timer = 0;
  let told = how === "load";
  let hush = () => {};
  let trigger: Element | null = null;
  let listening = new AbortController();

  const standing = stand({
    signal,
    host,
    popover,
    spot,
    place: step.place ?? "auto",
    rtl: chunk.direction === "rtl",
    padding_px: 0,
    reveal: false,
    settle,
    lost: () => input({ type: "lost" }),
    parts: request.parts,
    use: request.use,
  });
  const isOpen = () => !popover.classList.contains("closed");

  function set(open: boolean, wait_ms = 0): void {
    clearTimeout(timer);
    if (wait_ms) {
      timer = setTimeout(() => set(open), wait_ms);
      return;
    }
    if (open === isOpen()) return;
    popover.classList.toggle("closed", !open);
    if (dot) dot.ariaExpanded = String(open);
    hush();
    hush = () => {};
    if (!open) return;
    hush = announce(popover, frame);
    standing.draw();
    if (!told) input({ type: "opened" });
    told = true;
  }

  const inside = (node: EventTarget | null): boolean => !!node && (popover.contains(node as Node) || node === trigger);

  function listen(element: Element, signal: AbortSignal): void {
    const on = (type: string, act: (event: PointerEvent & FocusEvent) => void) =>
      element.addEventListener(type, act as (event: Event) => void, { signal });
    if (how === "hover") {
      on("pointerenter", ({ pointerType }) => pointerType === "touch" || set(true, ENTER_MS));
      on("pointerleave", ({ pointerType }) => pointerType === "touch" || set(false, LEAVE_MS));
    }
    if (how === "hover" || how === "focus") {
      on("focusin", ({ target }) => byKeyboard(target as Element) && set(true));
      on("focusout", ({ relatedTarget }) => inside(relatedTarget) || relatedTarget === host || set(false, LEAVE_MS));
    }
    if (dot || how === "click") on("click", () => set(dot && how === "hover" ? true : !isOpen()));
    else if (how === "hover") on("pointerup", ({ pointerType }) => pointerType === "touch" && set(true));
  }

  function aim(target: Element | null): void {
    listening.abort();
    listening = new AbortController();
    standing.retarget(target);
    trigger = dot ?? target;
    if (trigger) listen(trigger, listening.signal);
    for (const window of new Set([self, ...standing.path().map((level) => level.window)]))
      window.addEventListener("keydown", (event) => keyPressed(event as KeyboardEvent), {
        capture: true,
        signal: listening.signal,
      });
  }

  /** Escape closes; Tab goes from the target into the popover and from its end on into the page. */
  function keyPressed(event: KeyboardEvent): void {
    if (!isOpen() || event.isComposing) return;
    const focused = host.shadowRoot?.activeElement;
    const within = !!focused && popover.contains(focused);
    if (event.key === "Escape" && (how !== "load" || within)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (within) (trigger as HTMLElement | null)?.focus({ preventScroll: true });
      set(false);
    }
    if (event.key !== "Tab") return;
    const stops = [...popover.querySelectorAll<HTMLElement>("a[href],button,video")];
    const atTrigger = trigger === (dot ? focused : activeElement());
    if (atTrigger && !event.shiftKey && stops[0]) {
      event.preventDefault();
      stops[0].focus();
    } else if (within && focused === (event.shiftKey ? stops[0] : stops.at(-1))) {
      // From the trigger the browser's own Tab goes on.
      (trigger as HTMLElement | null)?.focus({ preventScroll: true });
      if (event.shiftKey) event.preventDefault();
    }
  }

  popover.addEventListener("pointerenter", () => clearTimeout(timer));
  popover.addEventListener("pointerleave", ({ pointerType }) => {
    if (how === "hover" && pointerType !== "touch" && !popover.matches(":focus-within")) set(false, LEAVE_MS);
  });
  popover.addEventListener("focusout", ({ relatedTarget }) => {
    if (how !== "load" && !inside(relatedTarget)) set(false, LEAVE_MS);
  });
  addEventListener(
    "pointerdown",
    (event) => {
      const path = event.composedPath();
      if (how !== "load" && isOpen() && !path.includes(host) && !(trigger && path.includes(trigger))) set(false);
    },
    { capture: true, signal },
  );
  aim(request.target);
  if (how === "load") set(true);
  return {
    host,
    popover: dot ?? spot,
    retarget: aim,
    remove() {
      const focused = host.shadowRoot?.activeElement;
      clearTimeout(timer);
      hush();
      end.abort();
      listening.abort();
      const back = standing.path()[0]?.element as HTMLElement | undefined;
      host.remove();
      if (focused) back?.focus?.({ preventScroll: true });
    },
  };
}
