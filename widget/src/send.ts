// Sending: batches of one visitor and context each, acknowledged before they are forgotten. A lost answer means a
// second copy, which the server counts as a duplicate by its id. Only one tab sends at a time where the browser has
// locks; where it has not, both may, and the server sorts it out.
import { LONGEST_QUEUE, QUEUE, type Queued } from "./events.ts";
import { uuid7 } from "./ids.ts";
import type { Runtime } from "./runtime.ts";

/** Browsers let 64 KiB travel with `keepalive` or a beacon. */
const MOST_BYTES = 48_000;
const MOST_EVENTS = 100;
const SOON_MS = 800;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 300_000;
/** Answers after which sending the same again is of no use. */
const HOPELESS = [400, 404, 410, 413, 422];

export interface Sender {
  soon(): void;
  flush(): Promise<void>;
}

interface Batch {
  names: string[];
  body: { sent_at: number; visitor: { [field: string]: unknown }; context: object; events: object[] };
}

export function openSender(runtime: Runtime, random: () => number = Math.random): Sender {
  const { store, end } = runtime;
  const { signal } = end;
  let timer = 0;
  let failures = 0;
  let busy = false;

  const pausedUntil = () => store.read<number>("paused_until") ?? 0;
  const later = (wait_ms: number) => {
    clearTimeout(timer);
    if (!signal.aborted) timer = window.setTimeout(flush, wait_ms);
  };
  const pause = (asked: string | null) => {
    const limit = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
    const wait = retryAfterMs(asked, runtime.now()) ?? limit * (0.5 + random() / 2);
    store.write("paused_until", runtime.now() + wait);
    later(wait);
  };

  async function flush(): Promise<void> {
    const wait = pausedUntil() - runtime.now();
    if (busy || !runtime.agreed() || navigator.onLine === false) return;
    if (wait > 0) {
      later(Math.min(wait, LONGEST_PAUSE_MS));
      return;
    }
    busy = true;
    try {
      await alone(`${runtime.env} send`, sendAll);
    } finally {
      busy = false;
    }
  }

  async function sendAll(): Promise<void> {
    const token = await runtime.visitor.token();
    for (const batch of batches(runtime, token)) {
      const answer = await post(addressOf(runtime), batch);
      if (answer?.ok || (answer && HOPELESS.includes(answer.status))) {
        for (const name of batch.names) store.write(name, null);
        failures = 0;
        if (answer.ok) await tellRejected(runtime, answer);
        else runtime.fire("problem", { code: "events_refused", status: answer.status });
      } else {
        pause(answer?.headers.get("Retry-After") ?? null);
        return;
      }
    }
  }

  /** The last chance: what lies in the store travels as beacons; the next page sends it again if it was lost. */
  function beacon(): void {
    if (!runtime.agreed() || pausedUntil() > runtime.now()) return;
    for (const { body } of batches(runtime, runtime.visitor.lastToken()))
      if (!navigator.sendBeacon?.(addressOf(runtime), JSON.stringify(body))) return;
  }

  addEventListener("pagehide", beacon, { signal });
  addEventListener("online", () => later(0), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  later(SOON_MS);
  let due = 0;
  return {
    soon() {
      const at = Date.now();
      if (at < due) return;
      due = at + SOON_MS;
      later(Math.max(SOON_MS, Math.min(pausedUntil() - runtime.now(), LONGEST_PAUSE_MS)));
    },
    flush,
  };
}

const addressOf = ({ root, env, manifest }: Runtime): string => {
  const collect = manifest?.settings.collect ?? `/v1/${env}/events`;
  return collect.startsWith("/") ? root + collect : collect;
};

/** Hold the lock while working; without locks, or with the lock elsewhere, work or leave it. */
async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  await navigator.locks.request(`handrail ${name}`, { ifAvailable: true }, (lock) => lock && work());
}

async function post(address: string, { body }: Batch): Promise<Response | null> {
  try {
    return await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "text/plain" },
      keepalive: true,
      credentials: "omit",
    });
  } catch {
    return null;
  }
}

async function tellRejected(runtime: Runtime, answer: Response): Promise<void> {
  try {
    const { rejected } = await answer.json();
    if (rejected?.length) runtime.fire("problem", { code: "events_rejected", rejected });
  } catch {}
}

/** Milliseconds until the server wants to hear from us again: seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (!header) return null;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

/** Cut the queue into batches of one visitor and one context, oldest first. */
export function batches(runtime: Runtime, token: string | undefined): Batch[] {
  const made: Batch[] = [];
  let kind = "";
  let bytes = 0;
  const required = runtime.manifest?.settings.identity === "required";
  for (const name of runtime.store.names(QUEUE).slice(0, LONGEST_QUEUE)) {
    const queued = runtime.store.read<Queued>(name);
    if (!Array.isArray(queued)) {
      runtime.store.write(name, null);
      continue;
    }
    const [who, context, event] = queued;
    const visitor = who as { id: string; anonymous: boolean };
    const own = !visitor.anonymous && visitor.id === runtime.visitor.id() ? token : undefined;
    if (required && !visitor.anonymous && !own) continue;
    const size = JSON.stringify(event).length;
    const now = JSON.stringify([who, context]);
    let batch = made.at(-1);
    bytes += size;
    if (!batch || now !== kind || bytes > MOST_BYTES || batch.body.events.length >= MOST_EVENTS) {
      const body = { sent_at: runtime.now(), visitor: { ...visitor, ...(own && { token: own }) }, context, events: [] };
      batch = { names: [], body };
      made.push(batch);
      kind = now;
      bytes = size;
    }
    batch.names.push(name);
    batch.body.events.push(event);
  }
  tellDropped(runtime, made.at(-1));
  return made;
}

/** Say how many events a full queue lost, with the next ones that are sent. */
function tellDropped({ store, now }: Runtime, batch: Batch | undefined): void {
  const count = store.read<number>("dropped");
  if (!count || !batch) return;
  store.write("dropped", null);
  batch.body.events.push({ id: uuid7(now()), type: "track", at: now(), data: { name: "handrail.dropped", count } });
}
