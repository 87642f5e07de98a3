// May this guide show, and if not, why? What a page can say before it loads the tour chunk: where, audience, history.
// The codes are documented in docs/widget.md and shown by explain().
import { factsOf } from "./facts.ts";
import { type Held, more } from "./more.ts";
import type { Runtime } from "./runtime.ts";
import { evaluate } from "./targeting.ts";
import type { GuideHistory } from "./visitor.ts";
import type { Listed, Target } from "./wire.ts";

export type Code =
  | "shown" // may show
  | "open" // is shown
  | "off" // handrail.test() or stop()
  | "consent" // the visitor has not agreed yet
  | "where" // not on this page
  | "audience" // the rule says no
  | "never" // the visitor said: don't show again
  | "snoozed"
  | "frequency" // shown, completed or dismissed already, or too soon again
  | "at_most" // shown as often as allowed
  | "start" // waits for its start condition
  | "quiet" // the visitor is struggling: nothing pops up now
  | "budget" // enough guides for this session or day
  | "busy" // another interrupting guide is open
  | "other_tab"; // open in another tab

export interface Verdict {
  guide: string;
  code: Code;
  /** Where the deciding clause stands in the audience, as a JSON Pointer. */
  at?: string;
  /** The deciding clause: a rule's clause, or a field of the guide or the settings. */
  clause?: unknown;
  /** The value it saw. */
  saw?: unknown;
}

/** Not held back, but not meant for here and now: these are no `decision` events. */
const NO_DECISION = /^(shown|open|off|consent|where|audience|start)$/;
export const holdsBack = ({ code }: Verdict): boolean => !NO_DECISION.test(code);

/** `present` answers clauses about elements. */
export function decideFirst(runtime: Runtime, listed: Listed, present: (target: Target) => boolean): Verdict {
  const { mode, visitor } = runtime;
  const { key, where, rule, start } = listed;
  const say = (code: Code, clause?: unknown, saw?: unknown, at?: string): Verdict => ({
    guide: key,
    code,
    clause,
    saw,
    ...(at && { at }),
  });
  if (mode.off || mode.guide || !runtime.automatic) return say("off");
  if (!runtime.agreed()) return say("consent");
  if (!runtime.matchesWhere(where)) return say("where", where, location.pathname);
  const [code, clause, saw] =
    heldByHistory(listed, visitor.history().guides[key] ?? {}, visitor.session().id, runtime.now()) ?? [];
  const { matches, clause: at, value } = evaluate(rule, factsOf(runtime, code ? () => false : present));
  if (!matches) return say("audience", clauseAt(rule, at), value, at);
  if (code) return say(code, clause, saw);
  return start?.on === "manual" ? say("start", start) : say("shown");
}

/** The clause that a verdict's JSON Pointer names. */
const clauseAt = (rule: unknown, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .reduce((found, part) => (found as Record<string, unknown> | undefined)?.[part], rule);

/** Why the visitor's history holds the guide back; nothing where it does not. */
export function heldByHistory(
  guide: Pick<Listed, "frequency">,
  before: GuideHistory,
  session: string,
  now: number,
): Held<Code> | undefined {
  const { frequency = {} } = guide;
  const { repeat = "until_completed" } = frequency;
  const { state, times = 0, snoozed_until = 0 } = before;
  if (before.never) return ["never", "never", true];
  if (snoozed_until > now) return ["snoozed", "snooze", snoozed_until];
  const over = {
    once: times > 0,
    until_completed: state === "completed",
    until_dismissed: state === "completed" || state === "dismissed",
    always: false,
  }[repeat];
  // Whoever closed a guide does not meet it again on the next page; in the next session they may.
  if (over || (repeat !== "always" && before.session === session)) return ["frequency", { repeat }, state];
  return more.caps?.(frequency, before, now);
}
