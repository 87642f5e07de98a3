// One building session in one page: its state, and the look at the page that follows every change.
import type { Present } from "../seams.ts";
import type { Guide, Step, Target, Theme } from "../types/format.ts";
import { begin, type Draft, type History, record, select } from "./draft.ts";
import { keepOnTop } from "./host.ts";
import { isList } from "./kinds.ts";
import type { Looking } from "./looks.ts";
import type { Panel } from "./panel.ts";
import { type Repair, repairOf } from "./repair.ts";
import type { Stage } from "./stage.ts";
import { type Find, strengthOf, strengthWords } from "./strength.ts";
import type { SaveState, Sync } from "./sync.ts";
import { rectangleOf } from "./under.ts";

export interface BuilderOptions {
  /** Address of the draft in this session. */
  address: string;
  /** Address where a look of the page is tried and kept as a theme. */
  looks: string;
  token: string;
  /** What draws a kind of guide for visitors. */
  presentOf(kind: Guide["kind"]): Promise<Present>;
  /** The widget's own location, healing included. */
  find: Find;
  /** True when the path pattern fits the page that is open. */
  isHere(pattern: string): boolean;
  /** Play the saved draft as a visitor would see it, from a step; resolves at its end. */
  play(step: string): Promise<void>;
  /** End the session in this tab. */
  leave(): void;
}

export interface Build {
  readonly options: BuilderOptions;
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly panel: Panel;
  readonly stage: Stage;
  readonly sync: Sync;
  /** Where the CMS edits the guide. */
  readonly editor: string;
  /** Aborted when the builder closes. */
  readonly ended: AbortSignal;
  history: History;
  save: SaveState;
  recording: AbortController | null;
  picking: boolean;
  /** One sentence on how surely the chosen step's element will be found again. */
  certainty: string | null;
  /** What the chosen step's target would be now, where it was found by its likeness only. */
  repair: Repair | null;
  /** A look under review: "look like this". */
  looking: Looking | null;
  /** The theme that was kept last. */
  kept: { name: string; address: string } | null;
  /** Themes by the key that a guide names; "" for the environment's own. */
  readonly themes: Map<string, Theme>;
  /** Step id -> its element on this page. */
  found: Map<string, Element | null>;
  /** Ids of the steps whose element was found by its likeness only. */
  healed: Set<string>;
}

export type FoundState = "found" | "healed" | "missing" | "elsewhere" | "centred" | "listed";

export function currentStep(build: Build): Step | undefined {
  return build.history.present.document.steps[build.history.present.selected];
}

/** Take a new state of the draft; it is saved, drawn, and looked for on the page. */
export function apply(build: Build, next: History): void {
  const changed = next.present.document !== build.history.present.document;
  build.history = next;
  if (changed) build.sync.changed(next.present.document);
  draw(build);
  void look(build);
}

export function edit(build: Build, next: Draft, topic = ""): void {
  apply(build, record(build.history, next, topic));
}

/** Begin anew with another document, merged or the other author's, at the step that is being edited. */
export function replace(build: Build, document: Guide): void {
  const id = currentStep(build)?.id;
  const { present, ...history } = begin(document);
  build.history = {
    ...history,
    present: select(
      present,
      document.steps.findIndex((step) => step.id === id),
    ),
  };
  draw(build);
  void look(build);
}

export function draw(build: Build): void {
  build.panel.draw({
    history: build.history,
    save: build.save,
    recording: build.recording !== null,
    certainty: build.certainty,
    repair: build.repair,
    looking: build.looking,
    kept: build.kept,
    editor: build.editor,
    found: (step) => foundState(build, step),
  });
}

function foundState(build: Build, step: Step): FoundState {
  if (isList(build.history.present.document.kind)) return "listed";
  if (!isOnPage(build, step)) return "elsewhere";
  if (!step.target) return "centred";
  if (!build.found.get(step.id)) return "missing";
  return build.healed.has(step.id) ? "healed" : "found";
}

function isOnPage(build: Build, step: Step): boolean {
  return !step.on?.path || build.options.isHere(step.on.path);
}

/** Look for every step's element on this page, and show the chosen step on its own. */
export async function look(build: Build): Promise<void> {
  for (const step of build.history.present.document.steps) build.found.set(step.id, await elementOf(build, step));
  if (build.ended.aborted) return;
  showChosen(build);
  keepOnTop(build.host);
  await judge(build);
  draw(build);
}

/** Look for a target as if the panel were not there: what it covers is on the page all the same. */
function pastPanel({ panel, options }: Build): Find {
  return (target) => {
    panel.element.style.pointerEvents = "none"; // hit tests go through
    const found = options.find(target); // what is covered is told before the first wait
    panel.element.style.pointerEvents = "";
    return found;
  };
}

async function elementOf(build: Build, step: Step): Promise<Element | null> {
  build.healed.delete(step.id);
  if (!step.target || !isOnPage(build, step)) return null;
  const { state, element } = await pastPanel(build)(step.target as Target);
  if (state === "healed") build.healed.add(step.id);
  return element;
}

/** The theme that the steps are shown in: the one under review, else the one that the guide wears. */
function shownTheme({ looking, themes, history }: Build): Theme | null {
  const theme = looking?.answer?.theme;
  // the page shows the scheme that was read: so does the step beside it
  if (theme) return { ...theme, scheme: looking.reading.scheme };
  return themes.get(history.present.document.theme ?? "") ?? null;
}

function showChosen(build: Build): void {
  const step = currentStep(build);
  const target = (step && build.found.get(step.id)) ?? null;
  const showable = step && isOnPage(build, step) && (target || !step.target);
  if (!showable || build.picking || build.recording) build.stage.clear();
  else {
    if (target) makeRoomFor(build, target);
    const { document, selected } = build.history.present;
    const popover = build.stage.show(document, selected, target, shownTheme(build));
    if (isList(document.kind) && popover) makeRoomFor(build, popover);
  }
}

/** Move the panel to the other side where it would cover the element. */
function makeRoomFor(build: Build, target: Element): void {
  const [panel, box] = [build.panel.element.getBoundingClientRect(), rectangleOf(target)];
  const covers = box.left < panel.right && box.left + box.width > panel.left;
  if (covers && box.width < innerWidth - 2 * panel.width) build.panel.changeSide();
}

async function judge(build: Build): Promise<void> {
  const step = currentStep(build);
  const target = step && build.found.get(step.id);
  const words =
    step?.target && target ? strengthWords(await strengthOf(step.target as Target, target, pastPanel(build))) : null;
  if (step !== currentStep(build)) return;
  build.certainty = words;
  build.repair = step?.target && target && build.healed.has(step.id) ? repairOf(step.target as Target, target) : null;
}
