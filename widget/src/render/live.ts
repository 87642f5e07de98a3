// The polite live region: says what a step says where the step does not take the keyboard.
import { make } from "./frame.ts";

/** Time for a screen reader to notice the region before it is filled. */
const NOTICE_MS = 120;

/** Say title and text of the popover. Returns what takes it back. */
export function announce(popover: HTMLElement, frame: HTMLElement): () => void {
  const live = make("div", "live");
  live.role = "status";
  live.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)";
  frame.append(live);
  const parts = [...popover.querySelectorAll("#title,#body")].map((part) => part.textContent);
  const timer = setTimeout(() => live.append(parts.join(". ")), NOTICE_MS);
  return () => {
    clearTimeout(timer);
    live.remove();
  };
}
