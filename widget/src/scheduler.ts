// Which guide shows next: one place for start conditions, priorities, budgets, other tabs, and runs to go on with.
import type { Code, Verdict } from "./decide.ts";
import { interrupts } from "./interrupting.ts";
import type { Crossing, Journey } from "./journey.ts";
import { loadPiece } from "./piece.ts";
import { openPlayer } from "./player.ts";
import type { Main, Runtime } from "./runtime.ts";
import { isFound, locate } from "./seek.ts";
import type { Starts } from "./starts.ts";
import { openTabs } from "./tabs.ts";
import type { Listed, Start } from "./wire.ts";

interface JourneyChunk {
  openJourney(runtime: Runtime, crossing: Crossing): Journey;
}
interface StartsChunk {
  openStarts(runtime: Runtime, happened: Set<string>, arrived: () => number, changed: () => void): Starts;
}

/** The visitor's own day, `Sun Jan 31 2027`: not by locale, whose first use takes 20 ms of the page's thread. */
export const localDay = (at: number): string => new Date(at).toDateString();

export function openMain(runtime: Runtime): Main {
  const { visitor, mode, store, now } = runtime;
  const { signal } = runtime.listening;
  const happened = new Set<string>();
  const opening = new Map<string, Listed>();
  const elsewhere = new Set<string>();
  /** What ended since the visitor came to this page: none of it comes again, nothing else pops up, until they move on. */
  const endedHere = new Set<string>();
  let rested = false;
  let arrived_at = now();
  let timer = 0;
  /** What only the starts chunk can do: conditions beyond the page itself, and looking again while an element is waited for. */
  let wantsStarts = false;
  let wantsElements = false;
  let starts: Starts | undefined;
  let journey: Journey | undefined;

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
    const located = locate(target);
    const { refine } = runtime.parts.wait ?? runtime.parts.starts ?? {};
    return isFound(refine?.(located) ?? located);
  };
  const guides = () => runtime.manifest?.guides ?? [];
  const isOpen = (key: string) => player.open().some((run) => run.guide === key);

  function decide(listed: Listed): Verdict {
    const guide = listed.key;
    const say = (code: Code, clause?: unknown, saw?: unknown): Verdict => ({ guide, code, clause, saw });
    const waiting = journey?.waiting() ?? [];
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
    for (const unit of ["session", "day"] as const) {
      const most = budget[unit];
      if (most !== undefined && counts[unit] >= most) return say("budget", { [unit]: most }, counts[unit]);
    }
    const running = player.open().find(interrupts)?.guide ?? waiting[0];
    if (running) return say("busy", "guide", running);
    return rested && waits ? say("busy", "page", "a guide ended here") : first;
  }

  /** Runs that this page did not begin are the journey chunk's: call `then` once it knows them. */
  function withJourney(then: () => unknown): unknown {
    const begunElsewhere = store.names("run.").some((name) => !isOpen(name.slice(4)));
    if (journey || !begunElsewhere) return then();
    return runtime.use<JourneyChunk>("journey", ({ openJourney }) => {
      journey ??= openJourney(runtime, {
        player,
        interrupts,
        open,
        elsewhere,
        isDone: (guide) => endedHere.has(guide) || isOpen(guide),
      });
      return then();
    });
  }

  function hasStarted({ start }: Listed): boolean {
    if (!start || (start.on === "load" && !start.delay)) return true;
    wantsStarts = true;
    return !!starts?.hasStarted(start);
  }

  function consider(): void {
    void withJourney(decideAll);
  }

  function decideAll(): void {
    wantsElements = false;
    if (runtime.automatic && !mode.off) journey?.resume();
    const verdicts = guides().map(decide);
    for (const verdict of verdicts) runtime.tell(verdict);
    const those = (code: Code) => guides().filter((_, place) => verdicts[place]?.code === code);
    const may = those("shown")
      .filter(({ key }) => !opening.has(key))
      .sort((a, b) => (b.priority ?? 50) - (a.priority ?? 50) || (a.key < b.key ? -1 : 1));
    const first = [...opening.values()].some(interrupts) ? null : may.find(interrupts);
    for (const listed of may) if (!interrupts(listed) || listed === first) void begin(listed);
    if (!starts && (wantsStarts || wantsElements))
      runtime.use<StartsChunk>("starts", ({ openStarts }) => {
        starts ??= openStarts(runtime, happened, () => arrived_at, consider);
        runtime.consider();
      });
    starts?.watch(wantsElements);
    sleep(those("start"));
  }

  /** Wake when the next delay or idle time is over. */
  function sleep(waiting: Listed[]): void {
    clearTimeout(timer);
    const waits = waiting.flatMap(({ start }) => starts?.left_ms(start as Start) ?? []);
    if (waits.length) timer = window.setTimeout(runtime.consider, Math.max(5, Math.min(...waits)));
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
      const run = { run: runtime.makeId(now()), guide: key, version };
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

  /** `asked`: no rule, frequency or budget stands in the way, and what is open gives way to it. */
  const begin = (listed: Listed, asked = false) =>
    open(
      listed,
      async () => {
        const piece = await loadPiece(runtime, listed);
        const { key, start } = listed;
        if (!asked) {
          // While it loaded the visitor may have moved on, or another guide may have begun.
          if (decide(listed).code !== "shown") return false;
          happened.delete(`event ${(start as { event?: string } | undefined)?.event}`);
          if (start?.on === "struggle") happened.clear();
        } else if (interrupts(listed))
          await withJourney(() => {
            player.supersede(key);
            journey?.supersede(key);
          });
        const segments = Object.entries(runtime.manifest?.segments ?? {})
          .filter(([, rule]) => runtime.holds(rule))
          .map(([key]) => key);
        await player.begin(piece, { segments, auto: !asked, step: asked ? mode.step : undefined });
        return true;
      },
      asked,
    );

  signal.addEventListener("abort", () => clearTimeout(timer));
  return {
    ...player,
    decide,
    consider,
    start: (listed) => begin(listed, true),
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
