// Who the visitor is and what became of guides for them, as this browser remembers it.
import { uuid7 } from "./ids.ts";
import type { Store } from "./store.ts";

export type Traits = { [name: string]: unknown };
export type Token = string | (() => string | Promise<string>);

/** What became of one guide; the first four are also what `GET /v1/{key}/visitor` answers. */
export interface GuideHistory {
  times?: number;
  last_at?: number;
  state?: string | null;
  snoozed_until?: number;
  /** The visitor said: don't show again. */
  never?: boolean;
  /** When it was shown, newest last: for caps within a period. */
  shown?: number[];
  /** The session in which it last ended: not again in the same one. */
  session?: string;
}

export interface History {
  guides: { [key: string]: GuideHistory };
  events: { [name: string]: { count: number; last_at: number } };
}

export interface Session {
  id: string;
  at: number;
  /** Interrupting guides that started by themselves in it, and by day. */
  auto: number;
  days: { [day: string]: number };
}

interface Kept {
  anonymous: string;
  id?: string;
  account?: string;
  traits: Traits;
  account_traits: Traits;
  /** What the server was last told, so that it is told again only when it changed. */
  told?: string;
}

const SESSION_MS = 30 * 60_000;
/** How often a session's last moment is written down. */
const TOUCH_MS = 60_000;

export type Visitor = ReturnType<typeof openVisitor>;

export function openVisitor({ read, write }: Store, now: () => number) {
  const stranger = (): Kept => ({ anonymous: uuid7(now()), traits: {}, account_traits: {} });
  const kept = (): Kept => {
    const found = read<Kept>("visitor");
    if (found?.anonymous) return found;
    const fresh = stranger();
    write("visitor", fresh);
    return fresh;
  };
  const change = (fields: Partial<Kept>) => write("visitor", { ...kept(), ...fields });
  const history = (): History => ({ guides: {}, events: {}, ...read<History>("history") });
  return {
    /** The identity token, or what makes one; kept in memory only. */
    token: undefined as Token | undefined,
    kept,
    change,
    history,
    id: () => kept().id ?? kept().anonymous,
    session(): Session {
      const at = now();
      const found = read<Session>("session");
      const idle = found ? at - found.at : SESSION_MS;
      if (found && idle < TOUCH_MS) return found;
      const session =
        found && idle < SESSION_MS ? { ...found, at } : { id: uuid7(at), at, auto: 0, days: found?.days ?? {} };
      write("session", session);
      return session;
    },
    /** Become another visitor: what the unknown one did comes along; what another known one did does not. */
    identify(id: string, traits: Traits) {
      const before = kept();
      const other = before.id !== undefined && before.id !== id;
      if (other) write("history", null);
      write("visitor", {
        ...(other ? stranger() : before),
        id,
        traits: other ? traits : { ...before.traits, ...traits },
      });
    },
    account(id: string, traits: Traits) {
      const before = kept();
      change({ account: id, account_traits: before.account === id ? { ...before.account_traits, ...traits } : traits });
    },
    note(guide: string, fields: Partial<GuideHistory>) {
      const known = history();
      known.guides[guide] = { ...known.guides[guide], ...fields };
      write("history", known);
    },
    noteEvent(name: string) {
      const known = history();
      known.events[name] = { count: (known.events[name]?.count ?? 0) + 1, last_at: now() };
      write("history", known);
    },
  };
}
