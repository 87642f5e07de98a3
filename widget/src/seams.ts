// The interfaces between the widget's parts: the runtime asks `locate` for the element and `render/present`
// for the picture; nothing else crosses. Types only: this file costs no byte.
import type { Parts } from "./parts.ts";
import type { PassedBy } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import type { View } from "./view.ts";
import type { Action, Chunk, ChunkStep, Target, Theme } from "./wire.ts";

export type { Action, Chunk, ChunkStep, Target, Theme };

/** Why a step could not be shown; event.json's `failure`. */
export type Failure = "not_found" | "ambiguous" | "hidden" | "covered" | "detached" | "timeout" | "network" | "script";

/** What became of looking for a target. `element` is null unless the state is exact or healed. */
export interface Located {
  state: "exact" | "healed" | "ambiguous" | "not_found";
  element: Element | null;
  /** 0 to 1. */
  confidence: number;
  /** Names of the target's signals that agreed. */
  signals: string[];
  /** Names of the target's signals that did not. */
  missed: string[];
  /** Why there is no element, or why the element can't be shown (hidden, covered); null when all is well. */
  reason: Failure | null;
  /** How the element stands; absent where none was found. */
  view?: View;
}

/** `locate.ts`: the exact tier, synchronous, well under a millisecond, never throws. */
export type LocateExact = (target: Target, document: Document) => Located;

/** `heal.ts`, a chunk of its own, loaded when the exact tier finds nothing: scores candidates in slices. */
export type Heal = (target: Target, document: Document) => Promise<Located>;

/** What `present()` needs to draw one step. */
export interface PresentRequest {
  chunk: Chunk;
  step: ChunkStep;
  /** null: a guide of one step shows no progress. */
  position: { n: number; of: number } | null;
  /** null: centred. */
  target: Element | null;
  /** null: the default theme. */
  theme: Theme | null;
  /** Which tone of the text this is; `step` already holds its texts. */
  tone: "neutral" | "celebrating" | "apologising";
  /** True when there is a step to go back to. */
  can_go_back: boolean;
  /** Placeholders of the texts. */
  value(name: string): string | undefined;
  /** False under `handrail.test({animate: false})`; reduced motion is the renderer's own affair. */
  animate: boolean;
  /** Where uploaded files live: the widget's origin, without a slash at the end. */
  origin: string;
  /** What draws the texts and screens that not every guide has. */
  parts: Pick<Parts, "rich" | "sheet" | "theme">;
  /** Work with a chunk once it is there. */
  use: Runtime["use"];
  /** For kinds that follow facts: whether a rule holds for the visitor, and what to keep for them. */
  visitor: Pick<Runtime, "holds" | "store">;
  /** What the visitor did. */
  input(input: PresentInput): void;
}

export type PresentInput =
  | { type: "action"; action: Action; button?: string }
  | { type: "dismiss"; by: "escape" }
  | { type: "outside" }
  /** Checklist: the current item is done. */
  | { type: "pass"; by: PassedBy }
  /** Tooltip, hotspot: the visitor opened it, for the first time on this page. */
  | { type: "opened" }
  /** The target left the document or was hidden. The runtime looks for it again and calls `retarget`. */
  | { type: "lost" };

/** One step on the screen. */
export interface Presented {
  /** `<handrail-guide data-guide data-step>`, open shadow root. */
  host: HTMLElement;
  /** What is measured for "shown": the dialog, or what stands for one that waits to be opened. */
  popover: HTMLElement;
  /** Point at another element (reacquired), or at none (centred). */
  retarget(target: Element | null): void;
  /** Leave no trace; focus returns, unless another step follows at once. */
  remove(next?: "step"): void;
}

/**
 * Drawn by the tour chunk for `tour` and `modal`. A kind that needs more is `chunks/kind-<kind>.ts`, whose `present`
 * takes the tour chunk's kit and returns one of these; the runtime loads it before the kind's first step.
 */
export type Present = (request: PresentRequest) => Presented;
