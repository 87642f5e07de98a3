// Evaluates rules: the verdict names the deciding clause and the value it saw. Never throws. The specification is
// docs/rules.md; the twin is guides/handrail_guides/targeting.py; the vectors in guides/handrail_guides/vectors hold both.
// Bytes count here: every page of the host pays for this file.
import { periodMs } from "./period.ts";
import type { Rule, Target } from "./types/format.ts";
import { fits } from "./urlpattern.ts";
import { parts } from "./where.ts";

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

type Answer = [matches: boolean | undefined, code: string, value?: unknown];
interface Clause extends Readonly<Record<string, unknown>> {
  all?: Clause[];
  any?: Clause[];
  not?: Clause;
  within?: string;
}
type Window = Record<"from" | "to", string> & { days?: string[]; hours?: Record<"from" | "to", string> };
type Range = Record<"at_least" | "at_most" | "is", number>;

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
  const { traits, account, events, guides, segments, language, device, url, now, visitor, present } = context;
  const about = (name: string) => rule[name] as string;
  const isRecent = (time = 0) => !rule.within || isWithin(time, rule.within, now);
  if ("trait" in rule) return compare(rule, own(traits, about("trait")), now);
  if ("account" in rule) return compare(rule, own(account, about("account")), now);
  if ("query" in rule) return compare(rule, parts(url).query?.get(about("query")), now);
  if ("event" in rule) {
    const { count = 0, last_at = 0, times = [last_at] } = own(events, about("event")) ?? {};
    const n = rule.within ? (count ? times.filter(isRecent).length : 0) : count;
    const { at_least = 0, at_most = n, is = n } = (rule.count ?? { at_least: 1 }) as Partial<Range>;
    return [n >= at_least && n <= at_most && n === is, "event", n];
  }
  if ("guide" in rule) {
    const { times, last_at, state } = own(guides, about("guide")) ?? {};
    const seen = !!times && isRecent(last_at);
    const found = seen ? state : "never";
    return [rule.state === "seen" ? seen : rule.state === found, "guide", found];
  }
  if ("segment" in rule) {
    const segment = own(segments, about("segment"));
    if (!segment || depth > 7) return [false, segment ? "segment_loop" : "unknown_segment", rule.segment];
    const found = walk(segment as never, context, "", depth + 1);
    return [found.matches, "segment", found];
  }
  if ("language" in rule)
    return known(rule, "language", language, (tag, wanted) =>
      wanted.some((range) => range === "*" || `${tag}-`.toLowerCase().startsWith(`${range}-`.toLowerCase())),
    );
  if ("device" in rule) return known(rule, "device", device, (name, wanted) => wanted.includes(name));
  for (const part of ["path", "host", "hash"] as const)
    if (part in rule) return known(rule, part, parts(url)[part], (value) => fits(about(part), part, value));
  if ("element" in rule)
    return known(rule, "element", present?.(rule.element as never), (is) => is === (rule.is !== "absent"));
  if ("time" in rule) return inWindow(rule.time as Window, context);
  if ("share" in rule) {
    const place = visitor ? hash(`${rule.salt}:${visitor}`) / 2 ** 32 : undefined;
    return known(rule, "share", place, (at) => at < (rule.share as number));
  }
  return [false, "unknown_clause"];
}

/** The answer of a clause about a fact that may be missing. */
function known<T>(
  rule: Clause,
  code: string,
  fact: T,
  test: (fact: NonNullable<T>, wanted: string[]) => boolean,
): Answer {
  return fact == null ? [false, "missing"] : [test(fact, [rule[code] as string].flat()), code, fact];
}

function inWindow({ from = "", to = "~", days, hours }: Window, { now, time_zone = "UTC" }: Context): Answer {
  const [date, day] = localTime(now, time_zone);
  const clock = date.slice(11, 16);
  const { from: opens, to: closes } = hours ?? { from: "", to: "" };
  const isOpen = opens < closes ? opens <= clock && clock < closes : opens <= clock || clock < closes;
  return [date >= from && date < to && (!days || days.includes(day)) && isOpen, "time", `${date} ${day}`];
}

let lastTime: [key: string, date: string, day: string] | undefined; // asking the browser for it is slow

/** The local date and time, `2027-01-31T09:30:00`, and the weekday. */
function localTime(now: number, zone: string): [date: string, day: string] {
  const key = now + zone;
  if (lastTime?.[0] !== key) {
    const local = (timeZone: string) => new Date(now).toLocaleString("sv", { timeZone }).replace(" ", "T");
    let date: string;
    try {
      date = local(zone);
    } catch {
      date = local("UTC");
    }
    lastTime = [key, date, "sunmontuewedthufrisat".substr(new Date(`${date.slice(0, 10)}T00:00Z`).getUTCDay() * 3, 3)];
  }
  return [lastTime[1], lastTime[2]];
}

/** Compare a trait, an account's trait or a query parameter. */
function compare(rule: Clause, value: unknown, now: number): Answer {
  const missing = value == null;
  const [code = "", wanted] = Object.entries(rule).find(([name]) => name in TESTS) ?? [];
  const result =
    missing && !/^(is|in|is_not|not_in|exists)$/.test(code) ? false : TESTS[code]?.(value, wanted as never, now);
  return [result, result == null ? "wrong_type" : missing && code !== "exists" ? "missing" : code, value];
}

const isAny = (value: unknown, wanted: unknown[]) => wanted.some((one) => equal(value, one));

const TESTS: Record<string, (value: unknown, wanted: never, now: number) => boolean | undefined> = {
  exists: (value, wanted) => wanted === (value != null),
  is: equal,
  is_not: (value, wanted) => !equal(value, wanted),
  in: isAny,
  not_in: (value, wanted) => !isAny(value, wanted),
  more_than: ordered(number, (a, b) => a > b),
  at_least: ordered(number, (a, b) => a >= b),
  less_than: ordered(number, (a, b) => a < b),
  at_most: ordered(number, (a, b) => a <= b),
  before: ordered(time, (a, b) => a < b),
  after: ordered(time, (a, b) => a > b),
  within: (value, period, now) => ordered(time, (at) => isWithin(at, period, now))(value),
  contains: (value, wanted) => (Array.isArray(value) ? isAny(wanted, value) : text("includes")(value, wanted)),
  starts_with: text("startsWith"),
  ends_with: text("endsWith"),
};

function ordered(read: (value: unknown) => number | undefined, test: (value: number, wanted: number) => boolean) {
  return (value: unknown, wanted: unknown = 0) => {
    const found = read(value);
    return found == null ? found : test(found, read(wanted) as number);
  };
}

function text(test: "includes" | "startsWith" | "endsWith") {
  return (value: unknown, wanted: string) =>
    typeof value === "string" ? value.normalize()[test](wanted.normalize()) : undefined;
}

function equal(value: unknown, wanted: unknown): boolean {
  const plain = (one: unknown) => (typeof one === "string" ? one.normalize() : (one ?? null));
  return (
    plain(value) === plain(wanted) ||
    (typeof value !== typeof wanted && number(value) != null && number(value) === number(wanted))
  );
}

/** A number, or text that is a plain decimal number. */
function number(value: unknown): number | undefined {
  const read = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? +value : value;
  return Number.isFinite(read) ? (read as number) : undefined;
}

/** Epoch milliseconds of an ISO 8601 date or time (UTC, where it names no zone), of seconds, or of milliseconds. */
function time(value: unknown): number | undefined {
  const epoch = number(value);
  if (epoch != null) return Math.abs(epoch) < 1e11 ? epoch * 1000 : epoch;
  const [, day = "", clock = "T00:00", zone = "Z"] =
    /^([1-9]\d{3}-\d\d-\d\d)(?:(T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?)(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?)?$/.exec(
      typeof value === "string" ? value : "",
    ) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  // some engines read 30 February as 2 March
  return new Date(midnight).getUTCDate() === +day.slice(8) ? Date.parse(day + clock + zone) : undefined;
}

/** True where a time is in the last period, and not in the future. */
function isWithin(time: number, period: string, now: number): boolean {
  return time <= now && time >= now - periodMs(period);
}

/** FNV-1a, 32 bits, over UTF-8, finished as MurmurHash3 does: without the finish, near ids fall into near shares. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** An object's own member: a trait named `constructor` is missing unless somebody set it. */
function own<T>(holder: Facts<T>, name: string): T | undefined {
  return holder && Object.hasOwn(holder, name) ? holder[name] : undefined;
}
