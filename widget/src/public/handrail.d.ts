// The types of the ES module, `handrail.mjs`. types.check.ts holds that the module keeps them.

/** Why one guide is or is not shown. */
export interface Verdict {
  guide: string;
  /** Why it is or is not shown: see docs/widget.md. */
  code: string;
  /** Where the deciding clause stands in the audience, as a JSON Pointer. */
  at?: string;
  clause?: unknown;
  saw?: unknown;
}

export interface OpenGuide {
  guide: string;
  kind: string;
  step: string;
  run: string;
  /** exact, healed, css or none; null while the target is looked for. */
  match: string | null;
  drawn: boolean;
}

export interface State {
  ready: boolean;
  environment: string;
  release: number | null;
  visitor: string | null;
  open: OpenGuide[];
}

export interface TestOptions {
  off?: boolean;
  guide?: string;
  step?: string;
  persona?: { traits?: { [name: string]: unknown }; account?: { [name: string]: unknown }; language?: string };
  clock?: number | string;
  animate?: boolean;
  events?: "none" | "walk" | "usability";
}

/** A step of the guide format; in `show()` its target may also be the element itself. */
export interface ShownStep {
  id?: string;
  title?: string;
  body?: string;
  target?: { [signal: string]: unknown } | { element: Element };
  [field: string]: unknown;
}

/** A guide document (docs/guide-format.md); only its steps are needed. */
export interface ShownGuide {
  steps: readonly ShownStep[];
  key?: string;
  kind?: "tour" | "tooltip" | "hotspot" | "banner" | "modal";
  language?: string;
  /** By language, as in a guide document. */
  translations?: { [language: string]: { [path: string]: { text: string; of: string } } };
  /** A theme document. */
  theme?: unknown;
  [field: string]: unknown;
}

export type Token = string | (() => string | Promise<string>);

export interface Server {
  /** The environment's public key. */
  environment: string;
  /** Where the server is: `https://guides.example.com`. */
  origin: string;
}

export function load(server: Server): void;
export function identify(id: string, traits?: { [name: string]: unknown }, options?: { token?: Token }): void;
export function account(id: string, traits?: { [name: string]: unknown }): void;
export function track(name: string, data?: { [name: string]: unknown }): void;
export function start(guide: string): Promise<boolean>;
export function stop(): void;
export function reset(): void;
export function destroy(): void;
export function on(name: string, listener: (detail: unknown) => void): () => void;
export function consent(given: boolean): void;
export function state(): State;
export function next(): void;
export function back(): void;
export function close(): void;
export function explain(options?: { panel?: boolean }): Verdict[];
export function show(guide: ShownGuide): Promise<boolean>;
export function test(options?: TestOptions): Promise<void>;
