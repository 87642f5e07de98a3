// Whether an open run's step lives on this page.
import type { Runtime, SavedRun } from "./runtime.ts";

export function livesHere({ matchesPath, matchesWhere }: Runtime, { on, page, listed }: SavedRun): boolean {
  if (on) return matchesPath(on);
  return page === null || page === location.pathname || (page !== "" && matchesWhere(listed.where));
}
