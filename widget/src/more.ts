// What the rules chunk adds to patterns and rules, once it is loaded: a page whose guides are plain never asks for it.
import type { Answer, Clause, Context } from "./targeting.ts";

export type Component = "path" | "host" | "hash";
export type Test = (value: unknown, wanted: never, now: number) => boolean | undefined;

export interface More {
  /** The expression that a pattern stands for; null where it is not well formed. */
  compile(pattern: string, component: Component): RegExp | null;
  /** Clauses by the key that names them. */
  clauses: Record<string, (rule: Clause, context: Context) => Answer>;
  /** What these clauses ask about, and no other. */
  facts(): Partial<Context>;
  /** Comparisons by their key. */
  tests: Record<string, Test>;
}

export const more: Partial<More> = {};
