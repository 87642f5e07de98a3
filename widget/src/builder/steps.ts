// The list of steps in the builder's panel: choose, order, remove; by pointer and by keyboard.
import type { Guide, Step } from "../types/format.ts";
import type { FoundState } from "./build.ts";
import { button, element } from "./element.ts";
import { say } from "./words.ts";

export interface StepsOptions {
  guide: Guide;
  selected: number;
  /** How each step's element is found on this page now; null for a step of another page or without a target. */
  found(step: Step): FoundState;
  select(index: number): void;
  move(from: number, to: number): void;
  remove(index: number): void;
}

const STATE_WORDS = {
  found: "found here",
  healed: "found by its likeness only",
  missing: "not found here",
  elsewhere: "on another page",
  centred: "centred",
  listed: "an item of the list",
};

/** The address of the page a step lives on, where its pattern names just one. */
function addressOf({ on }: Step): string | null {
  const address = on?.open ?? on?.path ?? "";
  return address.startsWith("/") && !/[*:({?+]/.test(address) ? address : null;
}

/** Draw the list; the chosen step carries aria-current. */
export function drawSteps(options: StepsOptions): HTMLElement {
  const list = element("ol", { class: "steps", "aria-label": say("Steps") });
  options.guide.steps.forEach((step, index) => {
    list.append(drawStep(step, index, options));
  });
  return list;
}

function drawStep(step: Step, index: number, options: StepsOptions): HTMLElement {
  const state = options.found(step);
  const name = step.title || step.body || step.id;
  const chosen = index === options.selected;
  const choose = button(name, () => options.select(index), {
    class: "step-name",
    "aria-current": chosen ? "step" : undefined,
  });
  choose.append(element("small", { class: `state ${state}` }, say(STATE_WORDS[state])));
  choose.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    options.move(index, index + (event.key === "ArrowUp" ? -1 : 1));
  });
  const last = options.guide.steps.length - 1;
  const tools = element(
    "span",
    { class: "step-tools" },
    button("↑", () => options.move(index, index - 1), {
      "aria-label": say("Move “{name}” up", { name }),
      disabled: index === 0,
    }),
    button("↓", () => options.move(index, index + 1), {
      "aria-label": say("Move “{name}” down", { name }),
      disabled: index === last,
    }),
    button("×", () => options.remove(index), { "aria-label": say("Remove “{name}”", { name }), disabled: last === 0 }),
  );
  const page = state === "elsewhere" ? addressOf(step) : null;
  const open = page && chosen ? element("a", { href: page, class: "open-page" }, say("Open its page")) : null;
  return element("li", { class: chosen ? "chosen" : "" }, choose, open, tools);
}
