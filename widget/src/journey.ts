// Runs that began on another page, before a reload, or on another device: kept by the browser, gone on with here.
import { loadPiece } from "./piece.ts";
import type { Player, Runtime, SavedRun } from "./runtime.ts";
import { livesHere } from "./saved.ts";
import type { Listed } from "./wire.ts";

/** A gap of more than a day ends a run's story (DESIGN, section 7); until then it can be gone on with. */
const RESUME_MS = 24 * 3_600_000;
/** A run that was silent for so long holds no other guide back any more. */
const FRESH_MS = 30 * 60_000;

/** What the scheduler knows. */
export interface Crossing {
  player: Player;
  interrupts(listed: Listed): boolean;
  /** Open in another tab. */
  elsewhere: Set<string>;
  /** Open here, or ended here. */
  isDone(guide: string): boolean;
  open(listed: Listed, work: () => Promise<boolean>): Promise<boolean>;
}

export interface Journey {
  /** Go on with what lives on this page. */
  resume(): void;
  /** Interrupting guides whose runs wait on another page. */
  waiting(): string[];
  /** End those runs: another guide takes their place. */
  supersede(by: string): void;
}

export function openJourney(runtime: Runtime, { player, interrupts, elsewhere, isDone, open }: Crossing): Journey {
  const { store, now } = runtime;
  /** The runs that can be gone on with; those whose story is over are forgotten. */
  const runs = (): SavedRun[] =>
    store.names("run.").flatMap((name) => {
      const run = store.read<SavedRun>(name);
      if (run?.state && !run.state.ended && now() - run.state.last_at < RESUME_MS) return run;
      store.write(name, null);
      return [];
    });
  const interrupting = () => runs().filter(({ listed, state }) => interrupts(listed) && !elsewhere.has(state.guide));
  return {
    resume() {
      for (const run of runs()) {
        const { listed, address, state } = run;
        if (livesHere(runtime, run) && !isDone(state.guide))
          void open(listed, async () => {
            await player.resume(await loadPiece(runtime, listed, address), run);
            return true;
          });
      }
    },
    waiting: () =>
      interrupting()
        .filter(({ state }) => now() - state.last_at < FRESH_MS)
        .map(({ state }) => state.guide),
    supersede(by) {
      for (const { state } of interrupting()) {
        const { run, guide, version, step, seq } = state;
        runtime.record("run_ended", { run, guide, version, step, seq: seq + 1, data: { state: "superseded", by } });
        store.write(`run.${guide}`, null);
      }
    },
  };
}
