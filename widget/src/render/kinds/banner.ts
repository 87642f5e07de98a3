// A banner along an edge of the screen. Pushing, it stands in the flow before or after the body; lying over the page,
// in the top layer. It takes no focus; Escape closes it from inside.
import type { Present } from "../../seams.ts";
import type { Kit } from "../kit.ts";
import { announce } from "../live.ts";
import { css as own } from "./banner.css";

export const present =
  ({ css, drawPopover, openFrame }: Kit): Present =>
  (request) => {
    const { step, input } = request;
    const { edge = "top", mode = "push" } = step.banner ?? {};
    const { host, frame, dress, settle } = openFrame(request, css + own);
    const popover = drawPopover({ ...request, position: null, step: { buttons: [], ...step } });
    popover.className = `bar ${edge}`;
    frame.append(popover);
    if (mode === "push") {
      host.removeAttribute("popover");
      host.className = "push";
      document.body[edge === "top" ? "before" : "after"](host);
      dress();
    } else {
      popover.classList.add("over");
      settle([]);
    }
    const before = document.activeElement as HTMLElement | null;
    popover.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      input({ type: "dismiss", by: "escape" });
    });
    const hush = announce(popover, frame);
    return {
      host,
      popover,
      retarget() {},
      remove() {
        const focused = host.matches(":focus-within");
        hush();
        host.remove();
        if (focused) before?.focus({ preventScroll: true });
      },
    };
  };
