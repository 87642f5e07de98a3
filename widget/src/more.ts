// What chunks on demand add to patterns, pages, rules and frequencies, once they are loaded: a page whose guides are plain
// never asks for them.
import type { Answer, Clause, Context } from "./targeting.ts";
import type { Page } from "./types/format.ts";
import type { GuideHistory } from "./visitor.ts";
import type { Frequency } from "./wire.ts";

export type Component = "path" | "host" | "hash";
export type Test = (value: unknown, wanted: never, now: number) => boolean | undefined;
/** Of a location, or of a URL. */
export type Place = Pick<URL, "href" | "pathname">;
/** What holds a guide back, the clause of the guide that says so, and what it saw. */
export type Held<Code = string> = [code: Code, clause: unknown, saw: unknown];

export interface More {
  /** The expression that a pattern of a path, or another part of an address, stands for; null where it is not well formed. */
  compile(pattern: string, component?: Component): RegExp | null;
  /** Whether a page that is more than a path is this one. */
  isPage(wanted: Page, at: Place): boolean;
  /** Clauses by the key that names them. */
  clauses: Record<string, (rule: Clause, context: Context) => Answer>;
  /** What these clauses ask about, and no other. */
  facts(): Partial<Context>;
  /** Comparisons by their key. */
  tests: Record<string, Test>;
  /** Whether `every` or `at_most` holds a guide back. */
  caps(frequency: Frequency, before: GuideHistory, now: number): Held<"frequency" | "at_most"> | undefined;
}

export const more: Partial<More> = {};
