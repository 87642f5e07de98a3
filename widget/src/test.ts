// handrail.test(): what a host's own suite, the walker and screenshots need. Nothing here runs for real visitors.
import type { TestOptions } from "./api.ts";
import type { Runtime } from "./runtime.ts";
import type { Scheduler } from "./scheduler.ts";

/** Apply the options; a guide that is named starts at once. */
export async function applyTest(runtime: Runtime, scheduler: Scheduler, options: TestOptions): Promise<void> {
  const { mode } = runtime;
  const { off = false, guide, step, persona, clock, animate = false, events = "none" } = options;
  mode.off = off;
  mode.animate = animate;
  mode.events = events !== "none" && !off;
  mode.mark = events === "none" ? null : events;
  mode.traits = persona?.traits ?? null;
  mode.language = persona?.language ?? null;
  mode.clock = clock === undefined ? null : new Date(clock).getTime();
  mode.guide = guide ?? null;
  mode.step = step ?? null;
  if (off) runtime.player?.stop();
  if (guide && !off) {
    runtime.player?.stop();
    await runtime.ready;
    if (!(await scheduler.start(guide))) throw new Error(`There is no live guide "${guide}" in this environment.`);
  }
}
