// The compiled guide and the manifest, as schema/manifest.json defines them, under the names that the widget uses.

export type Rule = { [key: string]: unknown };
export type Period = string;
export type Where = { any?: PagePattern[]; not?: PagePattern[] };
export type PagePattern = string | { path?: string; host?: string; hash?: string; query?: Record<string, string> };

export interface Target {
  css?: string;
  within?: string[];
  attributes?: Record<string, string>;
  tag?: string;
  type?: string;
  role?: string;
  name?: string;
  text?: string;
  label?: string;
  near?: string[];
  landmark?: string;
  path?: string;
  box?: number[];
  nth?: number;
}

/** A compiled text: nothing but this is ever drawn. */
export type TextNode = string | { t: string; a?: Record<string, string>; c?: TextNode[] };

export type Action =
  | "next"
  | "back"
  | "close"
  | "skip"
  | "snooze"
  | "never"
  | { to: string }
  | { start: string }
  | { open: string; new_tab?: boolean }
  | { emit: string };

export interface Button {
  id?: string;
  text: TextNode;
  look?: "primary" | "secondary" | "link";
  action: Action;
}

export type Advance =
  | { on: "next" }
  | { on: "click"; target?: Target }
  | { on: "input"; pattern?: string }
  | { on: "element"; target: Target; is?: "present" | "absent" }
  | { on: "event"; event: string }
  | { on: "path"; path: string }
  | { on: "delay"; after: Period };

export interface ChunkStep {
  id: string;
  target?: Target;
  on?: { path?: string; open?: string };
  title?: TextNode;
  body?: TextNode;
  media?: { type?: "image" | "video"; src: string; alt: string; captions?: string; width?: number; height?: number };
  place?: string;
  overlay?: "none" | "spotlight" | "blocking";
  outside?: "ignore" | "close" | "next";
  advance?: Advance;
  buttons?: Button[];
  if_missing?: { wait?: Period; then?: "skip" | "end" | "centre" };
  then?: { if?: Rule; to: string }[];
  variants?: { tone: "neutral" | "celebrating" | "apologising"; if: Rule; title?: TextNode; body?: TextNode }[];
  open?: "hover" | "focus" | "click" | "load";
  banner?: { edge?: "top" | "bottom"; mode?: "push" | "overlay" };
}

export interface Frequency {
  repeat?: "once" | "until_completed" | "until_dismissed" | "always";
  every?: Period;
  at_most?: { times: number; per?: Period };
  snooze?: Period;
}

export interface Chunk {
  format: 1;
  guide: string;
  version: number;
  hash: string;
  kind: string;
  language: string;
  direction?: "ltr" | "rtl";
  words?: Record<string, string>;
  frequency?: Frequency;
  steps: ChunkStep[];
}

export type Start =
  | { on: "load"; delay?: Period }
  | { on: "element"; target: Target }
  | { on: "event"; event: string }
  | { on: "idle"; after?: Period }
  | { on: "manual" }
  | { on: "struggle"; kinds?: string[] };

export interface Listed {
  key: string;
  version: number;
  hash: string;
  kind: string;
  rule?: Rule;
  where?: Where;
  start?: Start;
  frequency?: Frequency;
  priority?: number;
  resume?: string[];
  theme?: string;
  language: string;
  chunks: Record<string, string>;
}

export interface Settings {
  collect: string;
  identity?: "optional" | "required";
  languages?: string[];
  fallback?: Record<string, string[]>;
  budget?: { session?: number; day?: number };
  query?: string[];
  struggle?: boolean;
  consent?: "given" | "ask";
  theme?: string;
}

export interface Manifest {
  format: 1;
  release: number;
  environment: string;
  settings: Settings;
  segments?: Record<string, Rule>;
  themes?: Record<string, string>;
  guides: Listed[];
}

export interface Theme {
  key: string;
  scheme?: "system" | "light" | "dark";
  light: Record<string, string>;
  dark?: Record<string, string>;
  shape?: Record<string, string | number>;
}
