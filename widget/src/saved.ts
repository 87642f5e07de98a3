// Open runs, as they are kept so that they go on after a reload, on the next page, or in another tab.
import type { Runtime, SavedRun } from "./runtime.ts";

/** A gap of more than a day ends a run's story (DESIGN, section 7); until then it can be gone on with. */
const RESUME_MS = 24 * 3_600_000;
/** A run that was silent for so long holds no other guide back any more. */
const FRESH_MS = 30 * 60_000;

export const isFresh = ({ now }: Runtime, { state }: SavedRun): boolean => now() - state.last_at < FRESH_MS;

/** The runs that can be gone on with; those whose story is over are forgotten. */
export function openRuns({ store, now }: Runtime): SavedRun[] {
  return store.names("run.").flatMap((name) => {
    const run = store.read<SavedRun>(name);
    if (run?.state && !run.state.ended && now() - run.state.last_at < RESUME_MS) return run;
    store.write(name, null);
    return [];
  });
}

/** True where the run's step lives on this page. */
export function livesHere({ matchesPath, matchesWhere }: Runtime, { on, page, listed }: SavedRun): boolean {
  if (on) return matchesPath(on);
  return page === null || page === location.pathname || (page !== "" && matchesWhere(listed.where));
}
