// The keyboard: Escape, and the loop of Tab between popover and target.
import { activeElement } from "./path.ts";

const HAS_FOCUS = ":focus-within";

function stops(container: Element | undefined): HTMLElement[] {
  if (!container) return [];
  const all = [container, ...(container.shadowRoot ?? container).querySelectorAll("*")] as HTMLElement[];
  return all.filter((each) => each.tabIndex >= 0 && !each.matches(":disabled") && each.checkVisibility());
}

export interface Keyboard {
  popover: HTMLElement;
  /** Where it may be used. */
  target(): Element | undefined;
  /** Where the keyboard was when the step opened, if the visitor was typing there: part of the loop. */
  typing: Element | null;
  escape(): void;
}

export function keyPressed(event: KeyboardEvent, { popover, target: usable, typing, escape: close }: Keyboard): void {
  // While an input method composes, the keys are its own.
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  }
  if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return;
  const target = usable();
  const active = activeElement();
  const inPopover = popover.matches(HAS_FOCUS);
  if (!inPopover && !target?.matches(HAS_FOCUS) && active !== typing) return;
  const own = stops(popover).filter((each) => each !== popover);
  const all = [...own, ...stops(target)];
  const index = all.indexOf(active as HTMLElement);
  const next = all.at((event.shiftKey ? Math.max(index, 0) - 1 : index + 1) % all.length);
  // Inside the target its own order serves, radio groups and all.
  if (!next || (!inPopover && index >= 0 && stops(target).includes(next))) return;
  event.preventDefault();
  next.focus();
}
