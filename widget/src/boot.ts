// The widget on a page that may have nothing to show: who the visitor is, what is live, and whether any of it is for
// here and now. Only then the tour chunk is loaded. Everything that listens hangs on two AbortControllers, so that stop()
// and destroy() can take it away.
import { loadChunk } from "./chunks.ts";
import { decideFirst, holdsBack } from "./decide.ts";
import { factsOf, pathMatches, whereMatches } from "./facts.ts";
import { uuid7 } from "./ids.ts";
import { wanted } from "./language.ts";
import { fetchJson, loadManifest } from "./manifest.ts";
import { type More, more } from "./more.ts";
import { watchAddress } from "./page.ts";
import type { Main, Mode, Runtime, Sender } from "./runtime.ts";
import { openStore } from "./store.ts";
import { evaluate } from "./targeting.ts";
import { openVisitor } from "./visitor.ts";

export interface Place {
  /** The environment's public key; empty for a widget without a server. */
  env: string;
  /** Where the server's root is: `https://guides.example.com`. */
  root: string;
  build: string;
}

interface SendChunk {
  openSender(runtime: Runtime): Sender;
}
interface TourChunk extends SendChunk {
  openMain(runtime: Runtime): Main;
}
interface StruggleChunk {
  watchStruggle(runtime: Runtime): void;
}
interface AddressChunk {
  readAddress(runtime: Runtime, address: string, fresh: boolean): Promise<void>;
}

/** `?handrail=KEY` starts a guide, `handrail_code=…` begins a preview. */
const PARAMETER = /[?#&]handrail(_code)?=[^&#]/;

export function boot({ env, root, build }: Place): Runtime {
  const end = new AbortController();
  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  const once = new Set<string>();
  const mode: Mode = {};
  const agreed = () => consented ?? (!!runtime.manifest && runtime.manifest.settings.consent !== "ask");
  const now = () => mode.clock ?? Date.now();
  const prefix = `handrail:${env}:`;
  const store = openStore(() => localStorage, prefix, agreed);
  const tab = openStore(() => sessionStorage, prefix, agreed);
  const visitor = openVisitor(store, now);
  const unreachable = (error: unknown) => runtime.problem("chunk_unreachable", String(error));
  let consented = store.read<boolean>("consent");
  let loading: Promise<Main> | null = null;
  let unsent = false;
  let settled = !env;
  let held = 0;
  let planned = false;
  let early = 100_000;

  const runtime: Runtime = {
    env,
    root,
    build,
    end,
    listening: end,
    mode,
    store,
    tab,
    visitor,
    agreed,
    now,
    parts: {},
    async loadChunk<T>(name: string) {
      const part = await loadChunk<T & { rare?: More }>(name);
      runtime.parts[name] = part;
      // Only the rules chunk brings any.
      Object.assign(more, part.rare);
      return part;
    },
    use: (name, work) => runtime.loadChunk<never>(name).then(work).catch(unreachable),
    drafts: new Map(),
    ready: Promise.resolve(),
    manifest: null,
    sender: null,
    main: null,
    automatic: true,
    quiet_until: 0,
    record(type, fields) {
      // Global Privacy Control: guides are shown, nothing about the visitor leaves the browser.
      const refused =
        consented === false || (!consented && (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl);
      // Without a server there is nobody to tell.
      if (!env || mode.off || mode.silent || refused) return;
      const given = { at: now(), ...fields };
      if (runtime.sender) return runtime.sender.record(type, given);
      // The page may go before the sender comes: the next one sends it.
      store.write(`early.${Date.now()}.${early++}`, [type, { page: location.pathname, ...given }]);
      needSender();
    },
    fire(name, detail) {
      for (const listener of new Set(listeners.get(name)))
        try {
          listener(detail);
        } catch (error) {
          // The page's own mistake belongs in the page's own console.
          setTimeout(reportError, 0, error);
          if (name !== "problem") runtime.problem("listener_threw", name);
        }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    problem(code, detail) {
      if (once.has(code)) return;
      once.add(code);
      runtime.record("track", { data: { name: "handrail.problem", code } });
      runtime.fire("problem", { code, detail });
    },
    makeId: uuid7,
    speaks: () => wanted(mode.language),
    language: () => runtime.speaks()[0] ?? "en",
    present: () => false,
    holds: (rule) => evaluate(rule, factsOf(runtime, runtime.present)).matches,
    matchesPath: pathMatches,
    matchesWhere: whereMatches,
    fetchJson,
    needMain() {
      if (runtime.listening.signal.aborted && !end.signal.aborted) {
        listen();
        // What stop() ended does not come back; what is still on its way will do.
        if (runtime.main) loading = runtime.main = null;
      }
      loading ??= runtime.loadChunk<TourChunk>("tour").then(
        (tour) => {
          runtime.sender ??= tour.openSender(runtime);
          runtime.main = tour.openMain(runtime);
          return runtime.main;
        },
        (error) => {
          loading = null;
          if (unsent) loadSender();
          throw error;
        },
      );
      return loading;
    },
    async start(guide) {
      await runtime.ready;
      const listed = !mode.off && runtime.manifest?.guides.find(({ key }) => key === guide);
      return !!listed && !!(await runtime.withMain((main) => main.start(listed)));
    },
    withMain: (work) => runtime.needMain().then(work).catch(unreachable),
    decideFirst: (listed) => decideFirst(runtime, listed, runtime.present),
    tell(verdict) {
      const { guide, code, clause } = verdict;
      const said = `${visitor.session().id} ${guide} ${code}`;
      const known = tab.read<string[]>("told") ?? [];
      if (!holdsBack(verdict) || known.includes(said)) return;
      tab.write("told", [...known, said].slice(-200));
      runtime.record("decision", { guide, data: { clause: JSON.stringify(clause), code } });
    },
    explain: () => (runtime.manifest?.guides ?? []).map(runtime.main?.decide ?? runtime.decideFirst),
    consider() {
      if (planned || held || !runtime.manifest || end.signal.aborted) return;
      planned = true;
      setTimeout(() => {
        planned = false;
        if (!held && !end.signal.aborted) look();
      });
    },
    hold(until) {
      held++;
      const release = () => {
        held--;
        runtime.consider();
      };
      until.then(release, release);
    },
    consent(given) {
      consented = given;
      for (const place of [store, tab]) given ? place.settle() : place.wipe();
      if (given) store.write("consent", true);
      if (given && store.names("early.").length) needSender();
      runtime.consider();
    },
  };

  /** Look whether there is anything for here and now; go on with the tour chunk where there may be. */
  function look(): void {
    if (runtime.main) {
      runtime.main.consider();
      return;
    }
    let maybe = runtime.automatic && !mode.off && store.names("run.").length > 0;
    runtime.present = () => {
      maybe = true;
      return false;
    };
    for (const listed of runtime.manifest?.guides ?? []) {
      const verdict = runtime.decideFirst(listed);
      maybe ||= verdict.code === "shown";
      if (!listed.start || listed.start.on === "load") runtime.tell(verdict);
    }
    if (maybe) void runtime.withMain((main) => main.consider());
    else if (unsent) loadSender();
  }

  /** Whatever shows a guide brings the sender along: look for that first. */
  function needSender(): void {
    unsent = true;
    if (settled && !runtime.manifest) loadSender();
    else runtime.consider();
  }

  /** A small chunk for a page that has something to send and nothing to show. */
  function loadSender(): void {
    if (loading) return;
    const open = ({ openSender }: SendChunk) => {
      if (!end.signal.aborted) runtime.sender ??= openSender(runtime);
    };
    // Where it can't come, the events wait: the next one asks again.
    runtime.loadChunk<SendChunk>("send").then(open, () => {});
  }

  /** The guide or code that the address names, or the preview that this tab is in. */
  function readAddress(): void {
    const { href } = location;
    const fresh = !once.has("preview");
    if (!PARAMETER.test(href) && !(fresh && tab.read("preview"))) return;
    once.add("preview");
    runtime.hold(runtime.loadChunk<AddressChunk>("address").then((chunk) => chunk.readAddress(runtime, href, fresh)));
  }

  function listen(): void {
    runtime.listening = new AbortController();
    watchAddress(runtime, () => {
      readAddress();
      runtime.fire("page", location.href);
      runtime.main?.moved();
      runtime.consider();
    });
  }

  if (env) {
    runtime.ready = loadManifest(runtime)
      .then((manifest) => {
        runtime.manifest ??= manifest;
        if (!manifest || end.signal.aborted) return;
        if (agreed()) for (const place of [store, tab]) place.settle();
        unsent ||= store.names("early.").length + store.names("queue.").length > 0;
        if (manifest.settings.struggle) runtime.use<StruggleChunk>("struggle", (chunk) => chunk.watchStruggle(runtime));
      })
      .catch(unreachable)
      .then(() => {
        settled = true;
        if (unsent) needSender();
        runtime.consider();
      });
    readAddress();
  }
  listen();
  end.signal.addEventListener("abort", () => listeners.clear());
  return runtime;
}
