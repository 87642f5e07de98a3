// One run on the page: tells run.ts what happened, carries out its orders, keeps the run where a reload finds it.
import { arm } from "./arm.ts";
import type { Parts } from "./parts.ts";
import { advance, follow, type Input, type PassedBy, type RunState, type Script, SEEN_MS } from "./run.ts";
import type { OpenGuide, Piece, Runtime, SavedRun } from "./runtime.ts";
import { livesHere } from "./saved.ts";
import { localDay } from "./scheduler.ts";
import type { Action, ChunkStep, Failure, Located, Present, Presented, PresentInput } from "./seams.ts";
import { isFound, locate, matchOf, seek } from "./seek.ts";
import { watchView } from "./view-watch.ts";

const REMEMBERED_SHOWINGS = 50;

/** An input without its time. */
export type Told = Input extends infer One ? (One extends Input ? Omit<One, "at"> : never) : never;

export interface Play {
  readonly piece: Piece;
  open(): OpenGuide;
  step(): ChunkStep;
  tell(input: Told, later?: boolean): void;
  pass(by: PassedBy, to?: string): void;
  /** The page's address changed. */
  moved(): void;
  /** Take it off the page as it is. */
  drop(): void;
}

/** `counts`: it began by itself and interrupts. `over` hears the run when it ended, nothing when it was dropped. */
export function openPlay(
  runtime: Runtime,
  piece: Piece,
  begun: RunState,
  present: Present,
  counts: boolean,
  over: (run?: SavedRun) => void,
): Play {
  const { chunk, listed, theme, address } = piece;
  const { guide, version, kind, steps } = chunk;
  const { store, visitor, mode, now, parts } = runtime;
  const script: Script = { steps, holds: runtime.holds };
  const key = `run.${guide}`;
  let state = begun;
  let drawn: Presented | null = null;
  let element: Element | null = null;
  /** The path on which the step was last drawn. */
  let home = store.read<SavedRun>(key)?.page ?? null;
  let stopSeeking = () => {};
  let stopViewing = () => {};
  let disarm: (() => void) | null = null;

  const step = () => steps.find(({ id }) => id === state.step) as ChunkStep;
  const saved = (): SavedRun => ({ state, listed, address, page: home, on: step()?.on?.path ?? null });

  /** Listeners and timers of the page end here: what goes wrong is ours to bear. */
  function tell(input: Told, later = false): void {
    try {
      answer(input, later);
    } catch (error) {
      runtime.problem("run_failed", String(error));
      drop();
    }
  }

  function answer(input: Told, later: boolean): void {
    const before = state;
    const { state: after, events, orders } = advance(before, { ...input, at: now() } as Input, script);
    state = after;
    for (const event of events) runtime.record(event.type, { run: state.run, guide, version, ...event });
    if (after.begun && !before.begun && !mode.mark) remember();
    if (after.step !== before.step) {
      home = null;
      stopArmed();
    }
    if (address) store.write(key, after.ended ? null : saved());
    for (const { type, step, data } of events) runtime.fire(type, { guide, step, run: state.run, data });
    // A click that advances must reach the page's own handlers before anything of ours moves.
    const obey = () => {
      for (const order of orders) carryOut[order](orders.includes("seek"));
    };
    if (later) setTimeout(obey);
    else obey();
  }

  /** The visitor has seen it: that counts for its frequency, and for the budgets. */
  function remember(): void {
    const { times = 0, shown = [] } = visitor.history().guides[guide] ?? {};
    const at = now();
    visitor.note(guide, {
      times: times + 1,
      last_at: at,
      state: "open",
      shown: [...shown, at].slice(-REMEMBERED_SHOWINGS),
    });
    const session = visitor.session();
    const day = localDay(at);
    if (counts)
      store.write("session", { ...session, auto: session.auto + 1, days: { [day]: (session.days[day] ?? 0) + 1 } });
  }

  const carryOut = {
    clear(another: boolean): void {
      stopSeeking();
      stopViewing();
      drawn?.remove(another ? "step" : undefined);
      drawn = element = null;
    },
    seek: search,
    centre: () => draw(null),
    end(): void {
      drop(saved());
    },
  };

  function stopArmed(): void {
    disarm?.();
    disarm = null;
  }

  function drop(ended?: SavedRun): void {
    carryOut.clear(false);
    stopArmed();
    over(ended);
  }

  function search(): void {
    stopSeeking();
    const { target, if_missing } = step();
    const missing = (reason: Failure) => {
      // The visitor went to a page where this guide does not live: the step is not broken, it waits for them.
      const gone = home !== null && home !== location.pathname && !runtime.matchesWhere(listed.where);
      tell(gone ? { type: "away" } : { type: "missing", reason });
    };
    if (!livesHere(runtime, saved())) tell({ type: "away" });
    else if (!target) draw(null);
    else stopSeeking = seek(runtime, target, if_missing?.wait, draw, missing);
  }

  function draw(located: Located | null): void {
    const { variants, ...rest } = step();
    const variant = variants?.find((one) => script.holds(one.if));
    const { n, of } = position();
    element = located?.element ?? null;
    home = location.pathname;
    try {
      drawn = present({
        chunk,
        step: { ...rest, ...variant },
        tone: variant?.tone ?? "neutral",
        position: steps.length > 1 ? { n, of } : null,
        target: element,
        theme,
        visitor: runtime,
        can_go_back: n > 1,
        value: traitOf,
        animate: !mode.still,
        origin: runtime.root,
        parts,
        use: runtime.use,
        input: heard,
      });
    } catch (error) {
      runtime.problem("drawing_failed", String(error));
      tell({ type: "fail", reason: "script" });
      return;
    }
    const { target } = rest;
    const match = located && target ? matchOf(located, target) : { match: "none" as const, confidence: target ? 0 : 1 };
    tell({ type: "found", match });
    stopViewing = watchView(drawn.popover, SEEN_MS, tell);
    disarm ??= arm(
      runtime,
      rest.advance,
      () => element,
      (by) => tell({ type: "pass", by }, by === "click"),
    );
  }

  /** A placeholder's value: the visitor's trait. */
  function traitOf(name: string): string | undefined {
    const value = (mode.traits ?? visitor.kept().traits)[name];
    return value == null ? undefined : String(value);
  }

  /** The way behind and the likely way ahead: branches are only known when they are taken. */
  function position(): { n: number; of: number } {
    const n = new Set([...state.trail, state.step]).size;
    const ahead = new Set<string>();
    for (let next = follow(state.step, script); next && !ahead.has(next); next = follow(next, script)) ahead.add(next);
    return { n, of: n + ahead.size };
  }

  function act(action: Action): void {
    if (action === "next") play.pass("next");
    else if (action === "back") tell({ type: "back" });
    else if (action === "close") tell({ type: "dismiss", by: "close" });
    else parts.deeds?.act(runtime, play, action);
  }

  function heard(input: PresentInput): void {
    if (input.type === "action") act(input.action);
    else if (input.type === "lost") lost();
    else if (input.type === "outside") parts.deeds?.outside(play);
    else tell(input);
  }

  /** Gone or hidden: take its successor at once where the page only drew it anew. */
  function lost(): void {
    const { target } = step();
    const located = target && locate(target);
    if (located && isFound(located)) {
      element = located.element;
      drawn?.retarget(element);
    } else tell({ type: "lost" });
  }

  const play: Play = {
    piece,
    step,
    tell,
    drop: () => drop(),
    /** On by a button: where the next step lives on another page, go there. */
    pass(by, to) {
      tell({ type: "pass", by, to });
      if (state.phase === "away") runtime.use<Required<Parts>["deeds"]>("deeds", ({ goOn }) => goOn(runtime, step()));
    },
    moved() {
      if (state.phase === "away") search();
      else if (drawn && step().on?.path && !livesHere(runtime, saved())) tell({ type: "away" });
    },
    open: () => ({ guide, kind, step: state.step, run: state.run, match: state.match?.match ?? null, drawn: !!drawn }),
  };
  return play;
}
