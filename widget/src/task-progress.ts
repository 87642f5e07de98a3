// What is kept of a participant's task across the pages of one tab, and told to the server.
import type { Runtime } from "./runtime.ts";

/** How a task ends: by its proof, by the participant's word alone, by giving up, or by time. */
export type Ended = "done" | "claimed" | "gave_up" | "time";
export type Kind = "step" | "click" | "error";

interface Kept {
  /** Epoch milliseconds. */
  began: number;
  /** What happened, and the seconds since the task began. */
  told: [number, { kind: Kind; [name: string]: unknown }][];
  ended: Ended | null;
  seconds: number;
}

export interface Progress {
  readonly began: number;
  readonly ended: Ended | null;
  since(): number;
  tell(kind: Kind, data?: object): void;
  end(ended: Ended): void;
  /** Tell the server everything so far: a message that is lost does no harm. */
  send(): void;
  forget(): void;
}

/** As many as one request with `keepalive` can carry. */
const MOST_TOLD = 400;

/** Begin, or go on where the tab's last page left off. */
export function openProgress(runtime: Runtime, token: string, fresh: boolean): Progress {
  const name = `handrail:${runtime.env}:task`;
  const known = fresh ? null : read<Kept>(name);
  const kept = known ?? { began: Date.now(), told: [], ended: null, seconds: 0 };
  const since = () => (Date.now() - kept.began) / 1000;
  const save = () => {
    if (!kept.ended) kept.seconds = since();
    write(name, kept);
  };
  function send(): void {
    save();
    const { told, ended, seconds } = kept;
    fetch(`${runtime.root}/v1/${runtime.env}/participation`, {
      method: "PUT",
      keepalive: true,
      credentials: "omit",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ told, ended, seconds }),
    }).catch(() => {}); // the next one carries everything again
  }
  return {
    began: kept.began,
    get ended() {
      return kept.ended;
    },
    since,
    send,
    tell(kind, data) {
      if (kept.told.length < MOST_TOLD) kept.told.push([Math.round(since() * 1000) / 1000, { kind, ...data }]);
      save();
    },
    end(ended) {
      save();
      kept.ended = ended;
      send();
    },
    forget: () => write(name, null),
  };
}

/** Kept whatever the visitor's consent to guides says: a participant has agreed to this before it began. */
function write(name: string, value: unknown): void {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch {} // blocked storage: the task ends with this page
}

function read<T>(name: string): T | null {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}
