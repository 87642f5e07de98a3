// The run, as a pure state machine: (state, input) -> (state, events, orders). No page, no clock, no network: the
// player tells it what happened and carries out its orders. guides/vectors/run.json holds it to the events that it
// must give; guides/runs.py folds the same events into the state that reports count.
import type { Failure } from "./seams.ts";
import type { ChunkStep, EventType, Rule } from "./wire.ts";

/** away: the step lives on another page. looking: its target is waited for. placed: drawn. shown: seen. */
export type Phase = "away" | "looking" | "placed" | "shown" | "ended";

export interface RunState {
  run: string;
  guide: string;
  version: number;
  seq: number;
  step: string;
  phase: Phase;
  /** Steps shown so far, in order, without those gone back from: the way back. */
  trail: string[];
  /** Steps whose `target_missing` was sent. */
  missing: string[];
  /** True once any step was shown: the attempt is a run. */
  begun: boolean;
  /** Since when the popover has been in view; null while it is not. */
  in_view_since: number | null;
  visible_ms: number;
  match: Match | null;
  last_at: number;
  ended: { state: EndState; by: string } | null;
}

export interface Match {
  match: "exact" | "healed" | "css" | "none";
  confidence: number;
  signals?: string[];
  missed?: string[];
}

export type EndState = "completed" | "dismissed" | "failed" | "superseded";
/** Who moved on: the visitor by a button or deed, or the host page. */
export type PassedBy = "next" | "click" | "input" | "element" | "event" | "path" | "delay" | "button" | "host";

export type Input = { at: number } & (
  | { type: "begin"; segments?: string[] | undefined }
  | { type: "resume" }
  | { type: "found"; match: Match }
  | { type: "away" }
  | { type: "missing"; reason: Failure }
  | { type: "lost" }
  | { type: "view"; in_view: boolean }
  | { type: "seen" }
  /** The visitor did something with it that leads nowhere: a link, an event. */
  | { type: "acted" }
  /** The visitor opened what waits closed: a tooltip, a hotspot. */
  | { type: "opened" }
  | { type: "pass"; by: PassedBy; to?: string | undefined }
  | { type: "back"; to?: string }
  | { type: "dismiss"; by: "close" | "escape" | "outside" | "snooze" | "host" }
  | { type: "fail"; reason: Failure }
  | { type: "supersede"; by: string }
  | { type: "unload" }
);

export interface RunEvent {
  type: EventType;
  at: number;
  seq: number;
  step?: string;
  data?: { [name: string]: unknown };
}

/** seek: find the target and draw. clear: take the drawing away. centre: draw without a target. */
export type Order = "seek" | "clear" | "centre" | "end";

export interface Change {
  state: RunState;
  events: RunEvent[];
  orders: Order[];
}

/** The compiled steps, and how a branch's rule stands now. */
export interface Script {
  steps: readonly ChunkStep[];
  holds(rule: Rule): boolean;
}

/** How long the popover is in view, without a break, before its step counts as shown. */
export const SEEN_MS = 1000;

export function newRun(run: string, guide: string, version: number, step: string, at: number): RunState {
  return {
    run,
    guide,
    version,
    seq: -1,
    step,
    phase: "looking",
    trail: [],
    missing: [],
    begun: false,
    in_view_since: null,
    visible_ms: 0,
    match: null,
    last_at: at,
    ended: null,
  };
}

/** Answer one input. An ended run answers nothing; the given state is never changed. */
export function advance(before: RunState, input: Input, script: Script): Change {
  const state: RunState = { ...before, trail: [...before.trail], missing: [...before.missing] };
  const events: RunEvent[] = [];
  const orders: Order[] = [];
  const { at } = input;
  const drawn = /placed|shown/.test(before.phase);

  function emit(type: EventType, data?: RunEvent["data"]): void {
    // All but run_requested and run_resumed are about a step.
    const step = /^run_re/.test(type) ? {} : { step: state.step };
    events.push({ type, at, seq: ++state.seq, ...step, ...(data && { data }) });
    state.last_at = at;
  }

  function stopWatch(): void {
    if (state.in_view_since !== null) state.visible_ms += Math.max(0, at - state.in_view_since);
    state.in_view_since = null;
  }

  /** A deed on a step that is drawn but not yet counted as shown shows it. */
  function show(acted: boolean): void {
    if (state.phase !== "placed") return;
    Object.assign(state, { phase: "shown", begun: true });
    state.trail.push(state.step);
    emit("step_shown", { ...state.match, ...(acted && { acted }) });
  }

  /** Every exit from a step tells how long it was visible. */
  function leave(): void {
    stopWatch();
    if (events.at(-1)?.type === "step_left") return;
    if (state.visible_ms > 0 || (state.phase === "shown" && events.length))
      emit("step_left", { visible_ms: Math.round(state.visible_ms) });
    state.visible_ms = 0;
  }

  /** After leave(). */
  function enter(step: string): void {
    Object.assign(state, { step, phase: "looking", match: null });
    orders.push("clear", "seek");
  }

  function end(how: EndState, by: string): void {
    leave();
    emit("run_ended", { state: how, [how === "failed" ? "reason" : "by"]: by });
    Object.assign(state, { ended: { state: how, by }, phase: "ended" });
    orders.push("clear", "end");
  }

  function pass(by: PassedBy, to = follow(state.step, script)): void {
    emit("step_passed", { by });
    leave();
    if (script.steps.some(({ id }) => id === to)) enter(to as string);
    else end("completed", by);
  }

  function back(to: string | undefined): void {
    if (state.trail.at(-1) === state.step) state.trail.pop();
    const target = to ?? state.trail.at(-1);
    if (!target) return;
    emit("step_back");
    leave();
    const place = state.trail.lastIndexOf(target);
    if (place >= 0) state.trail.length = place;
    enter(target);
  }

  function miss(reason: Failure): void {
    if (!state.missing.includes(state.step)) {
      state.missing.push(state.step);
      emit("target_missing", { reason });
    }
    const then = script.steps.find(({ id }) => id === state.step)?.if_missing?.then;
    if (then === "centre") orders.push("centre");
    else if (then === "end") end("failed", reason);
    else {
      emit("step_skipped");
      leave();
      const next = follow(state.step, script);
      if (next !== null) enter(next);
      else if (state.begun) end("completed", "skip");
      else end("failed", reason);
    }
  }

  function answer(): void {
    switch (input.type) {
      case "begin":
        emit("run_requested", input.segments?.length ? { segments: input.segments } : undefined);
        orders.push("seek");
        break;
      case "resume":
        emit("run_resumed");
        Object.assign(state, { in_view_since: null, visible_ms: 0 });
        orders.push("seek");
        break;
      case "found":
        if (drawn) break;
        state.phase = state.trail.at(-1) === state.step ? "shown" : "placed";
        state.match = input.match;
        break;
      case "away":
        state.phase = "away";
        stopWatch();
        orders.push("clear");
        break;
      case "missing":
        if (state.phase === "looking") miss(input.reason);
        break;
      case "lost":
        if (!drawn) break;
        stopWatch();
        state.phase = "looking";
        orders.push("clear", "seek");
        break;
      case "view":
        stopWatch();
        if (input.in_view && drawn) state.in_view_since = at;
        break;
      case "seen":
        if (state.in_view_since !== null) show(false);
        break;
      case "acted":
      case "opened":
        show(true);
        if (drawn) emit(`step_${input.type}`);
        break;
      case "pass":
        show(true);
        if (state.trail.at(-1) === state.step) pass(input.by, input.to);
        break;
      case "back":
        show(true);
        back(input.to);
        break;
      case "dismiss":
        if (input.by !== "host") show(true);
        end("dismissed", input.by);
        break;
      case "fail":
        end("failed", input.reason);
        break;
      case "supersede": {
        // On the last step it is what the visitor came for.
        const last = follow(state.step, script) === null && state.phase === "shown";
        if (last) emit("step_passed", { by: "button" });
        end(last ? "completed" : "superseded", input.by);
        break;
      }
      case "unload":
        leave();
    }
  }

  if (!before.ended) answer();
  return { state, events, orders };
}

/** The step after this one: the first branch that holds, else the next in the list; null at the end. */
export function follow(step: string, { steps, holds }: Script): string | null {
  const index = steps.findIndex(({ id }) => id === step);
  const branch = steps[index]?.then?.find((option) => !option.if || holds(option.if));
  if (branch) return branch.to === "end" ? null : branch.to;
  return steps[index + 1]?.id ?? null;
}
