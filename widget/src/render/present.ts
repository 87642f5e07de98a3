// Draw one step of a tour or a modal, and keep it true until it is removed.
import type { Present, PresentRequest } from "../seams.ts";
import { make, openFrame } from "./frame.ts";
import { guardPointer } from "./guard.ts";
import { keyPressed } from "./keys.ts";
import { activeElement } from "./path.ts";
import { drawPopover } from "./popover.ts";
import { stand } from "./stand.ts";
import { css } from "./style.css";

interface LiveChunk {
  announce(popover: HTMLElement, frame: HTMLElement): () => void;
}

/** Where the keyboard was before the first step; kept from one step to the next. */
let returnTo: Element | null = null;
/** The last step's spotlight, so that the next one starts from where it was. */
let lastSpot: HTMLElement | null = null;

/** Is somebody in the middle of a text? An empty field gives way. */
function isTyping(active: Element | null): boolean {
  return !!active?.matches(":read-write") && !!((active as HTMLInputElement).value ?? active.textContent);
}

function slide(spot: HTMLElement, { animate }: PresentRequest): void {
  if (!lastSpot || !animate || matchMedia("(prefers-reduced-motion:reduce)").matches) return;
  const { translate, width, height } = lastSpot.style;
  spot.animate([{ translate, width, height }, {}], { duration: 180, easing: "ease-out" });
}

export const present: Present = (request) => {
  const { chunk, step, theme, input } = request;
  const modal = chunk.kind === "modal";
  const overlay = modal ? "blocking" : (step.overlay ?? "spotlight");
  const end = new AbortController();
  const { signal } = end;
  const { host, frame, settle } = openFrame(request, css);
  const popover = drawPopover(request);
  const spot = overlay === "none" ? null : make("div", "spot dim");
  const active = activeElement();
  const typing = isTyping(active) ? active : null;
  returnTo ??= active;
  if (modal) popover.ariaModal = "true";
  frame.append(spot ?? "", popover);

  const standing = stand({
    signal,
    host,
    popover,
    spot,
    place: modal ? "center" : (step.place ?? "auto"),
    rtl: chunk.direction === "rtl",
    padding_px: Number(theme?.shape?.spotlight_padding_px ?? 6),
    reveal: true,
    settle,
    lost: () => input({ type: "lost" }),
    parts: request.parts,
    use: request.use,
  });
  standing.retarget(request.target);
  if (spot) slide(spot, request);

  const windows = new Set<Window>([window, ...standing.path().map((level) => level.window)]);
  const target = () => standing.path()[0]?.element;
  const keyboard = {
    popover,
    target: () => (overlay === "blocking" ? undefined : target()),
    typing: overlay === "none" ? null : typing,
    escape: () => input({ type: "dismiss", by: "escape" }),
  };
  for (const each of windows)
    each.addEventListener("keydown", (event) => keyPressed(event as KeyboardEvent, keyboard), {
      capture: true,
      signal,
    });
  guardPointer(windows, { host, target, overlay, outside: () => input({ type: "outside" }) }, signal);
  // A dialog or popover of the page that opens later would lie above the guide and make it inert.
  document.addEventListener(
    "toggle",
    (event) => {
      if ((event.target as Element).localName !== host.localName) settle(standing.path());
    },
    { capture: true, signal },
  );

  // Whoever is typing is not interrupted; the step is announced instead.
  if (!typing) popover.focus({ preventScroll: true });
  else
    request.use<LiveChunk>("live", ({ announce }) => {
      if (!signal.aborted) signal.addEventListener("abort", announce(popover, frame));
    });

  return {
    host,
    popover,
    retarget: standing.retarget,
    remove(next) {
      const focused = host.shadowRoot?.activeElement;
      lastSpot = next ? spot : null;
      end.abort();
      host.remove();
      if (next) return;
      if (focused && returnTo?.isConnected) (returnTo as HTMLElement).focus({ preventScroll: true });
      returnTo = null;
    },
  };
};
