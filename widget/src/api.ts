// The calls that a host page may make. None of them ever throws into the page.
import type { Booted } from "./boot.ts";
import type { Verdict } from "./decide.ts";
import type { OpenGuide } from "./runtime.ts";
import type { Token, Traits } from "./visitor.ts";
import type { Guide } from "./wire.ts";

export interface State {
  ready: boolean;
  environment: string;
  release: number | null;
  visitor: string | null;
  open: OpenGuide[];
}

/** What `handrail.test()` takes. */
export interface TestOptions {
  /** Nothing is shown or recorded. */
  off?: boolean;
  /** Show this guide alone, at `step` where it is named. */
  guide?: string;
  step?: string;
  /** Traits, language and device in place of the visitor's. */
  persona?: { traits?: Traits; language?: string };
  /** Epoch milliseconds or ISO 8601: the time stands still there. */
  clock?: number | string;
  /** False: no animation. */
  animate?: boolean;
  /** "none" (the default) or marked "walk". */
  events?: "none" | "walk";
}

export type ShownGuide = Omit<Guide, "format" | "key" | "name" | "language" | "steps"> &
  Partial<Pick<Guide, "format" | "key" | "name" | "language">> & { steps: unknown[] };

export interface Api {
  identify(id: string, traits?: Traits, options?: { token?: Token }): void;
  account(id: string, traits?: Traits): void;
  track(name: string, data?: { [name: string]: unknown }): void;
  start(guide: string): Promise<boolean>;
  stop(): void;
  reset(): void;
  destroy(): void;
  on(name: string, listener: (detail: unknown) => void): () => void;
  consent(given: boolean): void;
  state(): State;
  next(): void;
  back(): void;
  close(): void;
  explain(options?: { panel?: boolean }): Verdict[];
  show(guide: ShownGuide): Promise<boolean>;
  test(options?: TestOptions): Promise<void>;
}

/** `gone` is called by destroy(), after everything else. */
export function openApi({ runtime, scheduler }: Booted, gone: () => void): Api {
  const { visitor } = runtime;
  const player = () => runtime.player;
  const tell = () => {
    const { anonymous, id, account, traits, account_traits } = visitor.kept();
    const data = { anonymous, traits, ...(account && { account, account_traits }) };
    if (visitor.tell(JSON.stringify([id, data]))) runtime.record("identify", { data });
    runtime.consider();
  };
  const calls: Api = {
    identify(id, traits, options) {
      const { token } = options ?? {};
      if (!named(id)) throw new TypeError("identify() needs the visitor's id");
      visitor.identify(String(id), plain(traits), token);
      tell();
      if (token) runtime.hold(askServer(runtime));
    },
    account(id, traits) {
      if (!named(id)) throw new TypeError("account() needs the account's id");
      visitor.account(String(id), plain(traits));
      tell();
    },
    track(name, data) {
      if (!named(name)) throw new TypeError("track() needs the event's name");
      runtime.record("track", { data: { ...plain(data), name: String(name).slice(0, 100) } });
      visitor.noteEvent(name);
      runtime.fire(`track ${name}`, data);
      runtime.happened(`event ${name}`);
    },
    start: (guide) => runtime.start(guide),
    stop() {
      scheduler.automatic = false;
      player()?.stop();
    },
    reset() {
      player()?.stop();
      visitor.reset();
      runtime.consider();
    },
    destroy() {
      calls.stop();
      void runtime.sender?.flush();
      runtime.end.abort();
      gone();
    },
    on: (name, listener) => runtime.on(name, listener),
    consent: (given) => runtime.consent(given),
    state: () => ({
      ready: !!runtime.manifest,
      environment: runtime.manifest?.environment ?? "",
      release: runtime.manifest?.release ?? null,
      visitor: visitor.id(),
      open: player()?.open() ?? [],
    }),
    next: () => player()?.next(),
    back: () => player()?.back(),
    close: () => player()?.close(),
    explain(options) {
      if (options?.panel)
        void runtime.loadChunk<{ openPanel(run: typeof runtime): void }>("panel").then((it) => it.openPanel(runtime));
      return runtime.explain();
    },
    async show(guide) {
      const [{ compile }, tour] = await Promise.all([runtime.loadChunk<ShowChunk>("show"), runtime.needPlayer()]);
      const piece = compile(guide, runtime);
      tour.supersede(piece.listed.key);
      tour.begin(piece, { segments: [], auto: false, step: runtime.mode.step });
      return true;
    },
    async test(options = {}) {
      if (options.off) runtime.mode.off = true;
      const applied = runtime
        .loadChunk<TestChunk>("test")
        .then((chunk) => chunk.applyTest(runtime, scheduler, options));
      runtime.hold(applied);
      await applied;
    },
  };
  return guarded(calls, runtime.problem);
}

const named = (id: unknown): boolean => (typeof id === "string" && id !== "") || typeof id === "number";

interface ShowChunk {
  compile(guide: ShownGuide, runtime: Booted["runtime"]): import("./runtime.ts").Piece;
}
interface TestChunk {
  applyTest(runtime: Booted["runtime"], scheduler: Booted["scheduler"], options: TestOptions): Promise<void>;
}

/** What survives a trip as JSON: a trait that does not (a cycle, a function) is no trait. */
function plain(traits: Traits | undefined): Traits {
  const kept: Traits = {};
  for (const [name, value] of Object.entries(traits ?? {}))
    try {
      const text = JSON.stringify(value);
      if (text !== undefined) kept[name] = JSON.parse(text);
    } catch {}
  return kept;
}

/** Wait a moment for what the server knows of an identified visitor, so that no other device's guide comes twice. */
async function askServer(runtime: Booted["runtime"]): Promise<void> {
  await runtime.ready;
  const token = await runtime.visitor.token();
  if (!token) return;
  const answer = await fetch(`${runtime.root}/v1/${runtime.env}/visitor`, {
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
    signal: AbortSignal.timeout(SERVER_PATIENCE_MS),
  });
  if (!answer.ok) return;
  const known = await answer.json();
  runtime.visitor.merge(known);
  for (const run of known.open ?? []) runtime.adopt(run);
}
const SERVER_PATIENCE_MS = 2000;

/** No call throws into the page: it answers undefined, and `problem` says why. */
function guarded(calls: Api, problem: (code: string, detail: unknown) => void): Api {
  const entries = Object.entries(calls).map(([name, call]) => [
    name,
    (...given: unknown[]) => {
      try {
        const answer = (call as (...given: unknown[]) => unknown)(...given);
        const told = (error: unknown) => problem(`call_${name}`, String(error));
        return answer instanceof Promise ? answer.catch((error) => void told(error)) : answer;
      } catch (error) {
        problem(`call_${name}`, String(error));
      }
    },
  ]);
  return Object.fromEntries(entries);
}
