// Plays runs on the page: tells run.ts what happened, carries out its orders, keeps the run where a reload finds it.
import { arm } from "./arm.ts";
import { INTERRUPTING } from "./decide.ts";
import { uuid7 } from "./ids.ts";
import { periodMs } from "./period.ts";
import { present as presentTour } from "./render/present.ts";
import { advance, follow, type Input, newRun, type PassedBy, type RunState, type Script, SEEN_MS } from "./run.ts";
import type { Beginning, OpenGuide, Piece, Player, Runtime, SavedRun } from "./runtime.ts";
import { dropRun, livesHere, readRun, writeRun } from "./saved.ts";
import type { Action, ChunkStep, Present, Presented, PresentInput, Target } from "./seams.ts";
import { type Found, isFound, locate, look, seek } from "./seek.ts";
import { watchView } from "./view-watch.ts";
import { watchPage } from "./watch.ts";

const PATIENCE_MS = 8000;
const SNOOZE_MS = 86_400_000;

type Told = Input extends infer One ? (One extends Input ? Omit<One, "at"> : never) : never;

interface Play {
  state(): RunState;
  open(): OpenGuide;
  tell(input: Told, later?: boolean): void;
  act(action: Action): void;
  moved(): void;
  /** Take it off the page as it is. */
  drop(): void;
}

export function openPlayer(runtime: Runtime): Player {
  const plays = new Map<string, Play>();
  const { signal } = runtime.end;
  const newest = () =>
    [...plays.values()].filter((play) => INTERRUPTING.includes(play.open().kind)).at(-1) ?? [...plays.values()].at(-1);
  const each = (work: (play: Play) => void) => [...plays.values()].forEach(work);
  const add = async (piece: Piece, state: RunState, input: Told, auto: boolean) => {
    const { kind, guide } = piece.chunk;
    const name = `kind-${kind}`;
    const { present } = runtime.hasChunk(name)
      ? await runtime.loadChunk<{ present: Present }>(name)
      : { present: presentTour };
    if (signal.aborted) return;
    const play = openPlay(runtime, piece, state, auto, present, () => plays.delete(guide));
    plays.set(guide, play);
    play.tell(input);
  };

  addEventListener("pagehide", () => each((play) => play.tell({ type: "unload" })), { signal });
  // A page from the back/forward cache may be older than the run: another page has played on since.
  const shown = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return;
    each((play) => play.drop());
    runtime.consider();
  };
  addEventListener("pageshow", shown, { signal });
  // After the conditions that wait for the new path: a step that it passes is not away.
  const moved = () => queueMicrotask(() => each((play) => play.moved()));
  signal.addEventListener("abort", runtime.on("page", moved));

  return {
    begin(piece, { segments, auto, step }: Beginning) {
      const { guide, version, steps } = piece.chunk;
      const first = steps.find((other) => other.id === step) ?? (steps[0] as ChunkStep);
      const now = runtime.now();
      void add(piece, newRun(uuid7(now), guide, version, first.id, now), { type: "begin", segments }, auto);
    },
    resume: (piece, { state }) => void add(piece, state, { type: "resume" }, false),
    open: () => [...plays.values()].map((play) => play.open()),
    next: () => newest()?.tell({ type: "pass", by: "host" }),
    back: () => newest()?.tell({ type: "back" }),
    close: () => newest()?.tell({ type: "dismiss", by: "host" }),
    stop: () => each((play) => play.tell({ type: "dismiss", by: "host" })),
    supersede: (by) => each((play) => INTERRUPTING.includes(play.open().kind) && play.tell({ type: "supersede", by })),
    drop: (guide) => plays.get(guide)?.drop(),
    present: (target: Target) => isFound(locate(target)),
    watch: (changed) => watchPage(null, changed),
  };
}

function openPlay(
  runtime: Runtime,
  piece: Piece,
  begun: RunState,
  auto: boolean,
  present: Present,
  over: () => void,
): Play {
  const { chunk, listed, theme, address } = piece;
  const script: Script = { steps: chunk.steps, holds: runtime.holds };
  let state = begun;
  let drawn: Presented | null = null;
  let element: Element | null = null;
  /** The path on which the step was last drawn. */
  let home: string | null = readRun(runtime, chunk.guide)?.page ?? null;
  let stopSeeking = () => {};
  let stopViewing = () => {};
  let disarm: (() => void) | null = null;
  let seen = 0;

  const step = () => chunk.steps.find((other) => other.id === state.step) as ChunkStep;
  const saved = (): SavedRun => ({ state, listed, address, page: home, on: step()?.on?.path ?? null });
  const here = () => livesHere(runtime, saved());

  function tell(input: Told, later = false): void {
    const before = state;
    const change = advance(state, { ...input, at: runtime.now() } as Input, script);
    state = change.state;
    for (const { type, at, seq, step, data } of change.events)
      runtime.record(type, {
        at,
        run: state.run,
        guide: chunk.guide,
        version: chunk.version,
        seq,
        ...(step && { step }),
        ...(data && { data }),
      });
    if (state.begun && !before.begun) {
      runtime.visitor.noteShown(chunk.guide);
      if (auto && INTERRUPTING.includes(chunk.kind)) runtime.visitor.noteAuto(runtime.now());
    }
    if (state.step !== before.step) {
      home = null;
      disarm?.();
      disarm = null;
    }
    if (state.ended) dropRun(runtime, chunk.guide);
    else if (change.events.length || change.orders.length || state.phase !== before.phase) writeRun(runtime, saved());
    for (const event of change.events) announce(event.type, event.data);
    // A click that advances must reach the page's own handlers before anything of ours moves.
    if (later) setTimeout(() => obey(change.orders));
    else obey(change.orders);
  }

  function announce(type: string, data: unknown): void {
    const { guide } = chunk;
    runtime.fire(type, { guide, step: state.step, run: state.run, data });
  }

  function obey(orders: readonly string[]): void {
    for (const order of orders) {
      if (order === "clear") clear(orders.includes("seek"));
      if (order === "seek") search();
      if (order === "centre") draw(null);
      if (order === "end") finish();
    }
  }

  function clear(another: boolean): void {
    stopSeeking();
    stopViewing();
    clearTimeout(seen);
    drawn?.remove(another ? "step" : undefined);
    drawn = null;
    element = null;
  }

  function search(): void {
    stopSeeking();
    if (state.ended) return;
    if (!here()) {
      tell({ type: "away" });
      return;
    }
    const { target, if_missing } = step();
    if (!target) {
      draw(null);
      return;
    }
    const missing = (reason: Parameters<Parameters<typeof seek>[4]>[0]) => {
      // The visitor went to a page where this guide does not live: the step is not broken, it waits for them.
      if (home !== null && home !== location.pathname && !runtime.matchesWhere(listed.where)) tell({ type: "away" });
      else tell({ type: "missing", reason });
    };
    stopSeeking = seek(runtime, target, periodMs(if_missing?.wait, PATIENCE_MS), draw, missing);
  }

  function draw(found: Found | null): void {
    element = found?.element ?? null;
    home = location.pathname;
    try {
      drawn = present({
        chunk,
        step: inTone(step()),
        tone: tone(step()),
        position: chunk.steps.length > 1 ? position() : null,
        target: element,
        theme,
        can_go_back: state.trail.some((id) => id !== state.step),
        value: runtime.value,
        animate: runtime.mode.animate,
        origin: runtime.root,
        input: heard,
      });
    } catch (error) {
      runtime.problem("drawing_failed", String(error));
      tell({ type: "fail", reason: "script" });
      return;
    }
    tell({ type: "found", match: found?.match ?? { match: "none", confidence: step().target ? 0 : 1 } });
    stopViewing = watchView(drawn.popover, (in_view) => {
      clearTimeout(seen);
      if (in_view) seen = window.setTimeout(() => tell({ type: "seen" }), SEEN_MS);
      tell({ type: "view", in_view });
    });
    disarm ??= arm(runtime, step().advance, () => element, passed);
  }

  function passed(by: PassedBy): void {
    tell({ type: "pass", by }, by === "click");
  }

  /** The way behind and the likely way ahead: branches are only known when they are taken. */
  function position(): { n: number; of: number } {
    const behind = state.trail.filter((id, place, all) => id !== state.step && all.indexOf(id) === place).length;
    const ahead = new Set<string>();
    for (let next = follow(state.step, script); next && !ahead.has(next); next = follow(next, script)) ahead.add(next);
    return { n: behind + 1, of: behind + 1 + ahead.size };
  }

  const variant = ({ variants }: ChunkStep) => variants?.find((option) => script.holds(option.if));
  const tone = (one: ChunkStep) => variant(one)?.tone ?? "neutral";
  function inTone(one: ChunkStep): ChunkStep {
    const { title, body } = variant(one) ?? {};
    return { ...one, ...(title && { title }), ...(body && { body }) };
  }

  function heard(input: PresentInput): void {
    const { outside = "ignore" } = step();
    if (input.type === "action") act(input.action);
    if (input.type === "escape") tell({ type: "dismiss", by: "escape" });
    if (input.type === "outside" && outside === "close") tell({ type: "dismiss", by: "outside" }, true);
    if (input.type === "outside" && outside === "next") tell({ type: "pass", by: "next" }, true);
    if (input.type === "lost") lost();
  }

  /** Gone or hidden: take its successor at once where the page only drew it anew. */
  function lost(): void {
    const { target } = step();
    const found = target && look(target);
    if (typeof found === "object") {
      element = found.element;
      drawn?.retarget(element);
    } else tell({ type: "lost" });
  }

  function act(action: Action): void {
    const { guide } = chunk;
    if (action === "next") pass("next");
    else if (action === "back") tell({ type: "back" });
    else if (action === "close" || action === "skip") tell({ type: "dismiss", by: "close" });
    else if (action === "snooze") {
      const snoozed_until = runtime.now() + periodMs((listed.frequency ?? chunk.frequency)?.snooze, SNOOZE_MS);
      runtime.visitor.note(guide, (before) => ({ ...before, snoozed_until }));
      tell({ type: "dismiss", by: "snooze" });
    } else if (action === "never") {
      runtime.visitor.note(guide, (before) => ({ ...before, never: true }));
      tell({ type: "dismiss", by: "close" });
    } else if ("to" in action) jump(action.to);
    else if ("start" in action) void runtime.start(action.start);
    else if ("emit" in action) runtime.fire(action.emit, { guide, step: state.step });
    else open(action.open, !!action.new_tab);
  }

  function jump(to: string): void {
    const place = (id: string) => chunk.steps.findIndex((other) => other.id === id);
    if (place(to) < place(state.step)) tell({ type: "back", to });
    else pass("button", to);
  }

  /** On by a button: where the next step lives on another page whose address is known, go there. */
  function pass(by: PassedBy, to?: string): void {
    tell({ type: "pass", by, ...(to !== undefined && { to }) });
    const { path, open: address } = step()?.on ?? {};
    const known = address ?? (path && !/[*:{}()+?\\]/.test(path) ? path : null);
    if (!state.ended && state.phase === "away" && known) go(known);
  }

  function go(address: string): void {
    const url = safe(address);
    if (!url || url.origin !== location.origin) return;
    const asked = { url: url.href, handled: false };
    runtime.fire("navigate", asked);
    if (!asked.handled) location.assign(url);
  }

  function open(address: string, newTab: boolean): void {
    const url = safe(address);
    if (!url) return;
    if (newTab) window.open(url, "_blank", "noopener");
    else if (url.origin === location.origin) go(url.href);
    else location.assign(url);
  }

  function moved(): void {
    if (state.phase === "away" && here()) search();
    else if (drawn && step().on?.path && !here()) tell({ type: "away" });
  }

  function drop(): void {
    clear(false);
    disarm?.();
    over();
  }

  function finish(): void {
    drop();
    runtime.ended(saved());
  }

  const play: Play = {
    state: () => state,
    tell,
    act,
    moved,
    drop,
    open: () => ({
      guide: chunk.guide,
      kind: chunk.kind,
      step: state.step,
      run: state.run,
      match: state.match?.match ?? null,
      drawn: !!drawn,
    }),
  };
  return play;
}

/** An address that may be opened; null for `javascript:` and the like. */
function safe(address: string): URL | null {
  try {
    const url = new URL(address, location.href);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
