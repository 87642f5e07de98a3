// The runs on this page: begun, gone on with, answered from the host page, taken off it.
import { interrupts } from "./interrupting.ts";
import { loadNeeds } from "./needs.ts";
import { openPlay, type Play, type Told } from "./play.ts";
import { type Kit, kit } from "./render/kit.ts";
import { present as presentTour } from "./render/present.ts";
import { newRun, type RunState } from "./run.ts";
import type { Piece, Player, Runtime, SavedRun } from "./runtime.ts";
import type { Present } from "./seams.ts";

interface KindChunk {
  present(given: Kit): Present;
}

/** A guide whose chunks can't be loaded fails its run as any drawing that throws. */
const unreachable: Present = () => {
  throw new Error("a chunk can't be loaded");
};

/** `ended` hears of every run that ended. */
export function openPlayer(runtime: Runtime, ended: (run: SavedRun) => void): Player {
  const plays = new Map<string, Play>();
  const { signal } = runtime.listening;
  const all = () => [...plays.values()];
  const interrupting = () => all().filter((play) => interrupts(play.open()));
  const each = (work: (play: Play) => void, which = all()) => {
    for (const play of which) work(play);
  };
  const newest = (input: Told) => (interrupting().at(-1) ?? all().at(-1))?.tell(input);

  async function add(piece: Piece, state: RunState, input: Told, auto = false): Promise<void> {
    const { kind, guide } = piece.chunk;
    const present = await loadNeeds(runtime, piece.chunk).then(
      () => (runtime.parts[`kind-${kind}`] as KindChunk | undefined)?.present(kit) ?? presentTour,
      () => unreachable,
    );
    if (signal.aborted) return;
    plays.get(guide)?.drop();
    const play: Play = openPlay(runtime, piece, state, present, auto && interrupts(piece.chunk), (run) => {
      plays.delete(guide);
      if (run) ended(run);
    });
    plays.set(guide, play);
    play.tell(input);
  }

  // The back/forward cache may bring this page back when its run has gone on elsewhere: a play that was kept would
  // write its old state over the new one, so it goes now and is taken up from the store.
  const left = ({ persisted }: PageTransitionEvent) =>
    each((play) => {
      play.tell({ type: "unload" });
      if (persisted) play.drop();
    });
  const shown = ({ persisted }: PageTransitionEvent) => persisted && runtime.consider();
  addEventListener("pagehide", left, { signal });
  addEventListener("pageshow", shown, { signal });
  // After the conditions that wait for the new path: a step that it passes is not away.
  const moved = () => queueMicrotask(() => each((play) => play.moved()));
  signal.addEventListener("abort", runtime.on("page", moved));
  signal.addEventListener("abort", () => each((play) => play.drop()));

  return {
    begin(piece, { segments, auto, step }) {
      const { guide, version, steps } = piece.chunk;
      const first = steps.find(({ id }) => id === step) ?? steps[0];
      const now = runtime.now();
      const state = newRun(runtime.makeId(now), guide, version, first?.id ?? "", now);
      return add(piece, state, { type: "begin", segments }, auto);
    },
    resume: (piece, { state }) => add(piece, state, { type: "resume" }),
    open: () => all().map((play) => play.open()),
    next: () => newest({ type: "pass", by: "host" }),
    back: () => newest({ type: "back" }),
    close: () => newest({ type: "dismiss", by: "host" }),
    stop: () => each((play) => play.tell({ type: "dismiss", by: "host" })),
    supersede: (by) => each((play) => play.tell({ type: "supersede", by }), interrupting()),
    drop: (guide) => plays.get(guide)?.drop(),
  };
}
