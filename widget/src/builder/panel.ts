// The builder's panel: what is being built, how it stands, and every action, each with its key.
import type { Step } from "../types/format.ts";
import type { History } from "./draft.ts";
import { button, element } from "./element.ts";
import { drawProperties, type StepChange } from "./properties.ts";
import { drawSteps } from "./steps.ts";
import type { SaveState } from "./sync.ts";

export interface PanelActions {
  add(): void;
  record(): void;
  play(): void;
  undo(): void;
  redo(): void;
  pick(): void;
  select(index: number): void;
  move(from: number, to: number): void;
  remove(index: number): void;
  change(change: StepChange, topic: string): void;
  keepMine(): void;
  takeTheirs(): void;
  close(): void;
}

export interface PanelView {
  history: History;
  save: SaveState;
  recording: boolean;
  certainty: string | null;
  found(step: Step): "found" | "missing" | "elsewhere" | "centred";
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
  const bar = element("div", { class: "bar", role: "toolbar", "aria-label": "Build" });
  const list = element("div");
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
      button("⇄", changeSide, { "aria-label": "Move to the other side" }),
      button("Done", actions.close),
    ),
    element("div", { class: "body" }, conflict, bar, list, form),
  );
  panel.addEventListener("keydown", (event) => shortcut(event, actions));
  let formShows = "";

  return {
    element: panel,
    changeSide,
    draw(view) {
      const { document: guide, selected } = view.history.present;
      title.textContent = guide.name;
      drawSave(save, view.save);
      conflict.replaceChildren(...(view.save.state === "conflict" ? [drawConflict(view.save.fields, actions)] : []));
      redraw(bar, drawBar(view, actions));
      redraw(list, [
        drawSteps({
          guide,
          selected,
          found: view.found,
          select: actions.select,
          move: actions.move,
          remove: actions.remove,
        }),
      ]);
      const step = guide.steps[selected];
      const shows = JSON.stringify([step, view.certainty]);
      if (!step || shows === formShows) return;
      const writing = (panel.getRootNode() as ShadowRoot).activeElement;
      if (formShows && form.contains(writing) && sameButWords(formShows, shows)) return;
      formShows = shows;
      redraw(form, [drawProperties({ step, certainty: view.certainty, change: actions.change, pick: actions.pick })]);
    },
  };
}

/** Replace the children and put the focus back on the control that had it, by its name. */
function redraw(box: HTMLElement, children: HTMLElement[]): void {
  const active = (box.getRootNode() as ShadowRoot).activeElement;
  const had =
    active && box.contains(active) ? [...box.querySelectorAll("button,input,select,textarea")].indexOf(active) : -1;
  box.replaceChildren(...children);
  if (had >= 0) [...box.querySelectorAll<HTMLElement>("button,input,select,textarea")][had]?.focus();
}

/** True when two drawn states are of the same step: the author is writing its words. */
function sameButWords(before: string, after: string): boolean {
  const [was] = JSON.parse(before) as [Step];
  const [is] = JSON.parse(after) as [Step];
  return was.id === is.id;
}

function drawBar({ history, recording }: PanelView, actions: PanelActions): HTMLElement[] {
  return [
    button("Add a step", actions.add, { class: "primary", "aria-keyshortcuts": "Alt+A" }),
    button(recording ? "Stop recording" : "Record", actions.record, {
      "aria-pressed": String(recording),
      "aria-keyshortcuts": "Alt+R",
    }),
    button("Play from here", actions.play, { "aria-keyshortcuts": "Alt+P" }),
    button("Undo", actions.undo, { disabled: history.past.length === 0, "aria-keyshortcuts": "Control+Z" }),
    button("Redo", actions.redo, { disabled: history.future.length === 0, "aria-keyshortcuts": "Control+Shift+Z" }),
    ...(recording
      ? [element("p", { class: "help" }, "Do the task in the page: each click and each filled field becomes a step.")]
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
        ? { KeyA: actions.add, KeyR: actions.record, KeyP: actions.play }[event.code]
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
  box.textContent = save.state === "failed" ? `${words.failed}: ${save.message}` : words[save.state];
}

function drawConflict(fields: string[], actions: PanelActions): HTMLElement {
  return element(
    "div",
    { class: "conflict-box", role: "alert" },
    element(
      "p",
      {},
      `Someone else changed the same ${fields.length === 1 ? "field" : "fields"} of this draft: ${fields.join(", ")}.`,
    ),
    element("div", { class: "bar" }, button("Keep mine", actions.keepMine), button("Take theirs", actions.takeTheirs)),
  );
}
