// Autosave: the draft goes to the server soon after each change, a copy stays in the tab until it has
// arrived, and a newer draft on the server is merged there or shown, never overwritten.
import type { Guide, Theme } from "../types/format.ts";
import { say } from "./words.ts";

export interface Saved {
  document: Guide;
  revision: number;
}

export type SaveState =
  | { state: "saved" | "saving" | "unsaved" }
  | { state: "failed"; message: string }
  | { state: "conflict"; fields: string[]; theirs: Saved };

export interface Sync {
  /** Take a new document; it is sent when the author pauses. */
  changed(document: Guide): void;
  /** Send now; resolves when it has arrived or failed. */
  flush(): Promise<void>;
  /** Settle a conflict: keep this document, made on the revision that the server holds now. */
  settle(document: Guide, revision: number): void;
}

export interface SyncOptions {
  /** `GET`, `PUT` with If-Match, and `POST …/merge` of the draft. */
  address: string;
  token: string;
  start: Saved;
  told(state: SaveState): void;
  /** The server merged another author's changes into this draft. */
  merged(document: Guide): void;
}

const PAUSE_MS = 700;
const KEY = "handrail:builder:draft";

export interface Loaded extends Saved {
  unsent: boolean;
  /** The draft of the theme that the guide wears, or null for the widget's own look. */
  theme: Theme | null;
  /** Where the CMS edits the guide. */
  editor: string;
}

/** Read the draft; a newer unsent copy of this tab comes before the server's. */
export async function loadDraft(address: string, token: string): Promise<Loaded> {
  const answer = await call(address, token, "GET");
  if (!answer.ok) throw new Error(await problemOf(answer));
  const saved = (await answer.json()) as Omit<Loaded, "unsent">;
  const kept = readKept();
  // a save that outlived the page before has arrived, though its answer found nobody
  const arrived = !kept || JSON.stringify(kept.document) === JSON.stringify(saved.document);
  const { document, ...rest } = saved;
  return arrived || kept.document.key !== document.key
    ? { document, ...rest, unsent: false }
    : { ...rest, document: kept.document, revision: kept.revision, unsent: true };
}

export function startSync(options: SyncOptions, signal: AbortSignal): Sync {
  let revision = options.start.revision;
  let waiting: Guide | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> = Promise.resolve();

  const send = async (): Promise<void> => {
    const document = waiting;
    if (!document) return;
    waiting = null;
    options.told({ state: "saving" });
    try {
      const answer = await call(options.address, options.token, "PUT", document, revision);
      if (answer.ok) arrived(((await answer.json()) as { revision: number }).revision);
      else if (answer.status === 412) await merge(document);
      else failed(document, await problemOf(answer));
    } catch {
      failed(document, say("No connection. Your work is kept in this tab and sent when it is back."));
    }
  };
  const arrived = (now: number): void => {
    revision = now;
    if (waiting) return;
    sessionStorage.removeItem(KEY);
    options.told({ state: "saved" });
  };
  const failed = (document: Guide, message: string): void => {
    waiting ??= document;
    options.told({ state: "failed", message });
  };
  const merge = async (mine: Guide): Promise<void> => {
    const answer = await call(`${options.address}/merge`, options.token, "POST", { document: mine, revision });
    const body = (await answer.json()) as Saved & { conflicts: string[]; theirs: Saved };
    if (!answer.ok) {
      options.told({ state: "conflict", fields: body.conflicts ?? [], theirs: body.theirs });
      return;
    }
    if (!waiting) options.merged(body.document);
    arrived(body.revision);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    sending = sending.then(send);
    return sending;
  };

  addEventListener("online", () => void flush(), { signal });
  addEventListener("pagehide", () => void flush(), { signal });
  return {
    changed(document) {
      waiting = document;
      keep({ document, revision });
      options.told({ state: "unsaved" });
      clearTimeout(timer);
      timer = setTimeout(flush, PAUSE_MS);
    },
    flush,
    settle(document, now) {
      revision = now;
      waiting = document;
      void flush();
    },
  };
}

/** Call the server in the builder's session. */
export function call(
  address: string,
  token: string,
  method: string,
  body?: unknown,
  revision?: number,
): Promise<Response> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (body) headers["Content-Type"] = "application/json";
  if (revision !== undefined) headers["If-Match"] = `"${revision}"`;
  const text = body ? JSON.stringify(body) : null;
  // keepalive lets a save outlive the page; browsers cap such bodies at 64 KiB in all
  return fetch(address, { method, headers, body: text, keepalive: (text?.length ?? 0) < 60_000, credentials: "omit" });
}

/** Say in words why the server refused. */
export async function problemOf(answer: Response): Promise<string> {
  if (answer.status === 401)
    return say("This builder session has ended. Open it again from the CMS; your work is kept in this tab.");
  try {
    const problem = (await answer.json()) as { detail?: string; problems?: { message: string }[] };
    return (
      problem.problems?.map(({ message }) => message).join(" ") ||
      problem.detail ||
      `The server answered ${answer.status}.`
    );
  } catch {
    return `The server answered ${answer.status}.`;
  }
}

function keep(saved: Saved): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(saved));
  } catch {
    // storage is full or forbidden: the autosave still runs
  }
}

function readKept(): Saved | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Saved | null;
  } catch {
    return null;
  }
}
