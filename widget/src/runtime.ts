// What the parts of the widget share on one page: made by boot.ts, given to every chunk. Types only.
import type { Verdict } from "./decide.ts";
import type { Parts } from "./parts.ts";
import type { RunState } from "./run.ts";
import type { Store } from "./store.ts";
import type { Visitor } from "./visitor.ts";
import type { Chunk, EventType, Listed, Manifest, Rule, Target, Theme, WireEvent } from "./wire.ts";

/** What `handrail.test()` and a preview session change; none of it for real people. */
export interface Mode {
  off?: boolean;
  mark?: "walk" | "preview" | "usability" | "simulated" | null;
  /** No animation. */
  still?: boolean;
  /** Nothing is recorded. */
  silent?: boolean;
  /** Only this guide, at this step where one is named. */
  guide?: string | undefined;
  step?: string | undefined;
  language?: string | undefined;
  /** Traits in place of the visitor's. */
  traits?: { [name: string]: unknown } | undefined;
  /** The time, where it stands still. */
  clock?: number | undefined;
}

export type Fields = Partial<Pick<WireEvent, "at" | "run" | "seq" | "guide" | "version" | "step" | "page" | "data">>;

/** A guide that is to be played: its chunk, its theme, and where the chunk came from. */
export interface Piece {
  listed: Listed;
  chunk: Chunk;
  theme: Theme | null;
  address: string;
}

export interface OpenGuide {
  guide: string;
  kind: string;
  step: string;
  run: string;
  /** How the target was found; null while it is looked for. */
  match: string | null;
  /** True while the step is on the screen. */
  drawn: boolean;
}

export interface Beginning {
  /** The segments that the visitor is in. */
  segments?: string[];
  /** True where it started by itself: it counts against the budgets. */
  auto?: boolean;
  step?: string | undefined;
}

/** What is kept of an open run, so that it goes on after a load. */
export interface SavedRun {
  state: RunState;
  listed: Listed;
  address: string;
  /** The page on which its step was last drawn, and the pattern of the pages where it lives. */
  page: string | null;
  on: string | null;
}

export interface Player {
  /** Settled when its chunks came, or can't come. */
  begin(piece: Piece, how: Beginning): Promise<void>;
  resume(piece: Piece, saved: SavedRun): Promise<void>;
  open(): OpenGuide[];
  /** Carry on from the host page; the newest interrupting guide, where several are open. */
  next(): void;
  back(): void;
  close(): void;
  /** End every open guide as the host's doing. */
  stop(): void;
  supersede(by: string): void;
  /** Take a guide off the screen without ending its run: another tab has it, or finished it. */
  drop(guide: string): void;
}

/** The tour chunk, at work: everything that a page with nothing to show does without. */
export interface Main extends Player {
  decide(listed: Listed): Verdict;
  consider(): void;
  /** Because it was asked for: no rule, frequency or budget stands in the way. */
  start(listed: Listed): Promise<boolean>;
  /** Something happened that start conditions wait for: `event NAME`, `struggle KIND`. */
  happened(name: string): void;
  /** The visitor came to another page. */
  moved(): void;
}

export interface Sender {
  record(type: EventType, fields: Fields): void;
  flush(): void;
}

export interface Runtime {
  readonly env: string;
  readonly root: string;
  readonly build: string;
  /** Kept for the visitor, in all tabs; and for this tab. */
  readonly store: Store;
  readonly tab: Store;
  readonly visitor: Visitor;
  readonly mode: Mode;
  /** Chunks and themes by address: drafts, and what was fetched. */
  readonly drafts: Map<string, unknown>;
  /** Aborted by destroy(). */
  readonly end: AbortController;
  /** Aborted by stop(), and by destroy(): what listens for guides hangs on it. Asking for a guide opens another. */
  listening: AbortController;
  /** Settled when the manifest came, or can't come. */
  ready: Promise<void>;
  manifest: Manifest | null;
  sender: Sender | null;
  main: Main | null;
  /** False after stop(): nothing starts by itself. */
  automatic: boolean;
  /** The visitor struggles: nothing pops up by itself before then. */
  quiet_until: number;
  now(): number;
  /** A UUIDv7 of that time. */
  makeId(at: number): string;
  /** True while keeping and sending is agreed to. */
  agreed(): boolean;
  consent(given: boolean): void;
  record(type: EventType, fields?: Fields): void;
  /** Tell the host page's listeners. */
  fire(name: string, detail?: unknown): void;
  on(name: string, listener: (detail: unknown) => void): () => void;
  /** Tell once, by an event and the listeners, that something of ours or of the page's went wrong. */
  problem(code: string, detail?: unknown): void;
  language(): string;
  /** The languages that the visitor understands, best first. */
  speaks(): string[];
  holds(rule: Rule): boolean;
  /** What `holds` answers clauses about elements with; the tour chunk can look. */
  present(target: Target): boolean;
  matchesPath(pattern: string): boolean;
  matchesWhere(where: Listed["where"]): boolean;
  /** Work with a chunk once it is there; where it can't come, `problem` says so. */
  use<T>(name: string, work: (chunk: T) => unknown): Promise<unknown>;
  /** The chunks that are here, by name. */
  readonly parts: Parts;
  loadChunk<T>(name: string): Promise<T>;
  fetchJson<T>(address: string): Promise<T>;
  needMain(): Promise<Main>;
  /** Work with the tour chunk once it is there; where it can't come, `problem` says so. */
  withMain(work: (main: Main) => unknown): Promise<unknown>;
  start(guide: string): Promise<boolean>;
  /** Look again at which guides may show. */
  consider(): void;
  /** Show nothing by itself until this is settled. */
  hold(until: Promise<unknown>): void;
  /** What can be said of a guide without the tour chunk. */
  decideFirst(listed: Listed): Verdict;
  /** Record why a guide was held back that would have shown otherwise. */
  tell(verdict: Verdict): void;
  explain(): Verdict[];
}
