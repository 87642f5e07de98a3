// Who the visitor is and what became of guides for them, as this browser remembers it.
import { uuid7 } from "./ids.ts";
import type { Store } from "./store.ts";

export type Traits = { [name: string]: unknown };
export type Token = string | (() => string | Promise<string>);

/** What became of one guide; the first four are also what `GET /v1/{key}/visitor` answers. */
export interface GuideHistory {
  times?: number;
  last_at?: number;
  state?: string;
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

interface Session {
  id: string;
  at: number;
  /** Interrupting guides that started by themselves in it, and by day. */
  auto: number;
  days: { [day: string]: number };
}

interface Kept {
  anonymous: string;
  id?: string | undefined;
  account?: string | undefined;
  traits: Traits;
  account_traits: Traits;
  /** What the server was last told, so that it is told again only when it changed. */
  told?: string | undefined;
}

const SESSION_MS = 30 * 60_000;
const REMEMBERED_SHOWINGS = 50;

/** The visitor's own day, `2027-01-31`. */
export const localDay = (at: number): string => new Date(at).toLocaleDateString("sv");

export type Visitor = ReturnType<typeof openVisitor>;

export function openVisitor(store: Store, now: () => number) {
  let token: Token | undefined;
  let last: string | undefined;
  const kept = (): Kept => {
    const found = store.read<Kept>("visitor");
    if (typeof found?.anonymous === "string") return found;
    const fresh = { anonymous: uuid7(now()), traits: {}, account_traits: {} };
    store.write("visitor", fresh);
    return fresh;
  };
  const change = (fields: Partial<Kept>) => store.write("visitor", { ...kept(), ...fields });
  const history = (): History => ({ guides: {}, events: {}, ...store.read<History>("history") });
  const session = (): Session => {
    const found = store.read<Session>("session");
    const at = now();
    const alive = found && at - found.at < SESSION_MS;
    if (alive && at - found.at < 10_000) return found;
    const fresh = alive ? { ...found, at } : { id: uuid7(at), at, auto: 0, days: found?.days ?? {} };
    store.write("session", fresh);
    return fresh;
  };
  return {
    kept,
    history,
    session,
    id: () => kept().id ?? kept().anonymous,
    /** Become another visitor: what the unknown one did comes along; what another known one did does not. */
    identify(id: string, traits: Traits = {}, given?: Token) {
      const before = kept();
      token = given;
      last = typeof given === "string" ? given : undefined;
      const stranger = before.id !== undefined && before.id !== id;
      if (stranger) store.write("history", null);
      change({ id, traits: stranger ? traits : { ...before.traits, ...traits } });
      if (stranger) change({ anonymous: uuid7(now()), account: undefined, account_traits: {} });
    },
    account: (id: string, traits: Traits = {}) =>
      change({ account: id, account_traits: id === kept().account ? { ...kept().account_traits, ...traits } : traits }),
    /** True once for each different thing to tell. */
    tell(facts: string): boolean {
      const news = facts !== kept().told;
      if (news) change({ told: facts });
      return news;
    },
    hasToken: () => !!token,
    /** The identity token, made anew by the host where it gave a function. */
    async token(): Promise<string | undefined> {
      try {
        last = typeof token === "function" ? await token() : token;
      } catch {
        last = undefined;
      }
      return last;
    },
    lastToken: () => last,
    note(guide: string, change: (before: GuideHistory) => GuideHistory) {
      const all = history();
      all.guides[guide] = change(all.guides[guide] ?? {});
      store.write("history", all);
    },
    /** A step of the guide was shown for the first time in its run. */
    noteShown(guide: string) {
      this.note(guide, (before) => ({
        ...before,
        times: (before.times ?? 0) + 1,
        last_at: now(),
        state: "open",
        shown: [...(before.shown ?? []), now()].slice(-REMEMBERED_SHOWINGS),
      }));
    },
    noteEvent(name: string) {
      const all = history();
      all.events[name] = { count: (all.events[name]?.count ?? 0) + 1, last_at: now() };
      store.write("history", all);
    },
    /** Count a guide that started by itself against the budgets. */
    noteAuto(at: number) {
      const day = localDay(at);
      const current = session();
      store.write("session", { ...current, auto: current.auto + 1, days: { [day]: (current.days[day] ?? 0) + 1 } });
    },
    /** Take what the server knows: it has seen the other devices. */
    merge(server: Partial<History>) {
      const all = history();
      for (const [key, theirs] of Object.entries(server.guides ?? {})) {
        const ours = all.guides[key] ?? {};
        const newer = (theirs.last_at ?? 0) >= (ours.last_at ?? 0);
        all.guides[key] = {
          ...(newer ? { ...ours, ...theirs } : { ...theirs, ...ours }),
          times: Math.max(theirs.times ?? 0, ours.times ?? 0),
          snoozed_until: Math.max(theirs.snoozed_until ?? 0, ours.snoozed_until ?? 0),
        };
      }
      for (const [name, theirs] of Object.entries(server.events ?? {}))
        if (theirs.count >= (all.events[name]?.count ?? 0)) all.events[name] = theirs;
      store.write("history", all);
    },
    reset() {
      token = last = undefined;
      for (const name of store.names("")) if (!name.startsWith("queue.")) store.write(name, null);
    },
  };
}
