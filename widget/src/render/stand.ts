// Keep a popover (and its spotlight) where its target is. Both stand in document coordinates, so that they scroll with
// the page by themselves; a popover that would leave the screen is held at its edge, fixed, until it fits again.
import { place } from "../placement.ts";
import { afterFirst, follow } from "./follow.ts";
import { boxOf, type Level, pathOf } from "./path.ts";
import { reveal, revealStart } from "./reveal.ts";

const PHONE_PX = 480;
const MARGIN_PX = 8;
const ARROW_PX = 10;

export interface StandRequest {
  host: HTMLElement;
  popover: HTMLElement;
  /** null: no spotlight. */
  spot: HTMLElement | null;
  place: string;
  rtl: boolean;
  /** Between the target and the edge of its spotlight. */
  padding_px: number;
  /** Scroll the target into view first. */
  reveal: boolean;
  /** Called with the new way before anything is measured: the host element goes where it is not inert. */
  settle(path: Level[]): void;
  lost(): void;
}

export interface Standing {
  path(): Level[];
  draw(): void;
  retarget(target: Element | null): void;
  stop(): void;
}

const gone = ([level]: Level[]): boolean =>
  (!!level && !(level.element.isConnected && level.window.document.defaultView)) ||
  !level?.element.checkVisibility({ visibilityProperty: true });

/** The screen less the on-screen keyboard; as it is while the visitor has pinched it larger. */
function screenView() {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const seen = visualViewport;
  return seen && seen.scale < 1.01
    ? { x: seen.offsetLeft, y: seen.offsetTop, width: seen.width, height: seen.height }
    : { x: 0, y: 0, width, height };
}

export function stand(request: StandRequest): Standing {
  const { host, popover, spot, padding_px, rtl } = request;
  const end = new AbortController();
  let path: Level[] = [];
  let lost = false;
  let unfollow = () => {};
  let unpin: AbortController | null = null;
  const sight = new IntersectionObserver(afterFirst(draw), { threshold: [0, 1] });
  const size = new ResizeObserver(afterFirst(draw));

  /** Follow the window's scroll by script only while target and edge of the screen disagree. */
  function pin(on: boolean) {
    if (on === !!unpin) return;
    unpin?.abort();
    unpin = on ? new AbortController() : null;
    if (unpin) addEventListener("scroll", draw, { passive: true, signal: unpin.signal });
  }

  function drawSheet(box: DOMRectReadOnly | null, view: DOMRectReadOnly) {
    const height = popover.offsetHeight;
    const low = !!box && box.bottom > view.bottom - height && box.top > height;
    popover.classList.toggle("high", low);
    popover.style.setProperty("--keyboard", `${innerHeight - view.bottom}px`);
    popover.style.translate = popover.style.position = "";
    pin(false);
  }

  function drawPopover(box: DOMRectReadOnly | null, view: DOMRectReadOnly, origin: DOMRect) {
    const placed = place({
      target: box,
      popover: { width: popover.offsetWidth, height: popover.offsetHeight },
      view,
      place: request.place,
      rtl,
      gap_px: ARROW_PX,
      margin_px: MARGIN_PX,
    });
    const still = !box || !!path.at(-1)?.fixed;
    const held = still || !placed.fits;
    const { style } = popover;
    style.position = held ? "fixed" : "";
    style.translate = `${Math.round(placed.x - (held ? 0 : origin.x))}px ${Math.round(placed.y - (held ? 0 : origin.y))}px`;
    style.setProperty("--at", `${placed.arrow ?? -99}px`);
    popover.dataset.side = placed.side;
    const inView =
      !!box && box.bottom > view.top && box.top < view.bottom && box.right > view.left && box.left < view.right;
    pin(held && !still && inView);
  }

  function draw() {
    if (lost) return;
    if (path.length && gone(path)) {
      lost = true;
      request.lost();
      return;
    }
    const view = DOMRect.fromRect(screenView());
    const origin = host.getBoundingClientRect();
    const target = path.length ? boxOf(path) : null;
    const pad = target && spot ? padding_px : 0;
    const box = target && new DOMRect(target.x - pad, target.y - pad, target.width + 2 * pad, target.height + 2 * pad);
    const phone = view.width <= PHONE_PX;
    popover.classList.toggle("sheet", phone);
    (phone ? drawSheet : drawPopover)(box, view, origin);
    if (spot) drawSpot(spot, box, origin, !box || !!path.at(-1)?.fixed);
  }

  function retarget(target: Element | null) {
    unfollow();
    sight.disconnect();
    lost = false;
    path = pathOf(target);
    if (request.reveal) reveal(path);
    request.settle(path);
    draw();
    if (target && request.reveal && covers(popover, boxOf(path))) {
      revealStart(path);
      draw();
    }
    sight.observe(popover);
    if (target) sight.observe(target);
    unfollow = target ? follow(path, draw) : () => {};
  }

  const { signal } = end;
  size.observe(popover);
  addEventListener("resize", draw, { signal });
  for (const type of ["resize", "scroll"]) visualViewport?.addEventListener(type, draw, { signal });
  return {
    path: () => path,
    draw,
    retarget,
    stop() {
      end.abort();
      unfollow();
      pin(false);
      sight.disconnect();
      size.disconnect();
    },
  };
}

/** Does a sheet lie over the target? */
function covers(popover: HTMLElement, box: { y: number; height: number }): boolean {
  const { top, bottom } = popover.getBoundingClientRect();
  return popover.classList.contains("sheet") && box.y < bottom && box.y + box.height > top;
}

function drawSpot({ style, classList }: HTMLElement, box: DOMRect | null, origin: DOMRect, fixed: boolean): void {
  classList.toggle("away", !box?.width || !box.height);
  style.position = fixed ? "fixed" : "";
  style.translate = box ? `${box.x - (fixed ? 0 : origin.x)}px ${box.y - (fixed ? 0 : origin.y)}px` : "50vw 50vh";
  style.width = `${box?.width ?? 0}px`;
  style.height = `${box?.height ?? 0}px`;
}
