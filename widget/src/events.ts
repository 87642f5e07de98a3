// Events, as they happen: each is one entry of the browser's store under its own name, so that two tabs never
// overwrite one another, until the server has acknowledged it. send.ts brings them there.
import { uuid7 } from "./ids.ts";
import { device, recordedPage } from "./page.ts";
import type { Fields, Runtime } from "./runtime.ts";
import type { EventType, WireEvent } from "./wire.ts";

export const QUEUE = "queue.";
/** More than this are not kept: the oldest go, and the server is told how many. */
export const LONGEST_QUEUE = 1000;

/** Who and where at the time an event was queued, and the event. */
export type Queued = [visitor: object, context: object, event: WireEvent];

/** Make the function that queues an event; `soon` is called after each. */
export function openQueue(runtime: Runtime, soon: () => void): Runtime["record"] {
  const { store, visitor } = runtime;
  let length = -1;
  return (type: EventType, fields: Fields = {}) => {
    if (!runtime.mayRecord()) return;
    const at = Math.round(fields.at ?? runtime.now());
    const { id, account, anonymous } = visitor.kept();
    const who = { id: id ?? anonymous, ...(account && { account }), anonymous: !id };
    const event = { id: uuid7(at), type, page: recordedPage(runtime.manifest?.settings), ...fields, at };
    if (length < 0 || length >= LONGEST_QUEUE) length = makeRoom(runtime);
    store.write(QUEUE + event.id, [who, contextOf(runtime), event] satisfies Queued);
    length += 1;
    runtime.fire("event", event);
    soon();
  };
}

function contextOf(runtime: Runtime): object {
  return {
    session: runtime.visitor.session().id,
    release: runtime.manifest?.release ?? null,
    build: runtime.build,
    language: runtime.language().slice(0, 35),
    device: device(),
    automated: navigator.webdriver === true,
    mark: runtime.mode.mark,
  };
}

/** Drop the oldest tenth of a full queue and remember how many were lost. */
function makeRoom({ store }: Runtime): number {
  const names = store.names(QUEUE);
  if (names.length < LONGEST_QUEUE) return names.length;
  const gone = names.slice(0, LONGEST_QUEUE / 10);
  for (const name of gone) store.write(name, null);
  store.write("dropped", (store.read<number>("dropped") ?? 0) + gone.length);
  return names.length - gone.length;
}
