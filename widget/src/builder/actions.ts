// What the author can do in the builder, each action a change of the draft or of the page's mode.
import { apply, type Build, currentStep, draw, edit, look, replace } from "./build.ts";
import { capture } from "./capture.ts";
import { addStep, changeStep, moveStep, redo, removeStep, select, stepFor, undo } from "./draft.ts";
import { canAdd, canRecord, isBlank, isList, isPointed } from "./kinds.ts";
import { lookActions, meantByLook, reviewLook } from "./looks.ts";
import type { PanelActions } from "./panel.ts";
import { type PickerOptions, pickElement } from "./picker.ts";
import { describeTarget } from "./properties.ts";
import { type Recorded, recordPath } from "./record.ts";
import { say } from "./words.ts";

export function actionsOf(build: () => Build, close: () => void): PanelActions {
  const change = (next: Parameters<typeof edit>[1], topic = ""): void => edit(build(), next, topic);
  const present = () => build().history.present;
  return {
    add: () => void addOne(build()),
    pick: () => void pickAnother(build()),
    repair: () => repair(build()),
    record: () => toggleRecording(build()),
    play: () => void play(build()),
    undo: () => apply(build(), undo(build().history)),
    redo: () => apply(build(), redo(build().history)),
    select: (index) => change(select(present(), index)),
    move: (from, to) => change(moveStep(present(), from, to)),
    remove: (index) => change(removeStep(present(), index)),
    change: (fields, topic) =>
      change(changeStep(present(), present().selected, fields), topic && `${currentStep(build())?.id}/${topic}`),
    keepMine: () => keepMine(build()),
    takeTheirs: () => takeTheirs(build()),
    lookLike: () => void lookLike(build()),
    look: lookActions(build),
    close: () => void leave(build(), close),
  };
}

const inWords = (target: Element): string => describeTarget(capture(target));

async function pick(build: Build, meant?: PickerOptions["meant"]): Promise<Element | null> {
  build.picking = true;
  build.stage.clear();
  build.panel.element.hidden = true;
  const options = { host: build.host, root: build.root, describe: inWords, ...(meant && { meant }) };
  const picked = await pickElement(options, build.ended);
  build.picking = false;
  build.panel.element.hidden = false;
  if (!picked) void look(build);
  return picked;
}

/** One more step: at a picked element, or where the kind's steps stand at none, one to write. */
async function addOne(build: Build): Promise<void> {
  const { document } = build.history.present;
  if (!canAdd(document)) return;
  if (isPointed(document.kind)) return addPicked(build);
  const { present } = build.history;
  const { on, ...item } = stepFor(
    document,
    null,
    location.pathname,
    say(isList(document.kind) ? "New item" : "New step"),
  );
  edit(build, addStep(present, isList(document.kind) ? item : { ...item, ...(on && { on }) }));
  build.root.querySelector<HTMLInputElement>(".properties input")?.select();
}

async function addPicked(build: Build): Promise<void> {
  const picked = await pick(build);
  if (!picked) return;
  const { present } = build.history;
  edit(build, withoutBlank(build, addStep(present, stepFor(present.document, capture(picked), location.pathname, ""))));
  build.root.querySelector<HTMLElement>(".properties input")?.focus();
}

async function pickAnother(build: Build): Promise<void> {
  const picked = await pick(build);
  const { present } = build.history;
  if (picked)
    edit(build, changeStep(present, present.selected, { target: capture(picked), on: { path: location.pathname } }));
}

async function lookLike(build: Build): Promise<void> {
  const picked = await pick(build, meantByLook);
  if (picked) reviewLook(build, picked, inWords(picked));
  else build.root.querySelector<HTMLElement>(".look-like")?.focus();
}

/** Into the draft only: what is published stays as it is until somebody publishes. */
function repair(build: Build): void {
  const { present } = build.history;
  if (build.repair) edit(build, changeStep(present, present.selected, { target: build.repair.target }));
}

/** A new guide begins with one step that points at nothing; the first picked element takes its place. */
function withoutBlank(build: Build, added: ReturnType<typeof addStep>): ReturnType<typeof addStep> {
  return isBlank(build.history.present.document) ? removeStep(added, 0) : added;
}

const RECORDING = "handrail:builder:recording";

function toggleRecording(build: Build): void {
  if (!canRecord(build.history.present.document.kind)) return;
  if (build.recording) {
    build.recording.abort();
    build.recording = null;
    remember(false);
    return void look(build);
  }
  startRecording(build);
}

/** Record until told otherwise, across pages. */
export function startRecording(build: Build): void {
  build.recording = new AbortController();
  remember(true);
  build.stage.clear();
  recordPath(
    build.host,
    (action) => addRecorded(build, action),
    AbortSignal.any([build.recording.signal, build.ended]),
  );
  draw(build);
}

function addRecorded(build: Build, { target, advance }: Recorded): void {
  const { present } = build.history;
  const step = stepFor(present.document, capture(target), location.pathname, "");
  edit(build, withoutBlank(build, addStep(present, { ...step, advance })));
  void build.sync.flush(); // the click may be leaving this page
}

async function play(build: Build): Promise<void> {
  await build.sync.flush();
  build.stage.clear();
  build.panel.element.hidden = true;
  const step = currentStep(build);
  try {
    if (step) await build.options.play(step.id);
  } catch (problem) {
    build.save = { state: "failed", message: (problem as Error).message };
  }
  build.panel.element.hidden = false;
  void look(build);
}

function keepMine(build: Build): void {
  if (build.save.state === "conflict") build.sync.settle(build.history.present.document, build.save.theirs.revision);
}

function takeTheirs(build: Build): void {
  if (build.save.state !== "conflict") return;
  const { theirs } = build.save;
  build.sync.settle(theirs.document, theirs.revision);
  replace(build, theirs.document);
}

async function leave(build: Build, close: () => void): Promise<void> {
  await build.sync.flush();
  if (build.save.state === "failed" || build.save.state === "conflict") return;
  remember(false);
  close();
  build.options.leave();
}

function remember(recording: boolean): void {
  try {
    if (recording) sessionStorage.setItem(RECORDING, "1");
    else sessionStorage.removeItem(RECORDING);
  } catch {
    // storage is forbidden: recording ends with this page
  }
}

/** True when this tab was recording on the page before. */
export function wasRecording(): boolean {
  try {
    return sessionStorage.getItem(RECORDING) !== null;
  } catch {
    return false;
  }
}
