// Keep a popover (and its spotlight) where its target is. Both stand in document coordinates, so that they scroll with
// the page by themselves; a popover that would leave the screen is held at its edge, fixed, until it fits again.
import type { Parts } from "../parts.ts";
import { place } from "../placement.ts";
import type { PresentRequest } from "../seams.ts";
import { rendered } from "../shown.ts";
import { follow } from "./follow.ts";
import { boxOf, type Level, pathOf } from "./path.ts";
import { reveal, revealStart } from "./reveal.ts";

export const PHONE_PX = 480;
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
  /** Ends it. */
  signal: AbortSignal;
  parts: Pick<Parts, "sheet">;
  use: PresentRequest["use"];
}

export interface Standing {
  path(): Level[];
  draw(): void;
  retarget(target: Element | null): void;
}

/** A screen for which the popover needs the sheet chunk. */
export const isNarrow = (): boolean => document.documentElement.clientWidth <= PHONE_PX || innerHeight <= LOW_PX;

/** The screen less the on-screen keyboard; as it is while the visitor has pinched it larger. */
function screenView(): DOMRect {
  const { clientWidth, clientHeight } = document.documentElement;
  const seen = visualViewport;
  return seen && seen.scale < 1.01
    ? new DOMRect(seen.offsetLeft, seen.offsetTop, seen.width, seen.height)
    : new DOMRect(0, 0, clientWidth, clientHeight);
}

export function stand(request: StandRequest): Standing {
  const { host, popover, spot, padding_px, rtl, signal } = request;
  let path: Level[] = [];
  let lost = false;
  let unfollow = () => {};
  /** Target and edge of the screen disagree: the window's scroll is followed by script, as long as they do. */
  let pinned = false;
  const sight = new IntersectionObserver(draw, { threshold: [0, 1] });
  const size = new ResizeObserver(draw);

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
    pinned = held && !still && inView;
  }

  function drawSpot(spot: HTMLElement, { x, y, width, height }: DOMRect, still: boolean) {
    spot.classList.toggle("away", !width || !height);
    put(spot, x, y, still);
    spot.style.width = `${width}px`;
    spot.style.height = `${height}px`;
  }

  function draw() {
    if (lost) return;
    // What is out of the page, or in a frame that is, is not drawn either.
    if (path[0] && !rendered(path[0].element)) {
      lost = true;
      request.lost();
      return;
    }
    const view = screenView();
    const target = path.length ? boxOf(path) : null;
    const pad = spot ? padding_px : 0;
    const box = target && new DOMRect(target.x - pad, target.y - pad, target.width + 2 * pad, target.height + 2 * pad);
    // Nothing to scroll with: it stands on the screen.
    const still = !box || !!path.at(-1)?.fixed;
    const { sheet } = request.parts;
    if (sheet?.drawSheet(popover, box, view)) pinned = false;
    else drawPopover(box, view, still);
    if (!sheet && isNarrow()) request.use("sheet", redress);
    if (spot) drawSpot(spot, box ?? new DOMRect(innerWidth / 2, innerHeight / 2), still);
  }

  /** The window became as small as a phone while the step was open. */
  function redress() {
    if (signal.aborted) return;
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

  size.observe(popover);
  addEventListener("resize", draw, { signal });
  addEventListener("scroll", () => pinned && draw(), { passive: true, signal });
  for (const type of ["resize", "scroll"]) visualViewport?.addEventListener(type, draw, { signal });
  signal.addEventListener("abort", () => {
    unfollow();
    sight.disconnect();
    size.disconnect();
  });
  return {
    path: () => path,
    draw,
    retarget,
  };
}
