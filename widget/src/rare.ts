// Clauses and comparisons of rules beyond traits, events and segments: how often and when events happened, other guides,
// language, device, pages, elements, windows of time, shares of visitors; numbers, dates and parts of texts; pages that are
// more than a path, and patterns that are not plain. The rules chunk; specification, twin and vectors as in targeting.ts.
import { type Component, type More, more } from "./more.ts";
import { device } from "./page.ts";
import { periodMs } from "./period.ts";
import { fits, isPage, parts } from "./place.ts";
import { type Answer, type Clause, type Context, compare, equal, own } from "./targeting.ts";
import { compile } from "./urlpattern.ts";

type Range = Record<"at_least" | "at_most" | "is", number>;
type Window = Record<"from" | "to", string> & { days?: string[]; hours?: Record<"from" | "to", string> };

export const rare: Omit<More, "caps"> = {
  compile,
  isPage,
  facts: () => ({
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    device: device(),
    url: location.href,
  }),
  clauses: {
    event(rule, { events, now }) {
      const { count = 0, last_at = 0, times = [last_at] } = own(events, rule.event as string) ?? {};
      const n = rule.within ? (count ? times.filter((time) => isWithin(time, rule.within, now)).length : 0) : count;
      const { at_least = 0, at_most = n, is = n } = (rule.count ?? { at_least: 1 }) as Partial<Range>;
      return [n >= at_least && n <= at_most && n === is, "event", n];
    },
    guide(rule, { guides, now }) {
      const { times, last_at = 0, state } = own(guides, rule.guide as string) ?? {};
      const seen = !!times && (!rule.within || isWithin(last_at, rule.within, now));
      const found = seen ? state : "never";
      return [rule.state === "seen" ? seen : rule.state === found, "guide", found];
    },
    language: (rule, { language }) =>
      known(rule, "language", language, (tag, wanted) =>
        wanted.some((range) => range === "*" || `${tag}-`.toLowerCase().startsWith(`${range}-`.toLowerCase())),
      ),
    device: (rule, { device }) => known(rule, "device", device, (name, wanted) => wanted.includes(name)),
    path: page("path"),
    host: page("host"),
    hash: page("hash"),
    element: (rule, { present }) =>
      known(rule, "element", present?.(rule.element as never), (is) => is === (rule.is !== "absent")),
    query: (rule, { url, now }) => compare(rule, parts(url).query?.get(rule.query as string), now),
    time: (rule, context) => inWindow(rule.time as Window, context),
    share(rule, { visitor }) {
      const place = visitor ? hash(`${rule.salt}:${visitor}`) / 2 ** 32 : undefined;
      return known(rule, "share", place, (at) => at < (rule.share as number));
    },
  },
  tests: {
    is: isAlike,
    is_not: (value, wanted) => !isAlike(value, wanted),
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
  },
};

// The chunk has its own copy of what it calls: that must know the rest, too.
Object.assign(more, rare);

/** Equal, or the same number, one of them written as text. */
function isAlike(value: unknown, wanted: unknown): boolean {
  return (
    equal(value, wanted) ||
    (typeof value !== typeof wanted && number(value) != null && number(value) === number(wanted))
  );
}

function isAny(value: unknown, wanted: unknown[]): boolean {
  return wanted.some((one) => isAlike(value, one));
}

/** A number, or text that is a plain decimal number. */
function number(value: unknown): number | undefined {
  const read = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? +value : value;
  return Number.isFinite(read) ? (read as number) : undefined;
}

/** True where a time is in the last period, and not in the future. */
function isWithin(time: number, period: string | undefined, now: number): boolean {
  return time <= now && (!period || time >= now - periodMs(period));
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

function page(part: Component) {
  return (rule: Clause, { url }: Context) =>
    known(rule, part, parts(url)[part], (value) => fits(rule[part] as string, part, value));
}

function ordered(read: (value: unknown) => number | undefined, test: (value: number, wanted: number) => boolean) {
  return (value: unknown, wanted: unknown = 0) => {
    const found = read(value);
    return found == null ? found : test(found, read(wanted) as number);
  };
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

function text(test: "includes" | "startsWith" | "endsWith") {
  return (value: unknown, wanted: string) =>
    typeof value === "string" ? value.normalize()[test](wanted.normalize()) : undefined;
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

/** FNV-1a, 32 bits, over UTF-8, finished as MurmurHash3 does: without the finish, near ids fall into near shares. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
