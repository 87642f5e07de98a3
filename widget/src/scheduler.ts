// Which guide shows next: one place for start conditions, priorities, budgets, other tabs, and runs to go on with.
import { hasStarted, heldByHistory, INTERRUPTING, SUPPRESSIONS, type Verdict } from "./decide.ts";
import { clauseAt, evaluate, factsOf } from "./facts.ts";
import { uuid7 } from "./ids.ts";
import { periodMs } from "./period.ts";
import { loadPiece } from "./piece.ts";
import type { Runtime, SavedRun } from "./runtime.ts";
import { dropRun, isFresh, livesHere, openRuns } from "./saved.ts";
import { openTabs } from "./tabs.ts";
import { localDay } from "./visitor.ts";
import type { Listed, Target } from "./wire.ts";

export interface Scheduler {
  consider(): void;
  explain(): Verdict[];
  start(guide: string): Promise<boolean>;
  /** Something happened on the page that start conditions ask for: `event NAME`, `struggle KIND`. */
  happened(name: string): void;
  moved(): void;
  ended(run: SavedRun): void;
  /** Hold everything back until this is settled. */
  hold(until: Promise<unknown>): void;
  automatic: boolean;
}

const interrupts = (listed: { kind: string }): boolean => INTERRUPTING.includes(listed.kind);

export function openScheduler(runtime: Runtime): Scheduler {
  const { visitor, mode, end } = runtime;
  const { signal } = end;
  const happened = new Set<string>();
  const opening = new Set<string>();
  const elsewhere = new Set<string>();
  const told = new Set<string>();
  let loaded_at = runtime.now();
  let active_at = loaded_at;
  let holds = 0;
  let planned = false;
  let timer = 0;
  let stopWatching: (() => void) | null = null;
  let wantsElements = false;
  /** What ended since the visitor came to this page: none of it comes again, nothing else pops up, until they move on. */
  const endedHere = new Set<string>();
  let rested = false;
  const tabs = openTabs(runtime, ({ type, guide }) => {
    if (type === "taken" || type === "ended") runtime.player?.drop(guide);
    if (type === "ended") elsewhere.delete(guide);
    if (type === "ended") consider();
  });

  const guides = () => runtime.manifest?.guides ?? [];
  const open = () => runtime.player?.open() ?? [];

  function decide(listed: Listed): Verdict {
    const guide = listed.key;
    if (open().some((run) => run.guide === guide)) return { guide, code: "open" };
    if (mode.off || !scheduler.automatic || mode.guide) return { guide, code: "off" };
    if (!runtime.agreed()) return { guide, code: "consent" };
    if (!runtime.matchesWhere(listed.where))
      return { guide, code: "where", clause: listed.where, saw: location.pathname };
    const now = runtime.now();
    const held = heldByHistory(listed, visitor.history().guides[guide] ?? {}, visitor.session().id, now);
    const present = (target: Target): boolean => {
      wantsElements ||= !held;
      return runtime.player?.present(target) ?? false;
    };
    const { rule } = listed;
    const audience = evaluate(rule, factsOf(runtime, present));
    if (rule && !audience.matches)
      return {
        guide,
        code: "audience",
        at: audience.clause,
        clause: clauseAt(rule, audience.clause),
        saw: audience.value,
      };
    const at = { loaded_at, idle_since: active_at, now, happened, present };
    if (!hasStarted(listed.start, at)) return { guide, code: "start", clause: listed.start ?? null };
    return { guide, ...(held ?? heldByOthers(listed) ?? { code: "shown" }) };
  }

  function heldByOthers(listed: Listed): Omit<Verdict, "guide"> | null {
    const waits = !listed.start || listed.start.on === "load" || listed.start.on === "idle";
    if (waits && endedHere.has(listed.key))
      return { code: "frequency", clause: { page: "once" }, saw: location.pathname };
    if (elsewhere.has(listed.key)) return { code: "other_tab", clause: "other_tab", saw: true };
    if (!interrupts(listed)) return null;
    if (runtime.quietUntil > runtime.now()) return { code: "quiet", clause: "struggle", saw: runtime.quietUntil };
    const session = visitor.session();
    const counts = { session: session.auto, day: session.days[localDay(runtime.now())] ?? 0 };
    for (const [unit, most] of Object.entries(runtime.manifest?.settings.budget ?? {}))
      if (counts[unit as "day"] >= most)
        return { code: "budget", clause: { [unit]: most }, saw: counts[unit as "day"] };
    const running = [
      ...open(),
      ...openRuns(runtime)
        .filter((run) => isFresh(runtime, run))
        .map((run) => run.listed),
    ];
    const other = running.find((run) => interrupts(run) && ("key" in run ? run.key : run.guide) !== listed.key);
    if (other) return { code: "busy", clause: "guide", saw: "key" in other ? other.key : other.guide };
    return rested && waits ? { code: "busy", clause: "page", saw: "another guide ended here" } : null;
  }

  function explain(): Verdict[] {
    return guides().map(decide);
  }

  /** Look again, soon and once, however many reasons there are to. */
  function consider(): void {
    if (planned || holds || !runtime.manifest || signal.aborted) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      if (!holds && !signal.aborted) look();
    });
  }

  function look(): void {
    wantsElements = false;
    if (scheduler.automatic && !mode.off && !mode.guide) for (const run of openRuns(runtime)) void resume(run);
    const verdicts = explain();
    verdicts.forEach(tell);
    const may = guides()
      .filter((listed, place) => verdicts[place]?.code === "shown" && !opening.has(listed.key))
      .sort((a, b) => (b.priority ?? 50) - (a.priority ?? 50) || (a.key < b.key ? -1 : 1));
    const first = [...opening].some((key) => guides().some((listed) => listed.key === key && interrupts(listed)))
      ? undefined
      : may.find(interrupts);
    for (const listed of may) if (!interrupts(listed) || listed === first) void begin(listed);
    if (wantsElements) void watchElements();
    else stopWatching?.();
    sleep(guides().filter((_, place) => verdicts[place]?.code === "start"));
  }

  /** Tell once a session why a guide was held back that would have shown otherwise. */
  function tell({ guide, code, clause }: Verdict): void {
    if (!SUPPRESSIONS.includes(code)) return;
    const said = `${visitor.session().id} ${guide} ${code}`;
    const known = runtime.tab.read<string[]>("decisions") ?? [];
    if (told.has(said) || known.includes(said)) return;
    told.add(said);
    runtime.tab.write("decisions", [...known, said].slice(-200));
    runtime.record("decision", { guide, data: { clause: JSON.stringify(clause).slice(0, 200), code } });
  }

  /** Wake when the next delay or idle time is over. */
  function sleep(waiting: Listed[]): void {
    clearTimeout(timer);
    const now = runtime.now();
    const due = waiting.flatMap(({ start }) => {
      if (start?.on === "load") return loaded_at + periodMs(start.delay) - now;
      return start?.on === "idle" ? active_at + periodMs(start.after, 30_000) - now : [];
    });
    const next = due.filter((wait) => wait > 0);
    if (next.length) timer = window.setTimeout(consider, Math.min(...next) + 5);
    if (waiting.some(({ start }) => start?.on === "idle")) watchActivity();
  }

  let watchesActivity = false;
  function watchActivity(): void {
    if (watchesActivity) return;
    watchesActivity = true;
    const active = () => {
      active_at = runtime.now();
    };
    for (const name of ["pointerdown", "pointermove", "keydown", "scroll"])
      addEventListener(name, active, { passive: true, capture: true, signal });
  }

  async function watchElements(): Promise<void> {
    if (stopWatching) return;
    let stop = () => {};
    let over = false;
    stopWatching = () => {
      stopWatching = null;
      over = true;
      stop();
    };
    const player = await runtime.needPlayer();
    if (over) return;
    stop = player.watch(consider);
    consider();
  }

  async function begin(listed: Listed): Promise<void> {
    opening.add(listed.key);
    try {
      if (!(await tabs.claim(listed.key))) {
        elsewhere.add(listed.key);
        tell(decide(listed));
        return;
      }
      const [player, piece] = await Promise.all([runtime.needPlayer(), loadPiece(runtime, listed)]);
      // While it loaded the visitor may have moved on, or another guide may have begun.
      if (decide(listed).code !== "shown") return tabs.leave(listed.key, false);
      if (listed.start?.on === "event") happened.delete(`event ${listed.start.event}`);
      if (listed.start?.on === "struggle") happened.clear();
      player.begin(piece, { segments: segmentsOf(), auto: true });
    } catch (error) {
      fail(listed, error);
    } finally {
      opening.delete(listed.key);
    }
  }

  async function resume(run: SavedRun): Promise<void> {
    const key = run.state.guide;
    if (opening.has(key) || open().some((other) => other.guide === key) || !livesHere(runtime, run)) return;
    opening.add(key);
    try {
      if (!(await tabs.claim(key))) {
        elsewhere.add(key);
        return;
      }
      const [player, piece] = await Promise.all([runtime.needPlayer(), loadPiece(runtime, run.listed, run.address)]);
      player.resume(piece, run);
    } catch (error) {
      runtime.problem("resume_failed", String(error));
    } finally {
      opening.delete(key);
    }
  }

  /** Start because it was asked for: no rule, frequency or budget stands in the way. */
  async function start(key: string): Promise<boolean> {
    const listed = guides().find((guide) => guide.key === key);
    if (!listed || mode.off) return false;
    if (open().some((run) => run.guide === key)) return true;
    opening.add(key);
    tabs.take(key);
    try {
      const [player, piece] = await Promise.all([runtime.needPlayer(), loadPiece(runtime, listed)]);
      if (interrupts(listed)) supersede(key);
      player.begin(piece, { segments: segmentsOf(), auto: false, step: mode.step });
      return true;
    } catch (error) {
      fail(listed, error);
      return false;
    } finally {
      opening.delete(key);
    }
  }

  /** End what the new guide takes the place of: on the screen, or waiting on another page. */
  function supersede(key: string): void {
    runtime.player?.supersede(key);
    for (const { listed, state } of openRuns(runtime)) {
      if (!interrupts(listed) || elsewhere.has(state.guide)) continue;
      const { run, guide, version, step, seq } = state;
      runtime.record("run_ended", { run, guide, version, step, seq: seq + 1, data: { state: "superseded", by: key } });
      dropRun(runtime, guide);
    }
  }

  /** What could not be fetched or read is a failed attempt, once a session. */
  function fail({ key: guide, version }: Listed, error: unknown): void {
    const reason = error instanceof SyntaxError ? "script" : "network";
    const run = { run: uuid7(runtime.now()), guide, version };
    runtime.record("run_requested", { ...run, seq: 0 });
    runtime.record("run_ended", { ...run, seq: 1, data: { state: "failed", reason } });
    visitor.note(guide, (before) => ({ ...before, session: visitor.session().id }));
    tabs.leave(guide, false);
    runtime.fire("problem", { code: `guide_${reason}`, guide });
  }

  function segmentsOf(): string[] {
    const facts = factsOf(runtime, () => false);
    const segments = Object.entries(runtime.manifest?.segments ?? {});
    return segments.filter(([, rule]) => evaluate(rule, facts).matches).map(([key]) => key);
  }

  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    stopWatching?.();
  });
  const scheduler: Scheduler = {
    automatic: true,
    consider,
    explain,
    start,
    happened(name) {
      happened.add(name);
      consider();
    },
    moved() {
      rested = false;
      endedHere.clear();
      loaded_at = runtime.now();
      consider();
    },
    ended({ state, listed }) {
      const outcome = state.ended?.state;
      if (outcome)
        visitor.note(state.guide, (before) => ({ ...before, state: outcome, session: visitor.session().id }));
      endedHere.add(state.guide);
      rested ||= interrupts(listed) && outcome !== "superseded";
      tabs.leave(state.guide, true);
      consider();
    },
    hold(until) {
      holds += 1;
      until
        .catch(() => {})
        .then(() => {
          holds -= 1;
          consider();
        });
    },
  };
  return scheduler;
}
