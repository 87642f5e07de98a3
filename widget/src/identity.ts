// What the server knows of an identified visitor: other devices have shown guides and begun runs, too.

import { choose } from "./language.ts";
import { fetchJson } from "./manifest.ts";
import { newRun } from "./run.ts";
import type { Runtime } from "./runtime.ts";
import { tokenOf } from "./token.ts";
import type { History } from "./visitor.ts";

/** An open run as `GET /v1/{key}/visitor` tells it. */
interface ServerRun {
  run: string;
  guide: string;
  version: number;
  hash: string;
  step: string;
  seq: number;
}

/** The page waits for this before guides start by themselves, but not long. */
const PATIENCE_MS = 2000;

export async function askServer(runtime: Runtime): Promise<void> {
  await runtime.ready;
  const id = runtime.visitor.id();
  const token = await tokenOf(runtime);
  if (!token) return;
  const address = `${runtime.root}/v1/${runtime.env}/visitor`;
  const known = await fetchJson<History & { open?: ServerRun[] }>(
    address,
    { Authorization: `Bearer ${token}` },
    PATIENCE_MS,
  );
  if (id !== runtime.visitor.id()) return;
  runtime.store.write("history", merged(runtime.visitor.history(), known));
  for (const run of known.open ?? []) adopt(runtime, run);
}

/** The newer word counts; counts are never smaller than either side's. */
export function merged(ours: History, theirs: Partial<History>): History {
  const made: History = { guides: { ...ours.guides }, events: { ...ours.events } };
  for (const [key, there] of Object.entries(theirs.guides ?? {})) {
    const here = ours.guides[key] ?? {};
    const newer = (there.last_at ?? 0) >= (here.last_at ?? 0);
    made.guides[key] = {
      ...(newer ? { ...here, ...there } : { ...there, ...here }),
      times: Math.max(there.times ?? 0, here.times ?? 0),
      snoozed_until: Math.max(there.snoozed_until ?? 0, here.snoozed_until ?? 0),
    };
  }
  for (const [name, there] of Object.entries(theirs.events ?? {}))
    if (there.count >= (ours.events[name]?.count ?? 0)) made.events[name] = there;
  return made;
}

/** Keep a run that began on another device, where this browser has none and the same version is still live. */
function adopt(runtime: Runtime, { run, guide, version, hash, step, seq }: ServerRun): void {
  const { store, manifest } = runtime;
  const listed = manifest?.guides.find((other) => other.key === guide && other.hash === hash);
  if (!listed || store.read(`run.${guide}`)) return;
  const address = listed.chunks[choose(listed, runtime.speaks(), manifest?.settings)];
  const state = { ...newRun(run, guide, version, step, runtime.now()), seq, begun: true, trail: [step] };
  // Its page is not known before the chunk is: one of those its steps live on will do.
  const page = listed.resume?.length && !listed.resume.some(runtime.matchesPath) ? "" : null;
  store.write(`run.${guide}`, { state, listed, address, page, on: null });
}
