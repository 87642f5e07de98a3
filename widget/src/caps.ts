// How soon a guide may show again, and how often: the caps chunk, for guides that say `every` or `at_most`.
import type { More } from "./more.ts";
import { periodMs } from "./period.ts";
import type { GuideHistory } from "./visitor.ts";

export const caps: More["caps"] = ({ every, at_most }, before, now) => {
  const { last_at = 0 } = before;
  if (every && last_at + periodMs(every) > now) return ["frequency", { every }, last_at];
  const count = showings(before, at_most?.per, now);
  return at_most && count >= at_most.times ? ["at_most", { at_most }, count] : undefined;
};

/** How often it was shown in the last period; what another device showed counts as long as its last showing does. */
function showings({ times = 0, last_at = 0, shown = [] }: GuideHistory, per: string | undefined, now: number): number {
  if (!per) return times;
  const since = now - periodMs(per);
  const elsewhere = last_at > since ? Math.max(0, times - shown.length) : 0;
  return shown.filter((at) => at > since).length + elsewhere;
}
