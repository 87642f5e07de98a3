// Under a guide the keyboard goes round between popover and target, and the task's corner would be out of its reach:
// here it is one more stop of that round, between its end and its beginning.
import { activeElement } from "./render/path.ts";

const CONTROLS = "a[href],button,input,select,textarea,summary,[tabindex]";

/** What Tab reaches inside a shadow root, in order. */
function stops(host: Element): HTMLElement[] {
  const all = [...(host.shadowRoot?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  return all.filter((each) => each.tabIndex >= 0 && !each.matches(":disabled") && each.checkVisibility());
}

function openGuide(): Element | undefined {
  return [...document.querySelectorAll("handrail-guide")].find((one) => one.shadowRoot?.querySelector("[role=dialog]"));
}

/** Focus an element; false where that cannot be, as under a modal dialog of the page. */
function reached(element: HTMLElement | undefined): boolean {
  element?.focus();
  return !!element && activeElement() === element;
}

/** Let Tab go from a guide's dialog to the corner and on to the dialog again, until `signal` aborts. */
export function joinRound(corner: HTMLElement, signal: AbortSignal): void {
  // The guide whose dialog the keyboard has been in: from a field that was left for it, Tab leads there first.
  let entered: Element | null = null;

  function pressed(event: KeyboardEvent): void {
    const guide = openGuide();
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey || !event.isTrusted || !guide) return;
    const before = activeElement() as HTMLElement;
    const [round, own] = [stops(guide), stops(corner)];
    const inside = before.getRootNode() === guide.shadowRoot;
    if (inside) entered = guide;
    let done = false;
    if (before.getRootNode() === corner.shadowRoot)
      done = before === own.at(event.shiftKey ? 0 : -1) && reached(round[0]) && (!event.shiftKey || goneBack(round[0]));
    else if (event.shiftKey) done = inside && round.indexOf(before) <= 0 && reached(own.at(-1));
    // Forward the guide knows where its round ends, with the target in it: where it has begun again, it had ended.
    else if (entered === guide && (!inside || before === round.at(-1)))
      setTimeout(() => activeElement() === round[0] && reached(own[0]));
    if (!done) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  addEventListener("keydown", pressed, { capture: true, signal });
}

/** Go back from a guide's first control as the guide itself does: to the end of its round. */
function goneBack(first: HTMLElement | undefined): boolean {
  const tab = { key: "Tab", shiftKey: true, bubbles: true, cancelable: true, composed: true };
  first?.dispatchEvent(new KeyboardEvent("keydown", tab));
  return true;
}
