// May this guide show now, and if not, why? Pure: facts in, one reason code out. The codes are documented in
// docs/widget.md and shown by explain().
import { periodMs } from "./period.ts";
import type { GuideHistory } from "./visitor.ts";
import type { Listed, Start, Target } from "./wire.ts";

export type Code =
  | "shown" // may show
  | "open" // is shown
  | "off" // handrail.test({off: true}) or stop()
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

/** Codes that hold back a guide that would otherwise show: these are recorded as `decision` events. */
export const SUPPRESSIONS: readonly Code[] = [
  "never",
  "snoozed",
  "frequency",
  "at_most",
  "quiet",
  "budget",
  "busy",
  "other_tab",
];

export const INTERRUPTING: readonly string[] = ["tour", "modal"];

type Held = Omit<Verdict, "guide">;

/** Why the visitor's history holds the guide back; null where it does not. */
export function heldByHistory(guide: Listed, before: GuideHistory, session: string, now: number): Held | null {
  const { repeat = "until_completed", every, at_most } = guide.frequency ?? {};
  const { state, last_at = 0, times = 0 } = before;
  if (before.never) return { code: "never", clause: "never", saw: true };
  if ((before.snoozed_until ?? 0) > now) return { code: "snoozed", clause: "snooze", saw: before.snoozed_until };
  const over =
    (repeat === "once" && times > 0) ||
    (repeat.startsWith("until") && state === "completed") ||
    (repeat === "until_dismissed" && state === "dismissed");
  if (over) return { code: "frequency", clause: { repeat }, saw: repeat === "once" ? times : state };
  if (repeat !== "always" && before.session === session)
    return { code: "frequency", clause: { repeat, session: "once" }, saw: state };
  if (every && last_at + periodMs(every) > now) return { code: "frequency", clause: { every }, saw: last_at };
  return at_most && showings(before, at_most.per, now) >= at_most.times
    ? { code: "at_most", clause: { at_most }, saw: showings(before, at_most.per, now) }
    : null;
}

/** How often it was shown in the last period; what another device showed counts as long as its last showing does. */
function showings({ times = 0, last_at = 0, shown = [] }: GuideHistory, per: string | undefined, now: number): number {
  if (!per) return times;
  const since = now - periodMs(per);
  const elsewhere = last_at > since ? Math.max(0, times - shown.length) : 0;
  return shown.filter((at) => at > since).length + elsewhere;
}

/** What is so about the page that start conditions ask about. */
export interface Started {
  loaded_at: number;
  idle_since: number;
  now: number;
  /** Events of the host page and kinds of struggle since this page was loaded. */
  happened: ReadonlySet<string>;
  present(target: Target): boolean;
}

/** True where the start condition is met. */
export function hasStarted(start: Start | undefined, at: Started): boolean {
  switch (start?.on) {
    case undefined:
      return true;
    case "load":
      return at.now - at.loaded_at >= periodMs(start.delay);
    case "idle":
      return at.now - at.idle_since >= periodMs(start.after, 30_000);
    case "event":
      return at.happened.has(`event ${start.event}`);
    case "struggle":
      return [...at.happened].some(
        (name) => name.startsWith("struggle ") && (start.kinds ?? [name.slice(9)]).includes(name.slice(9) as never),
      );
    case "element":
      return at.present(start.target);
    default:
      return false;
  }
}
