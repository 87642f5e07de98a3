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
  const change: Change = { state, events: [], orders: [] };
  if (!before.ended) answer(change, input, script);
  return change;
}

function answer(change: Change, input: Input, script: Script): void {
  const { state, orders } = change;
  const { at } = input;
  const drawn = state.phase === "placed" || state.phase === "shown";
  switch (input.type) {
    case "begin":
      emit(change, at, "run_requested", input.segments?.length ? { segments: input.segments } : undefined);
      orders.push("seek");
      break;
    case "resume":
      emit(change, at, "run_resumed");
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
      stopWatch(state, at);
      orders.push("clear");
      break;
    case "missing":
      miss(change, at, input.reason, script);
      break;
    case "lost":
      if (!drawn) break;
      stopWatch(state, at);
      state.phase = "looking";
      orders.push("clear", "seek");
      break;
    case "view":
      stopWatch(state, at);
      if (input.in_view && drawn) state.in_view_since = at;
      break;
    case "seen":
      if (state.phase === "placed" && state.in_view_since !== null) show(change, at, false);
      break;
    case "acted":
    case "opened":
      act(change, at, true);
      if (drawn) emit(change, at, `step_${input.type}`);
      break;
    case "pass":
      act(change, at, true);
      if (state.trail.at(-1) === state.step) pass(change, at, input.by, input.to, script);
      break;
    case "back":
      back(change, at, input.to);
      break;
    case "dismiss":
      act(change, at, input.by !== "host");
      end(change, at, "dismissed", input.by);
      break;
    case "fail":
      end(change, at, "failed", input.reason);
      break;
    case "supersede":
      supersede(change, at, input.by, script);
      break;
    case "unload":
      leave(change, at);
  }
}

function emit(change: Change, at: number, type: EventType, data?: { [name: string]: unknown }): void {
  const { state } = change;
  state.seq += 1;
  state.last_at = at;
  const step = type === "run_requested" || type === "run_resumed" ? {} : { step: state.step };
  change.events.push({ type, at, seq: state.seq, ...step, ...(data && { data }) });
}

function stopWatch(state: RunState, at: number): void {
  if (state.in_view_since !== null) state.visible_ms += Math.max(0, at - state.in_view_since);
  state.in_view_since = null;
}

function show(change: Change, at: number, acted: boolean): void {
  const { state } = change;
  state.phase = "shown";
  state.begun = true;
  state.trail.push(state.step);
  emit(change, at, "step_shown", { ...state.match, ...(acted && { acted }) });
}

/** A deed on a step that is drawn but not yet counted as shown shows it. */
function act(change: Change, at: number, byVisitor: boolean): void {
  if (byVisitor && change.state.phase === "placed") show(change, at, true);
}

/** Every exit from a step tells how long it was visible. */
function leave(change: Change, at: number): void {
  const { state } = change;
  stopWatch(state, at);
  if (change.events.at(-1)?.type === "step_left") return;
  if (state.visible_ms > 0 || (state.phase === "shown" && change.events.length > 0))
    emit(change, at, "step_left", { visible_ms: Math.round(state.visible_ms) });
  state.visible_ms = 0;
}

function enter(change: Change, step: string): void {
  Object.assign(change.state, { step, phase: "looking", match: null, visible_ms: 0, in_view_since: null });
  change.orders.push("clear", "seek");
}

function pass(change: Change, at: number, by: PassedBy, to: string | undefined, script: Script): void {
  emit(change, at, "step_passed", { by });
  leave(change, at);
  const next = to ?? follow(change.state.step, script);
  if (next !== null && script.steps.some(({ id }) => id === next)) enter(change, next);
  else end(change, at, "completed", by);
}

/** The step after this one: the first branch that holds, else the next in the list; null at the end. */
export function follow(step: string, script: Script): string | null {
  const index = script.steps.findIndex(({ id }) => id === step);
  const branch = script.steps[index]?.then?.find((option) => !option.if || script.holds(option.if));
  if (branch) return branch.to === "end" ? null : branch.to;
  return script.steps[index + 1]?.id ?? null;
}

function back(change: Change, at: number, to: string | undefined): void {
  const { state } = change;
  act(change, at, true);
  if (state.trail.at(-1) === state.step) state.trail.pop();
  const target = to ?? state.trail.at(-1);
  if (!target) return;
  emit(change, at, "step_back");
  leave(change, at);
  const place = state.trail.lastIndexOf(target);
  if (place >= 0) state.trail.length = place;
  enter(change, target);
}

function miss(change: Change, at: number, reason: Failure, script: Script): void {
  const { state } = change;
  if (state.phase !== "looking") return;
  if (!state.missing.includes(state.step)) {
    state.missing.push(state.step);
    emit(change, at, "target_missing", { reason });
  }
  const step = script.steps.find(({ id }) => id === state.step);
  const then = step?.if_missing?.then ?? "skip";
  if (then === "centre") {
    change.orders.push("centre");
    return;
  }
  if (then === "end") {
    end(change, at, "failed", reason);
    return;
  }
  emit(change, at, "step_skipped");
  leave(change, at);
  const next = follow(state.step, script);
  if (next !== null) enter(change, next);
  else if (state.begun) end(change, at, "completed", "skip");
  else end(change, at, "failed", reason);
}

function supersede(change: Change, at: number, by: string, script: Script): void {
  const last = follow(change.state.step, script) === null && change.state.phase === "shown";
  if (last) emit(change, at, "step_passed", { by: "button" });
  end(change, at, last ? "completed" : "superseded", by);
}

function end(change: Change, at: number, state: EndState, by: string): void {
  leave(change, at);
  emit(change, at, "run_ended", state === "failed" ? { state, reason: by } : { state, by });
  Object.assign(change.state, { ended: { state, by }, phase: "ended" });
  change.orders.push("clear", "end");
}
