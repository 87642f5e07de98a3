// What the rarer buttons of a guide do: later, never, jump, start another guide, tell the page, go somewhere; and what few
// steps do: take a click beside them, go on on another page.
import { periodMs } from "./period.ts";
import type { Play } from "./play.ts";
import type { Runtime } from "./runtime.ts";
import type { Action, ChunkStep } from "./wire.ts";

const SNOOZE_MS = 86_400_000;

export function act(runtime: Runtime, play: Play, action: Action): void {
  const { guide, frequency } = play.piece.chunk;
  const { visitor, mode } = runtime;
  if (typeof action === "string") {
    const snoozed_until = runtime.now() + periodMs(frequency?.snooze, SNOOZE_MS);
    if (action === "snooze" && !mode.mark) visitor.note(guide, { snoozed_until });
    if (action === "never" && !mode.mark) visitor.note(guide, { never: true });
    play.tell({ type: "dismiss", by: action === "snooze" ? "snooze" : "close" });
  } else if ("to" in action) jump(play, action.to);
  else other(runtime, play, action);
}

/** A click beside the guide, once the page's own handlers have had it. */
export function outside({ step, tell }: Play): void {
  const deed = step().outside;
  if (deed === "close") tell({ type: "dismiss", by: "outside" }, true);
  else if (deed === "next") tell({ type: "pass", by: "next" }, true);
}

/** Go where a step lives, if that is known. */
export function goOn(runtime: Runtime, { on: { path, open } = {} }: ChunkStep): void {
  const known = open ?? (path && !/[*:{}()+?\\]/.test(path) ? path : null);
  if (known) goTo(runtime, known);
}

function other(runtime: Runtime, play: Play, action: Exclude<Action, string | { to: string }>): void {
  const { guide } = play.piece.chunk;
  play.tell({ type: "acted" });
  if ("start" in action) void runtime.start(action.start);
  else if ("emit" in action) runtime.fire(action.emit, { guide, step: play.step().id });
  else goTo(runtime, action.open, action.new_tab);
}

function jump(play: Play, to: string): void {
  const { steps } = play.piece.chunk;
  const place = (wanted: string) => steps.findIndex(({ id }) => id === wanted);
  if (place(to) < place(play.step().id)) play.tell({ type: "back", to });
  else play.pass("button", to);
}

/** Open an address, unless it is `javascript:` or the like; a host's router may take a page of its own. */
function goTo(runtime: Runtime, address: string, newTab = false): void {
  const url = URL.canParse(address, location.href) && new URL(address, location.href);
  if (!url || !/^(https?|mailto|tel):$/.test(url.protocol)) return;
  const asked = { url: url.href, handled: false };
  if (newTab) {
    window.open(url, "_blank", "noopener");
    return;
  }
  if (url.origin === location.origin) runtime.fire("navigate", asked);
  if (!asked.handled) location.assign(url);
}
