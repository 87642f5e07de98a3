// Events: each is one entry of the browser's store under its own name, so that two tabs never overwrite one another,
// until the server has acknowledged it. Sent in batches of one visitor and context; a lost answer means a second copy,
// which the server counts as a duplicate by its id.
import { device } from "./page.ts";
import type { Fields, Runtime, Sender } from "./runtime.ts";
import type { EventType, Settings, WireEvent } from "./wire.ts";

/** Browsers let 64 KiB travel with `keepalive` or a beacon. */
const MOST_BYTES = 48_000;
const MOST_EVENTS = 100;
/** More than this are not kept: the oldest tenth goes, and the server is told. */
const LONGEST_QUEUE = 1000;
const SOON_MS = 800;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 300_000;
/** Answers after which sending the same again is of no use. */
const HOPELESS = /^(400|404|410|413|422)$/;

type Who = { id: string; account?: string; anonymous: boolean; token?: string };
/** Who and where at the time an event was queued, and the event. */
type Queued = [who: Who, context: object, event: WireEvent];

interface IdentityChunk {
  tokenOf(runtime: Runtime): Promise<string | undefined>;
}

interface Batch {
  names: string[];
  body: { sent_at: number; visitor: Who; context: object; events: object[] };
}

export function openSender(runtime: Runtime, random: () => number = Math.random): Sender {
  const { store, visitor, now, env, root } = runtime;
  const { signal } = runtime.end;
  let token: string | undefined;
  /** What listens to the page, while something waits to be sent. */
  let waiting: AbortController | undefined;
  let timer = 0;
  let due = 0;
  let failures = 0;
  let length = store.names("queue.").length;

  function record(type: EventType, fields: Fields): void {
    const at = Math.round(fields.at ?? now());
    const { id, account, anonymous } = visitor.kept();
    const page = recordedPage(runtime.manifest?.settings, fields.page);
    const event = { id: runtime.makeId(at), type, ...fields, page, at };
    const who: Who = { id: id ?? anonymous, ...(account && { account }), anonymous: !id };
    if (++length > LONGEST_QUEUE) makeRoom();
    store.write(`queue.${event.id}`, [who, contextOf(runtime), event] satisfies Queued);
    runtime.fire("event", event);
    if (Date.now() >= due) later(SOON_MS);
  }

  /** Drop the oldest tenth, and queue the news that they are gone. */
  function makeRoom(): void {
    const names = store.names("queue.");
    const gone = names.slice(0, -LONGEST_QUEUE * 0.9);
    for (const name of gone) store.write(name, null);
    length = names.length - gone.length + 1;
    if (gone.length) record("track", { data: { name: "handrail.dropped", count: gone.length } });
  }

  function later(wait_ms: number): void {
    clearTimeout(timer);
    const wait = Math.max(wait_ms, Math.min(pause(), LONGEST_PAUSE_MS));
    due = Date.now() + wait;
    if (signal.aborted) return;
    timer = window.setTimeout(flush, wait);
    if (waiting) return;
    waiting = new AbortController();
    addEventListener("pagehide", beacon, waiting);
    addEventListener("online", flush, waiting);
  }

  function rest(): void {
    clearTimeout(timer);
    waiting?.abort();
    waiting = undefined;
  }

  /** How long the server, or our own back-off, still wants silence; all tabs keep it. */
  const pause = (): number => (store.read<number>("paused_until") ?? 0) - Date.now();

  function flush(): void {
    due = 0;
    if (!runtime.agreed() || navigator.onLine === false) return;
    // One tab sends at a time, where the browser has locks, and whoever comes meanwhile sends after it; where it has
    // none, both may at once, and the server sorts it out.
    if (navigator.locks) void navigator.locks.request(`handrail ${env} send`, sendAll);
    else void sendAll();
  }

  async function sendAll(): Promise<void> {
    if (pause() > 0) return later(0);
    // Whoever was identified with a token has that chunk.
    token =
      visitor.token &&
      ((await runtime.use<IdentityChunk>("identity", ({ tokenOf }) => tokenOf(runtime))) as string | undefined);
    for (const { names, body } of batches(runtime, token)) {
      const answer = await post(JSON.stringify(body)).catch(() => null);
      if (!answer || (!answer.ok && !HOPELESS.test(`${answer.status}`))) {
        const limit = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++);
        const wait = retryAfterMs(answer?.headers.get("Retry-After")) ?? limit * (0.5 + random() / 2);
        store.write("paused_until", Date.now() + wait);
        later(wait);
        return;
      }
      failures = 0;
      for (const name of names) store.write(name, null);
      length -= names.length;
      const { rejected } = await answer.json().catch(() => ({}));
      if (!answer.ok || rejected?.length)
        runtime.fire("problem", { code: "events_refused", detail: rejected ?? answer.status });
    }
    if (!store.names("queue.").length) rest();
  }

  const address = (): string => {
    const collect = runtime.manifest?.settings.collect ?? `/v1/${env}/events`;
    return collect.startsWith("/") ? root + collect : collect;
  };
  const post = (body: string): Promise<Response> =>
    fetch(address(), {
      method: "POST",
      body,
      headers: { "Content-Type": "text/plain" },
      keepalive: true,
      credentials: "omit",
    });

  /** The last chance: what is queued travels as beacons; the next page sends it again, in case it was lost. */
  function beacon(): void {
    if (!runtime.agreed() || pause() > 0) return;
    for (const { body } of batches(runtime, token)) navigator.sendBeacon?.(address(), JSON.stringify(body));
  }

  signal.addEventListener("abort", rest);
  for (const name of store.names("early.")) {
    const given = store.read<[EventType, Fields]>(name);
    store.write(name, null);
    if (given) record(...given);
  }
  later(SOON_MS);
  return { record, flush };
}

function contextOf(runtime: Runtime): object {
  return {
    session: runtime.visitor.session().id,
    release: runtime.manifest?.release ?? null,
    build: runtime.build,
    language: runtime.language().slice(0, 35),
    device: device(),
    automated: navigator.webdriver,
    mark: runtime.mode.mark ?? null,
  };
}

/** Where the visitor is, as events may say it: the path, a router's path after `#/`, and allowed parameters only. */
function recordedPage(settings: Settings | undefined, path?: string): string {
  if (path) return path;
  const kept = [...new URLSearchParams(location.search)].filter(([name]) => settings?.query?.includes(name));
  const query = kept.length ? `?${new URLSearchParams(kept)}` : "";
  return (location.pathname + query + (/^#!?\/[^?]*/.exec(location.hash)?.[0] ?? "")).slice(0, 2000);
}

/** Milliseconds until the server wants to hear from us again: seconds, or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null | undefined): number | undefined {
  const wait = Number(header) * 1000 || Date.parse(header ?? "") - Date.now();
  return wait > 0 ? wait : undefined;
}

/** Cut the queue into batches of one visitor and one context, oldest first. */
function batches({ store, manifest, visitor, now }: Runtime, token: string | undefined): Batch[] {
  const made: Batch[] = [];
  let batch: Batch | undefined;
  let last = "";
  let bytes = 0;
  for (const name of store.names("queue.")) {
    const [who, context, event] = store.read<Queued>(name) ?? ([] as unknown as Queued);
    if (!event) continue;
    const own = token && !who.anonymous && who.id === visitor.id() ? { token } : {};
    // Without a token the server would refuse them: they wait for the page that has one.
    if (manifest?.settings.identity === "required" && !who.anonymous && !own.token) continue;
    const kind = JSON.stringify([who, context]);
    bytes += JSON.stringify(event).length;
    if (!batch || kind !== last || bytes > MOST_BYTES || batch.names.length === MOST_EVENTS) {
      batch = { names: [], body: { sent_at: now(), visitor: { ...who, ...own }, context, events: [] } };
      made.push(batch);
      bytes = 0;
    }
    last = kind;
    batch.names.push(name);
    batch.body.events.push(event);
  }
  return made;
}
