// Open runs, as they are kept so that they go on after a reload, on the next page, or in another tab.
import { choose, wanted } from "./language.ts";
import { newRun } from "./run.ts";
import type { Runtime, SavedRun, ServerRun } from "./runtime.ts";

const SAVED = "run.";
/** A gap of more than a day ends a run's story (DESIGN, section 7); until then it can be gone on with. */
const RESUME_MS = 24 * 3_600_000;
/** A run that was silent for so long holds no other guide back any more. */
const FRESH_MS = 30 * 60_000;

export const readRun = ({ store }: Runtime, guide: string): SavedRun | null => store.read<SavedRun>(SAVED + guide);

export const writeRun = ({ store }: Runtime, run: SavedRun): boolean => store.write(SAVED + run.state.guide, run);

export const dropRun = ({ store }: Runtime, guide: string): boolean => store.write(SAVED + guide, null);

export const isFresh = (runtime: Runtime, run: SavedRun): boolean => runtime.now() - run.state.last_at < FRESH_MS;

/** The runs that can be gone on with; those whose story is over are forgotten. */
export function openRuns(runtime: Runtime): SavedRun[] {
  const runs: SavedRun[] = [];
  for (const name of runtime.store.names(SAVED)) {
    const run = runtime.store.read<SavedRun>(name);
    const alive = run?.state && !run.state.ended && runtime.now() - run.state.last_at < RESUME_MS;
    if (alive) runs.push(run);
    else runtime.store.write(name, null);
  }
  return runs;
}

/** True where the run's step lives on this page. */
export function livesHere(runtime: Runtime, run: Pick<SavedRun, "on" | "page" | "listed">): boolean {
  if (run.on) return runtime.matchesPath(run.on);
  return run.page === null || run.page === location.pathname || runtime.matchesWhere(run.listed.where);
}

/** Keep a run that began on another device, where this browser has none and the same version is still live. */
export function adoptRun(runtime: Runtime, { run, guide, version, hash, step, seq }: ServerRun): void {
  const listed = runtime.manifest?.guides.find((other) => other.key === guide && other.hash === hash);
  if (!listed || readRun(runtime, guide)) return;
  const address = listed.chunks[choose(listed, wanted(runtime.mode.language), runtime.manifest?.settings)] as string;
  const state = { ...newRun(run, guide, version, step, runtime.now()), seq, begun: true, trail: [step] };
  // Its page is not known before the chunk is: one of those its steps live on will do.
  const page = listed.resume?.some(runtime.matchesPath) ? null : "";
  writeRun(runtime, { state, listed, address, page, on: null });
}
