// The properties of one step, in plain words.
import type { Guide, Step, Target } from "../types/format.ts";
import { button, choice, element, field } from "./element.ts";
import { isList, isPointed, isWalked } from "./kinds.ts";
import { say } from "./words.ts";

export type StepChange = { [Field in keyof Step]?: Step[Field] | undefined };

export interface PropertiesOptions {
  step: Step;
  kind: Guide["kind"];
  /** Where the CMS edits the guide. */
  editor: string;
  change(change: StepChange, topic: string): void;
  pick(): void;
}

const PLACES = {
  auto: "Wherever there is room",
  top: "Above",
  bottom: "Below",
  left: "Left",
  right: "Right",
  center: "In the middle of the screen",
};
const OVERLAYS = {
  none: "Nothing: the page stays as it is",
  spotlight: "Dim the page around the element",
  blocking: "Dim the page and block it",
};
const ADVANCES = {
  next: "The reader presses Next",
  click: "The reader clicks the element",
  input: "The reader fills the element in",
};
const MISSING = { skip: "Skip this step", end: "End the guide", centre: "Show it in the middle" };

/** Draw the form of one step, with what its kind has use for; every change goes out as it is made. */
export function drawProperties(options: PropertiesOptions): HTMLElement {
  const { step, kind, change } = options;
  return element(
    "form",
    { class: "properties", "aria-label": say("This step"), onsubmit: (event: Event) => event.preventDefault() },
    textField("Title", "title", step.title ?? "", change),
    textField("Text", "body", step.body ?? "", change, "**bold**, *italics*, [link](https://…), lists"),
    ...(isPointed(kind) ? [drawTarget(options), drawPlace(options)] : []),
    kind === "tour" ? drawOverlay(options) : null,
    isWalked(kind) ? drawAdvance(options) : null,
    isPointed(kind) ? drawMissing(options) : null,
    isList(kind) ? drawElsewhere(options) : drawPage(options),
  );
}

const drawPlace = ({ step, change }: PropertiesOptions): HTMLElement =>
  field(
    "Stands",
    choice(PLACES, placeOf(step), (place) => change({ place: keep<Step["place"]>(place, "auto") }, "")),
  );

const drawOverlay = ({ step, change }: PropertiesOptions): HTMLElement =>
  field(
    "Around it",
    choice(OVERLAYS, step.overlay ?? "spotlight", (overlay) =>
      change({ overlay: keep<Step["overlay"]>(overlay, "spotlight") }, ""),
    ),
  );

const drawMissing = ({ step, change }: PropertiesOptions): HTMLElement =>
  field(
    "If the element does not appear",
    choice(MISSING, step.if_missing?.then ?? "skip", (then) =>
      change({ if_missing: { ...step.if_missing, then: then as "skip" | "end" | "centre" } }, ""),
    ),
  );

const drawPage = ({ step, change }: PropertiesOptions): HTMLElement =>
  textField("Page", "on", step.on?.path ?? "", (value) => {
    const path = (value as { on?: string }).on;
    change({ on: path ? { ...step.on, path } : undefined }, "page");
  });

/** An item stands at no element; by what it is ticked is a rule, and rules are written in the CMS. */
const drawElsewhere = ({ editor }: PropertiesOptions): HTMLElement =>
  element(
    "p",
    { class: "hint" },
    say("What ticks this item, its buttons and the list's title are set in the editor."),
    " ",
    element("a", { href: editor, target: "_blank", rel: "noopener" }, say("Open the editor")),
  );

/** The advance that the form can show; a richer one, written in the CMS, is kept and named. */
function drawAdvance({ step, change }: PropertiesOptions): HTMLElement {
  const on = step.advance?.on ?? "next";
  const words: Record<string, string> =
    on in ADVANCES ? ADVANCES : { ...ADVANCES, [on]: say("On {on} (set in the CMS)", { on }) };
  return field(
    "Goes on when",
    choice(words, on, (value) => {
      if (value in ADVANCES) change({ advance: value === "next" ? undefined : ({ on: value } as Step["advance"]) }, "");
    }),
  );
}

function drawTarget({ step, pick, change }: PropertiesOptions): HTMLElement {
  const box = element("div", { class: "target" });
  box.append(
    element(
      "p",
      { class: "target-name" },
      step.target ? describeTarget(step.target) : say("No element: stands in the middle of the screen."),
    ),
  );
  // the panel says here how surely the element will be found again
  if (step.target) box.append(element("p", { class: "hint certainty", role: "status" }), drawSignals(step.target));
  box.append(button(say(step.target ? "Pick another element" : "Pick an element"), pick));
  if (step.target)
    box.append(
      " ",
      button(say("Point at nothing"), () => change({ target: undefined }, "")),
    );
  return box;
}

/** Every signal that was captured, for whoever wants to know what the element is found by. */
function drawSignals(target: Target): HTMLElement {
  const list = element("dl");
  for (const [signal, value] of Object.entries(target)) {
    const words = typeof value === "string" ? value : JSON.stringify(value);
    list.append(element("dt", {}, signal), element("dd", {}, words));
  }
  return element("details", {}, element("summary", {}, say("What is remembered of it")), list);
}

/** Name a target by the signals a person would recognise it by. */
export function describeTarget(target: Target): string {
  const what = target.role ?? target.tag ?? "element";
  const name = target.name ?? target.label ?? target.text;
  if (name) return `${what} “${name}”`;
  return target.css ? `${what} ${target.css}` : what;
}

function textField(
  label: string,
  name: "title" | "body" | "on",
  value: string,
  change: (change: StepChange, topic: string) => void,
  hint = "",
): HTMLElement {
  const control = element(name === "body" ? "textarea" : "input", { rows: 3, autocomplete: "off" });
  control.value = value;
  control.addEventListener("input", () => change({ [name]: control.value || undefined } as StepChange, name));
  return field(label, control, hint);
}

function placeOf(step: Step): string {
  return (step.place ?? "auto").replace(/-(start|end)$/, "");
}

function keep<Value>(value: string, usual: string): Value | undefined {
  return value === usual ? undefined : (value as Value);
}
