// Scroll the target into view: under no sticky header, above no sticky footer, inside its scrollers, and not at all
// where it can be seen already.
import { coverAt } from "../view.ts";
import { boxOf, clipped, type Level } from "./path.ts";

function visible(path: Level[]): boolean {
  const target = path[0]?.element as Element;
  const own = target.getBoundingClientRect();
  const { width, height } = clipped(boxOf(path), new DOMRect(0, 0, innerWidth, innerHeight));
  const middle = own.x + own.width / 2;
  return (
    width > own.width - 1 &&
    height > own.height - 1 &&
    !coverAt(target, middle, own.top + 1) &&
    !coverAt(target, middle, own.bottom - 1)
  );
}

/** Bring the target's start under whatever sticks to the top. */
export function revealStart([{ element, window } = {} as Level]: Level[]): void {
  element.scrollIntoView({ block: "start", inline: "nearest", behavior: "instant" });
  const { left, width, top } = element.getBoundingClientRect();
  const cover = coverAt(element, left + width / 2, top + 1);
  if (cover) window.scrollBy({ top: top - cover.getBoundingClientRect().bottom - 8, behavior: "instant" });
}

export function reveal(path: Level[]): void {
  const target = path[0]?.element;
  if (!target || visible(path)) return;
  if (target.getBoundingClientRect().height > innerHeight * 0.7) revealStart(path);
  else target.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
}
