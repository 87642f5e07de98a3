// The popover on a phone: a sheet at the edge of the screen that is not the target's.
import { css } from "./sheet.css";
import { PHONE_PX } from "./stand.ts";

export { css };

/** False where the screen is wide enough for a popover beside its target. */
export function drawSheet(popover: HTMLElement, box: DOMRectReadOnly | null, view: DOMRectReadOnly): boolean {
  const phone = view.width <= PHONE_PX;
  popover.classList.toggle("sheet", phone);
  if (!phone) return false;
  const height = popover.offsetHeight;
  const low = !!box && box.bottom > view.bottom - height && box.top > height;
  popover.classList.toggle("high", low);
  popover.style.setProperty("--keyboard", `${innerHeight - view.bottom}px`);
  popover.style.translate = popover.style.position = "";
  return true;
}

/** Does the sheet lie over the target? */
export function covers(popover: HTMLElement, box: { y: number; height: number }): boolean {
  const { top, bottom } = popover.getBoundingClientRect();
  return popover.classList.contains("sheet") && box.y < bottom && box.y + box.height > top;
}
