// The builder's panel: what is being built, how it stands, and every action, each with its key.
import type { Step } from "../types/format.ts";
import type { FoundState } from "./build.ts";
import type { History } from "./draft.ts";
import { button, element } from "./element.ts";
import { canAdd, canRecord, isList } from "./kinds.ts";
import { drawLook } from "./look-form.ts";
import type { LookActions, Looking } from "./looks.ts";
import { drawProperties, type StepChange } from "./properties.ts";
import type { Repair } from "./repair.ts";
import { drawSteps } from "./steps.ts";
import type { SaveState } from "./sync.ts";
import { say } from "./words.ts";

export interface PanelActions {
  add(): void;
  record(): void;
  play(): void;
  undo(): void;
  redo(): void;
  pick(): void;
  /** Take the chosen step's target as it would be captured now. */
  repair(): void;
  select(index: number): void;
  move(from: number, to: number): void;
  remove(index: number): void;
  change(change: StepChange, topic: string): void;
  keepMine(): void;
  takeTheirs(): void;
  /** Pick an element and review its look as a theme. */
  lookLike(): void;
  look: LookActions;
  close(): void;
}

export interface PanelView {
  history: History;
  save: SaveState;
  recording: boolean;
  certainty: string | null;
  repair: Repair | null;
  /** A look under review: it takes the place of the steps. */
  looking: Looking | null;
  /** The theme that was kept last, for a word on it. */
  kept: { name: string; address: string } | null;
  /** Where the CMS edits the guide. */
  editor: string;
  found(step: Step): FoundState;
}

export interface Panel {
  element: HTMLElement;
  draw(view: PanelView): void;
  /** Stand at the other side of the screen. */
  changeSide(): void;
}

/** Make the panel; `draw` brings it up to date and leaves a field alone while it is being written in. */
export function makePanel(actions: PanelActions): Panel {
  const title = element("h2", { id: "title" });
  const save = element("span", { class: "save", role: "status" });
  const conflict = element("div");
  const bar = element("div", { class: "bar", role: "toolbar", "aria-label": say("Build") });
  const list = element("div");
  const repair = element("div");
  const review = element("div");
  const kept = element("div");
  const form = element("div");
  const changeSide = (): void => void panel.classList.toggle("other-side");
  const panel = element(
    "section",
    { class: "panel", "aria-labelledby": "title" },
    element(
      "header",
      {},
      title,
      save,
      button("⇄", changeSide, { "aria-label": say("Move to the other side") }),
      button(say("Finish building"), actions.close),
    ),
    element("div", { class: "body" }, conflict, bar, kept, list, repair, form, review),
  );
  panel.addEventListener("keydown", (event) => shortcut(event, actions));
  let drawn: Step | null = null;
  let reviewed: Looking | null = null;
  const drawReview = (looking: Looking | null): void => {
    // a name that is being written changes nothing that is drawn
    if (looking && reviewed && sameButName(looking, reviewed)) return;
    reviewed = looking;
    redraw(review, looking ? [drawLook(looking, actions.look, actions.lookLike)] : []);
  };
  const drawForm = (step: Step, { history, certainty, editor }: PanelView): void => {
    const { kind } = history.present.document;
    const writing = form.contains((panel.getRootNode() as ShadowRoot).activeElement);
    const sameButWords = drawn !== null && withoutWords(drawn) === withoutWords(step);
    if (!sameButWords || (!writing && JSON.stringify(drawn) !== JSON.stringify(step))) {
      drawn = step;
      redraw(form, [drawProperties({ step, kind, editor, change: actions.change, pick: actions.pick })]);
    }
    const hint = form.querySelector(".certainty");
    if (hint) hint.textContent = certainty;
  };

  return {
    element: panel,
    changeSide,
    draw(view) {
      const { document: guide, selected } = view.history.present;
      const { select, move, remove } = actions;
      title.textContent = guide.name;
      panel.classList.toggle("small", view.recording); // out of the way of the task that is recorded
      list.hidden = repair.hidden = form.hidden = view.recording || view.looking !== null;
      bar.hidden = view.looking !== null;
      drawSave(save, view.save);
      conflict.replaceChildren(...(view.save.state === "conflict" ? [drawConflict(view.save.fields, actions)] : []));
      redraw(bar, drawBar(view, actions));
      redraw(list, [drawSteps({ guide, selected, found: view.found, select, move, remove })]);
      redraw(repair, view.repair ? [drawRepair(view.repair, actions)] : []);
      redraw(kept, view.kept ? [drawKept(view.kept)] : []);
      drawReview(view.looking);
      const step = guide.steps[selected];
      if (step) drawForm(step, view);
    },
  };
}

/** Replace the children and put the focus back on the control that had it, by its name. */
function redraw(box: HTMLElement, children: HTMLElement[]): void {
  const active = (box.getRootNode() as ShadowRoot).activeElement;
  const had =
    active && box.contains(active) ? [...box.querySelectorAll("button,input,select,textarea")].indexOf(active) : -1;
  const id = active && box.contains(active) ? active.id : "";
  box.replaceChildren(...children);
  if (had < 0 && id) box.querySelector<HTMLElement>(`#${id}`)?.focus();
  if (had >= 0) [...box.querySelectorAll<HTMLElement>("button,input,select,textarea")][had]?.focus();
}

function sameButName(one: Looking, other: Looking): boolean {
  const { name: _one, ...rest } = one;
  const { name: _other, ...others } = other;
  return Object.entries(rest).every(([field, value]) => others[field as keyof typeof others] === value);
}

/** What a step is, its words aside: they are being written in the form itself. */
function withoutWords({ title: _title, body: _body, on: _on, ...rest }: Step): string {
  return JSON.stringify(rest);
}

function drawBar({ history, recording }: PanelView, actions: PanelActions): HTMLElement[] {
  const { document } = history.present;
  const add = isList(document.kind) ? "Add an item" : "Add a step";
  const record = button(say(recording ? "Stop recording" : "Record"), actions.record, {
    "aria-pressed": String(recording),
    "aria-keyshortcuts": "Alt+R",
  });
  return [
    ...(canAdd(document) ? [button(say(add), actions.add, { class: "primary", "aria-keyshortcuts": "Alt+A" })] : []),
    ...(canRecord(document.kind) ? [record] : []),
    button(say("Play from here"), actions.play, { "aria-keyshortcuts": "Alt+P" }),
    button(say("Undo"), actions.undo, { disabled: history.past.length === 0, "aria-keyshortcuts": "Control+Z" }),
    button(say("Redo"), actions.redo, {
      disabled: history.future.length === 0,
      "aria-keyshortcuts": "Control+Shift+Z",
    }),
    button(say("Look like this…"), actions.lookLike, { "aria-keyshortcuts": "Alt+L", class: "look-like" }),
    ...(recording
      ? [
          element(
            "p",
            { class: "help" },
            say("Do the task in the page: each click and each filled field becomes a step."),
          ),
        ]
      : []),
  ];
}

function shortcut(event: KeyboardEvent, actions: PanelActions): void {
  const writing = (event.target as Element).matches("input,textarea");
  const key = event.key.toLowerCase();
  const act =
    (event.ctrlKey || event.metaKey) && key === "z" && !writing
      ? event.shiftKey
        ? actions.redo
        : actions.undo
      : event.altKey
        ? { KeyA: actions.add, KeyR: actions.record, KeyP: actions.play, KeyL: actions.lookLike }[event.code]
        : undefined;
  if (act) {
    event.preventDefault();
    act();
  }
  event.stopPropagation();
}

function drawSave(box: HTMLElement, save: SaveState): void {
  const words = { saved: "Saved", saving: "Saving…", unsaved: "…", failed: "Not saved", conflict: "Changed elsewhere" };
  box.className = `save ${save.state}`;
  box.textContent = save.state === "failed" ? `${say(words.failed)}: ${save.message}` : say(words[save.state]);
}

/** What changed since the element was picked, and the target that would find it exactly again. */
function drawRepair({ changed }: Repair, actions: PanelActions): HTMLElement {
  return element(
    "div",
    { class: "repair-box", role: "status" },
    element(
      "p",
      {},
      say("Found by its likeness only. Changed since it was picked: {signals}. Look whether the right one is shown.", {
        signals: changed.join(", "),
      }),
    ),
    button(say("Remember it as it is now"), actions.repair),
  );
}

/** Where the theme is that was just kept, and when it will be seen. */
function drawKept({ name, address }: { name: string; address: string }): HTMLElement {
  return element(
    "p",
    { class: "kept", role: "status" },
    say("Kept as a draft of the theme “{name}”: it reaches people with the next release.", { name }),
    " ",
    element("a", { href: address, target: "_blank", rel: "noopener" }, say("Open it in the theme editor")),
  );
}

function drawConflict(fields: string[], actions: PanelActions): HTMLElement {
  return element(
    "div",
    { class: "conflict-box", role: "alert" },
    element(
      "p",
      {},
      say("Someone else changed the same place of this draft: {fields}.", { fields: fields.join(", ") }),
    ),
    element(
      "div",
      { class: "bar" },
      button(say("Keep mine"), actions.keepMine),
      button(say("Take theirs"), actions.takeTheirs),
    ),
  );
}
