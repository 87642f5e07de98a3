// Keep a popover (and its spotlight) where its target is. Both stand in document coordinates, so that they scroll with
// the page by themselves; a popover that would leave the screen is held at its edge, fixed, until it fits again.
import type { Parts } from "../parts.ts";
import { place } from "../placement.ts";
import type { PresentRequest } from "../seams.ts";
import { afterFirst, follow } from "./follow.ts";
import { boxOf, type Level, pathOf } from "./path.ts";
import { reveal, revealStart } from "./reveal.ts";

const PHONE_PX = 480;
const LOW_PX = 320;
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
  parts: Pick<Parts, "sheet">;
  use: PresentRequest["use"];
}

export interface Standing {
  path(): Level[];
  draw(): void;
  retarget(target: Element | null): void;
  stop(): void;
}

/** A screen for which the popover needs the sheet chunk. */
export const isNarrow = (): boolean => document.documentElement.clientWidth <= PHONE_PX || innerHeight <= LOW_PX;

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

  /** At a place on the screen: fixed there, or where that is in the document. */
  function put({ style }: HTMLElement, x: number, y: number, held: boolean, tidy = (px: number) => px) {
    const origin = held ? new DOMRect() : host.getBoundingClientRect();
    style.position = held ? "fixed" : "";
    style.translate = `${tidy(x - origin.x)}px ${tidy(y - origin.y)}px`;
  }

  function drawPopover(box: DOMRect | null, view: DOMRect, still: boolean) {
    const { x, y, side, arrow, fits } = place({
      target: box,
      popover: { width: popover.offsetWidth, height: popover.offsetHeight },
      view,
      place: request.place,
      rtl,
      gap_px: ARROW_PX,
      margin_px: MARGIN_PX,
    });
    const held = still || !fits;
    // Text on whole pixels is sharper.
    put(popover, x, y, held, Math.round);
    popover.style.setProperty("--at", `${arrow ?? -9e3}px`);
    popover.dataset.side = side;
    const inView =
      !!box && box.bottom > view.top && box.top < view.bottom && box.right > view.left && box.left < view.right;
    pin(held && !still && inView);
  }

  function drawSpot(spot: HTMLElement, { x, y, width, height }: DOMRect, still: boolean) {
    spot.classList.toggle("away", !width || !height);
    put(spot, x, y, still);
    spot.style.width = `${width}px`;
    spot.style.height = `${height}px`;
  }

  function draw() {
    if (lost) return;
    if (path.length && gone(path)) {
      lost = true;
      request.lost();
      return;
    }
    const view = DOMRect.fromRect(screenView());
    const target = path.length ? boxOf(path) : null;
    const pad = spot ? padding_px : 0;
    const box = target && new DOMRect(target.x - pad, target.y - pad, target.width + 2 * pad, target.height + 2 * pad);
    // Nothing to scroll with: it stands on the screen.
    const still = !box || !!path.at(-1)?.fixed;
    const { sheet } = request.parts;
    const phone = !!sheet && view.width <= PHONE_PX;
    popover.classList.toggle("sheet", phone);
    if (phone) {
      sheet.drawSheet(popover, box, view);
      pin(false);
    } else drawPopover(box, view, still);
    if (!sheet && isNarrow()) request.use("sheet", redress);
    if (spot) drawSpot(spot, box ?? new DOMRect(innerWidth / 2, innerHeight / 2), still);
  }

  /** The window became as small as a phone while the step was open. */
  function redress() {
    if (end.signal.aborted) return;
    request.settle(path);
    draw();
  }

  function retarget(target: Element | null) {
    unfollow();
    sight.disconnect();
    lost = false;
    path = pathOf(target);
    if (request.reveal) reveal(path);
    request.settle(path);
    draw();
    if (target && request.reveal && request.parts.sheet?.covers(popover, boxOf(path))) {
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
