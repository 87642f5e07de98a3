// Evaluates rules: the verdict names the deciding clause and the value it saw. Never throws. The specification is
// docs/rules.md; the twin is guides/handrail_guides/targeting.py; the vectors in guides/handrail_guides/vectors hold both.
// Bytes count here: every page of the host pays for this file. Rare clauses and comparisons are in rare.ts.
import { more, type Test } from "./more.ts";
import type { Rule, Target } from "./types/format.ts";

type Facts<T> = Readonly<Record<string, T>> | undefined;

/** The facts that rules ask about. A missing fact makes its clause false, with the code `missing`. */
export interface Context {
  visitor?: string | undefined;
  traits?: Facts<unknown>;
  account?: Facts<unknown>;
  /** `times` holds the latest times in epoch milliseconds; where it is missing, only the last one is known. */
  events?: Facts<{ count?: number; last_at?: number; times?: readonly number[] }>;
  guides?: Facts<{ times?: number; last_at?: number; state?: string | null }>;
  segments?: Facts<Rule>;
  language?: string | undefined;
  device?: string | undefined;
  /** The page's address as the browser writes it: `location.href`. */
  url?: string | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** An IANA time zone; UTC, where it is missing or unknown. */
  time_zone?: string | undefined;
  /** True where the target is on the page now. */
  present?(target: Target): boolean;
}

export interface Verdict {
  matches: boolean;
  /** JSON Pointer to the deciding clause. */
  clause: string;
  code: string;
  /** What the clause saw; of a segment, its own verdict. */
  value: unknown;
}

export type Answer = [matches: boolean | undefined, code: string, value?: unknown];
export interface Clause extends Readonly<Record<string, unknown>> {
  all?: Clause[];
  any?: Clause[];
  not?: Clause;
  within?: string;
}
type Rare = (rule: Clause, context: Context) => Answer;

/** Evaluate a rule; no rule at all matches everybody. */
export function evaluate(rule: Rule | undefined, context: Context): Verdict {
  return rule ? walk(rule as never, context, "", 0) : verdict([true, "everybody"], "");
}

const verdict = ([matches, code, value = null]: Answer, clause: string): Verdict => ({
  matches: !!matches,
  clause,
  code,
  value,
});

function walk(rule: Clause, context: Context, at: string, depth: number): Verdict {
  try {
    for (const key of ["all", "any"] as const) {
      for (const [index, clause] of rule[key]?.entries() ?? []) {
        const found = walk(clause, context, `${at}/${key}/${index}`, depth);
        if (found.matches === (key === "any")) return found;
      }
      if (rule[key]) return verdict([key === "all", key], at);
    }
    if (rule.not) {
      const found = walk(rule.not, context, `${at}/not`, depth);
      return { ...found, matches: !found.matches };
    }
    return verdict(leaf(rule, context, depth), at);
  } catch {
    return verdict([false, "error"], at); // a malformed rule, or a page that throws when it is asked
  }
}

function leaf(rule: Clause, context: Context, depth: number): Answer {
  const { traits, account, events, segments, now } = context;
  for (const name in more.clauses) if (name in rule) return (more.clauses[name] as Rare)(rule, context);
  const about = (name: string) => rule[name] as string;
  if ("trait" in rule) return compare(rule, own(traits, about("trait")), now);
  if ("account" in rule) return compare(rule, own(account, about("account")), now);
  if ("event" in rule) {
    const { count = 0 } = own(events, about("event")) ?? {};
    return [count > 0, "event", count];
  }
  if ("segment" in rule) {
    const segment = own(segments, about("segment"));
    if (!segment || depth > 7) return [false, segment ? "segment_loop" : "unknown_segment", rule.segment];
    const found = walk(segment as never, context, "", depth + 1);
    return [found.matches, "segment", found];
  }
  return [false, "unknown_clause"];
}

/** Compare a trait, an account's trait or a query parameter. */
export function compare(rule: Clause, value: unknown, now: number): Answer {
  const missing = value == null;
  const tests = { ...TESTS, ...more.tests };
  const [code = "", wanted] = Object.entries(rule).find(([name]) => name in tests) ?? [];
  const result = missing && !(code in TESTS) ? false : tests[code]?.(value, wanted as never, now);
  return [result, result == null ? "wrong_type" : missing && code !== "exists" ? "missing" : code, value];
}

const isAny = (value: unknown, wanted: unknown[]) => wanted.some((one) => equal(value, one));

/** These answer for a value that is missing, too. Where numbers are compared, rare.ts has others of these names. */
const TESTS: Record<string, Test> = {
  exists: (value, wanted) => wanted === (value != null),
  is: equal,
  is_not: (value, wanted) => !equal(value, wanted),
  in: isAny,
  not_in: (value, wanted) => !isAny(value, wanted),
};

export function equal(value: unknown, wanted: unknown): boolean {
  const plain = (one: unknown) => (typeof one === "string" ? one.normalize() : (one ?? null));
  return plain(value) === plain(wanted);
}

/** An object's own member: a trait named `constructor` is missing unless somebody set it. */
export function own<T>(holder: Facts<T>, name: string): T | undefined {
  return holder && Object.hasOwn(holder, name) ? holder[name] : undefined;
}
