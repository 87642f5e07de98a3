// handrail.test(): what a host's own suite, the walker and screenshots need. Nothing here runs for real visitors.
import type { TestOptions } from "./api.ts";
import { playAs } from "./persona.ts";
import type { Runtime } from "./runtime.ts";

/** Apply the options; a guide that is named starts at once. Raises where it is not live. */
export async function applyTest(runtime: Runtime, options: TestOptions): Promise<void> {
  const { off = false, guide, step, persona, clock, animate = false, events = "none" } = options;
  Object.assign(runtime.mode, {
    off,
    guide,
    step,
    still: !animate,
    silent: events === "none",
    mark: events === "none" ? "walk" : events,
    clock: clock === undefined ? undefined : new Date(clock).getTime(),
  });
  playAs(runtime, persona ?? {});
  if (off || guide) runtime.main?.stop();
  if (guide && !off && !(await runtime.start(guide)))
    throw new Error(`There is no live guide "${guide}" in this environment.`);
}
