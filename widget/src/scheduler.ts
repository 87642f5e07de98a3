// Which guide shows next: one place for start conditions, priorities, budgets, other tabs, and runs to go on with.
import type { Code, Verdict } from "./decide.ts";
import { uuid7 } from "./ids.ts";
import { periodMs } from "./period.ts";
import { loadPiece } from "./piece.ts";
import { INTERRUPTING, openPlayer } from "./player.ts";
import type { Main, Runtime, SavedRun } from "./runtime.ts";
import { isFresh, livesHere, openRuns } from "./saved.ts";
import { isFound, locate } from "./seek.ts";
import { openTabs } from "./tabs.ts";
import { watchPage } from "./watch.ts";
import type { Listed } from "./wire.ts";

const IDLE_MS = 30_000;
const interrupts = ({ kind }: { kind: string }): boolean => INTERRUPTING.test(kind);
/** The visitor's own day, `2027-01-31`. */
export const localDay = (at: number): string => new Date(at).toLocaleDateString("sv");

export function openMain(runtime: Runtime): Main {
  const { visitor, mode, store, now } = runtime;
  const { signal } = runtime.end;
  const happened = new Set<string>();
  const opening = new Map<string, Listed>();
  const elsewhere = new Set<string>();
  /** What ended since the visitor came to this page: none of it comes again, nothing else pops up, until they move on. */
  const endedHere = new Set<string>();
  let rested = false;
  let arrived_at = now();
  let active_at = arrived_at;
  let timer = 0;
  let wantsElements = false;
  let stopWatching: (() => void) | undefined;
  let activity = false;

  const tabs = openTabs(runtime, ({ type, guide }) => {
    if (type === "taken" || type === "ended") player.drop(guide);
    if (type === "ended") {
      elsewhere.delete(guide);
      // The other tab's word on storage may come later than this message.
      endedHere.add(guide);
      runtime.consider();
    }
  });
  const player = openPlayer(runtime, ({ state, listed }) => {
    const outcome = state.ended?.state ?? null;
    if (!mode.mark) visitor.note(state.guide, { state: outcome, session: visitor.session().id });
    endedHere.add(state.guide);
    rested ||= interrupts(listed) && outcome !== "superseded";
    tabs.leave(state.guide, true);
    runtime.consider();
  });
  runtime.present = (target) => {
    wantsElements = true;
    return isFound(locate(target));
  };
  const guides = () => runtime.manifest?.guides ?? [];
  const isOpen = (key: string) => player.open().some((run) => run.guide === key);

  function decide(listed: Listed): Verdict {
    const guide = listed.key;
    const say = (code: Code, clause?: unknown, saw?: unknown): Verdict => ({ guide, code, clause, saw });
    const waiting = waitingRuns();
    if (isOpen(guide) || waiting.includes(guide)) return say("open");
    const first = runtime.decideFirst(listed);
    if (first.code !== "shown") return first;
    const { start } = listed;
    if (!hasStarted(listed)) return say("start", start);
    const waits = !start || /load|idle|element/.test(start.on);
    if (waits && endedHere.has(guide)) return say("frequency", { page: "once" }, location.pathname);
    if (elsewhere.has(guide)) return say("other_tab", "other_tab", true);
    if (!interrupts(listed)) return first;
    if (runtime.quiet_until > now() && start?.on !== "struggle") return say("quiet", "struggle", runtime.quiet_until);
    const { auto, days } = visitor.session();
    const counts = { session: auto, day: days[localDay(now())] ?? 0 };
    const { budget = {} } = runtime.manifest?.settings ?? {};
    for (const unit of ["session", "day"] as const)
      if (counts[unit] >= (budget[unit] ?? Number.POSITIVE_INFINITY))
        return say("budget", { [unit]: budget[unit] }, counts[unit]);
    const [running] = [
      ...player
        .open()
        .filter(interrupts)
        .map((run) => run.guide),
      ...waiting,
    ];
    if (running) return say("busy", "guide", running);
    return rested && waits ? say("busy", "page", "a guide ended here") : first;
  }

  /** Interrupting guides whose runs wait on another page. */
  const waitingRuns = (): string[] =>
    openRuns(runtime)
      .filter((run) => interrupts(run.listed) && isFresh(runtime, run) && !elsewhere.has(run.state.guide))
      .map((run) => run.state.guide);

  function hasStarted({ start }: Listed): boolean {
    switch (start?.on) {
      case "idle":
        watchActivity();
        return now() - active_at >= periodMs(start.after, IDLE_MS);
      case "event":
        return happened.has(`event ${start.event}`);
      case "struggle":
        return [...happened].some(
          (name) =>
            name.startsWith("struggle ") &&
            (start.kinds ?? [name.slice(9)]).some((kind) => name === `struggle ${kind}`),
        );
      case "element":
        return runtime.present(start.target);
      default:
        return now() - arrived_at >= periodMs(start?.on === "load" ? start.delay : undefined);
    }
  }

  function consider(): void {
    wantsElements = false;
    if (runtime.automatic && !mode.off) for (const run of openRuns(runtime)) void resume(run);
    const verdicts = guides().map(decide);
    for (const verdict of verdicts) runtime.tell(verdict);
    const may = guides()
      .filter(({ key }, place) => verdicts[place]?.code === "shown" && !opening.has(key))
      .sort((a, b) => (b.priority ?? 50) - (a.priority ?? 50) || (a.key < b.key ? -1 : 1));
    const first = [...opening.values()].some(interrupts) ? null : may.find(interrupts);
    for (const listed of may) if (!interrupts(listed) || listed === first) void begin(listed);
    if (!wantsElements) stopWatching = stopWatching?.() as undefined;
    else stopWatching ??= watchPage(null, consider);
    sleep(guides().filter((_, place) => verdicts[place]?.code === "start"));
  }

  /** Wake when the next delay or idle time is over. */
  function sleep(waiting: Listed[]): void {
    clearTimeout(timer);
    const waits = waiting.flatMap(({ start }) => {
      if (start?.on === "load") return arrived_at + periodMs(start.delay) - now();
      return start?.on === "idle" ? active_at + periodMs(start.after, IDLE_MS) - now() : [];
    });
    if (waits.length) timer = window.setTimeout(runtime.consider, Math.max(5, Math.min(...waits)));
  }

  function watchActivity(): void {
    if (activity) return;
    activity = true;
    const active = () => {
      active_at = now();
    };
    for (const name of ["pointerdown", "pointermove", "keydown", "scroll"])
      addEventListener(name, active, { passive: true, capture: true, signal });
  }

  /** Load and play, unless another tab has it; what can't be fetched or read is a failed attempt, once a session. */
  async function open(listed: Listed, work: () => Promise<boolean>, asked = false): Promise<boolean> {
    const { key, version } = listed;
    if (opening.has(key) || isOpen(key)) return true;
    opening.set(key, listed);
    try {
      if (asked) tabs.take(key);
      else if (!(await tabs.claim(key))) {
        elsewhere.add(key);
        runtime.tell(decide(listed));
        return false;
      }
      if (await work()) return true;
    } catch (error) {
      const reason = error instanceof SyntaxError ? "script" : "network";
      const run = { run: uuid7(now()), guide: key, version };
      runtime.record("run_requested", { ...run, seq: 0 });
      runtime.record("run_ended", { ...run, seq: 1, data: { state: "failed", reason } });
      visitor.note(key, { session: visitor.session().id });
      runtime.fire("problem", { code: `guide_${reason}`, detail: key });
    } finally {
      opening.delete(key);
    }
    tabs.leave(key, false);
    return false;
  }

  const begin = (listed: Listed) =>
    open(listed, async () => {
      const piece = await loadPiece(runtime, listed);
      // While it loaded the visitor may have moved on, or another guide may have begun.
      if (decide(listed).code !== "shown") return false;
      happened.delete(`event ${(listed.start as { event?: string } | undefined)?.event}`);
      if (listed.start?.on === "struggle") happened.clear();
      player.begin(piece, { segments: segmentsNow(), auto: true });
      return true;
    });

  const resume = (run: SavedRun) =>
    livesHere(runtime, run) &&
    !endedHere.has(run.state.guide) &&
    !isOpen(run.state.guide) &&
    open(run.listed, async () => {
      player.resume(await loadPiece(runtime, run.listed, run.address), run);
      return true;
    });

  /** Start because it was asked for: no rule, frequency or budget stands in the way. */
  async function start(key: string): Promise<boolean> {
    const listed = guides().find((guide) => guide.key === key);
    if (!listed) return false;
    return open(
      listed,
      async () => {
        const piece = await loadPiece(runtime, listed);
        if (interrupts(listed)) supersede(key);
        player.begin(piece, { segments: segmentsNow(), step: mode.step });
        return true;
      },
      true,
    );
  }

  /** End what the new guide takes the place of: on the screen, or waiting on another page. */
  function supersede(by: string): void {
    player.supersede(by);
    for (const { listed, state } of openRuns(runtime)) {
      const { run, guide, version, step, seq } = state;
      if (!interrupts(listed) || elsewhere.has(guide)) continue;
      runtime.record("run_ended", { run, guide, version, step, seq: seq + 1, data: { state: "superseded", by } });
      store.write(`run.${guide}`, null);
    }
  }

  function segmentsNow(): string[] {
    const segments = Object.entries(runtime.manifest?.segments ?? {});
    return segments.filter(([, rule]) => runtime.holds(rule)).map(([key]) => key);
  }

  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    stopWatching?.();
  });
  return {
    ...player,
    decide,
    consider,
    start,
    happened(name) {
      happened.add(name);
      runtime.consider();
    },
    moved() {
      rested = false;
      endedHere.clear();
      arrived_at = now();
    },
  };
}
