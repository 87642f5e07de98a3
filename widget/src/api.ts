// The calls that a host page may make. None of them ever throws into the page.
import type { Verdict } from "./decide.ts";
import type { Main, OpenGuide, Runtime } from "./runtime.ts";
import type { Token, Traits } from "./visitor.ts";
import type { Guide, Listed } from "./wire.ts";

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
  /** Traits and language in place of the visitor's. */
  persona?: { traits?: Traits; account?: Traits; language?: string };
  /** Epoch milliseconds or ISO 8601: the time stands still there. */
  clock?: number | string;
  /** True: with animation. */
  animate?: boolean;
  /** "none" (the default), or marked "walk" or "usability". */
  events?: "none" | "walk" | "usability";
}

/** A guide document; only its steps are needed, `target` may be `{element}`, and `words` the usual buttons' texts. */
export type ShownGuide = Omit<Partial<Guide>, "steps" | "theme"> & {
  steps: unknown[];
  theme?: unknown;
  words?: { [name: string]: string };
};

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

interface Chunks {
  identity: { askServer(runtime: Runtime): Promise<void> };
  panel: { openPanel(runtime: Runtime): void };
  show: { show(guide: ShownGuide, runtime: Runtime, main: Main): Promise<true> };
  test: { applyTest(runtime: Runtime, options: TestOptions): Promise<void> };
}

/** `gone` is called by destroy(), after everything else. */
export function openApi(runtime: Runtime, gone: () => void): Api {
  const { visitor, mode, store } = runtime;
  const chunk = <Name extends keyof Chunks>(name: Name) => runtime.loadChunk<Chunks[Name]>(name);
  const tell = () => {
    const { anonymous, account, traits, account_traits, id, told } = visitor.kept();
    const data = { anonymous, traits, ...(account && { account, account_traits }) };
    const news = JSON.stringify([id, data]);
    if (news !== told) {
      visitor.change({ told: news });
      runtime.record("identify", { data });
    }
    runtime.consider();
  };
  const calls: Api = {
    identify(id, traits, options) {
      visitor.identify(named(id), plain(traits));
      visitor.token = options?.token;
      tell();
      if (visitor.token) runtime.hold(chunk("identity").then(({ askServer }) => askServer(runtime)));
    },
    account(id, traits) {
      visitor.account(named(id), plain(traits));
      tell();
    },
    track(name, data) {
      runtime.record("track", { data: { ...plain(data), name: named(name).slice(0, 100) } });
      visitor.noteEvent(name);
      runtime.fire(`track ${name}`, data);
      const start = `event ${name}`;
      const waited = ({ start }: Listed) => (start as { event?: string } | undefined)?.event === name;
      if (runtime.automatic && (runtime.main || runtime.manifest?.guides.some(waited)))
        void runtime.withMain((main) => main.happened(start));
      else runtime.consider();
    },
    start: runtime.start,
    stop() {
      runtime.automatic = false;
      runtime.main?.stop();
      runtime.listening.abort();
    },
    reset() {
      runtime.main?.stop();
      for (const name of store.names("")) if (!/^(queue|early|consent)/.test(name)) store.write(name, null);
      visitor.token = undefined;
      runtime.consider();
    },
    destroy() {
      calls.stop();
      runtime.sender?.flush();
      runtime.end.abort();
      gone();
    },
    on: runtime.on,
    consent: runtime.consent,
    state: () => ({
      ready: !!runtime.manifest,
      environment: runtime.manifest?.environment ?? "",
      release: runtime.manifest?.release ?? null,
      visitor: visitor.id(),
      open: runtime.main?.open() ?? [],
    }),
    next: () => runtime.main?.next(),
    back: () => runtime.main?.back(),
    close: () => runtime.main?.close(),
    explain(options) {
      if (options?.panel) void runtime.use<Chunks["panel"]>("panel", ({ openPanel }) => openPanel(runtime));
      return runtime.explain();
    },
    async show(guide) {
      const [{ show }, main] = await Promise.all([
        chunk("show"),
        runtime.needMain(),
        guide.theme && runtime.loadChunk("theme"),
      ]);
      return show(guide, runtime, main);
    },
    async test(options = {}) {
      mode.off = !!options.off;
      const applied = chunk("test").then(({ applyTest }) => applyTest(runtime, options));
      runtime.hold(applied);
      await applied;
    },
  };
  for (const [name, call] of Object.entries(calls))
    (calls as unknown as Record<string, unknown>)[name] = guarded(name, call, runtime);
  return calls;
}

/** No call throws into the page: it answers undefined, and `problem` says why. */
function guarded(name: string, call: (...given: never[]) => unknown, { problem }: Runtime) {
  const told = (error: unknown): undefined => problem(`call_${name}`, String(error)) as undefined;
  return (...given: never[]) => {
    try {
      const answer = call(...given);
      return answer instanceof Promise ? answer.catch(told) : answer;
    } catch (error) {
      return told(error);
    }
  };
}

function named(id: unknown): string {
  if ((typeof id !== "string" && typeof id !== "number") || id === "") throw new TypeError("a name or id is needed");
  return String(id);
}

/** What survives a trip as JSON: a trait that does not (a cycle, a function) is no trait. */
function plain(traits: Traits | undefined): Traits {
  const kept: Traits = {};
  for (const [name, value] of Object.entries(traits ?? {}))
    try {
      kept[name] = JSON.parse(JSON.stringify(value));
    } catch {}
  return kept;
}
