// The widget on a page that may have nothing to show: who the visitor is, what is live, and whether any of it is for
// here and now. Only then the tour chunk is loaded. Everything that listens hangs on one AbortController, so that
// destroy() can take it all away.
import { hasChunk, loadChunk } from "./chunks.ts";
import { decideFirst, holdsBack } from "./decide.ts";
import { factsOf, pathMatches, whereMatches } from "./facts.ts";
import { wanted } from "./language.ts";
import { fetchJson, loadManifest } from "./manifest.ts";
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
interface PreviewChunk {
  openPreview(runtime: Runtime, code: string | null): Promise<void>;
}

/** `?handrail=KEY` starts a guide, `handrail_code=…` begins a preview; neither stays in the address. */
const PARAMETER = /([?#&])(handrail|handrail_code)=([^&#]+)&?/;

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
  let consented = store.read<boolean>("consent");
  let loading: Promise<Main> | null = null;
  let sending = false;
  let held = 0;
  let planned = false;
  let early = 100_000;

  const runtime: Runtime = {
    env,
    root,
    build,
    end,
    mode,
    store,
    tab,
    visitor,
    agreed,
    now,
    hasChunk,
    loadChunk,
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
      for (const listener of [...(listeners.get(name) ?? [])])
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
    language: () => wanted(mode.language)[0] ?? "en",
    present: () => false,
    holds: (rule) => evaluate(rule, factsOf(runtime, runtime.present)).matches,
    matchesPath: pathMatches,
    matchesWhere: whereMatches,
    value(name) {
      const value = (mode.traits ?? visitor.kept().traits)[name];
      return value == null ? undefined : String(value);
    },
    fetchAddress<T>(address: string) {
      const kept = runtime.drafts.get(address) ?? fetchJson<T>(`${root}/v1/${env}/chunks/${address}.json`);
      runtime.drafts.set(address, kept);
      return Promise.resolve(kept as T).catch((error) => {
        runtime.drafts.delete(address);
        throw error;
      });
    },
    needMain: () =>
      (loading ??= loadChunk<TourChunk>("tour").then(
        (tour) => {
          runtime.sender ??= tour.openSender(runtime);
          runtime.main = tour.openMain(runtime);
          return runtime.main;
        },
        (error) => {
          loading = null;
          throw error;
        },
      )),
    async start(guide) {
      await runtime.ready;
      const known = !mode.off && runtime.manifest?.guides.some(({ key }) => key === guide);
      let started = false;
      if (known)
        await runtime.withMain(async (main) => {
          started = await main.start(guide);
        });
      return started;
    },
    withMain: (work) =>
      runtime
        .needMain()
        .then(work)
        .catch((error) => runtime.problem("chunk_unreachable", String(error))),
    decideFirst: (listed) => decideFirst(runtime, listed, runtime.present),
    tell(verdict) {
      const { guide, code, clause } = verdict;
      const said = `${visitor.session().id} ${guide} ${code}`;
      const known = tab.read<string[]>("told") ?? [];
      if (!holdsBack(verdict) || known.includes(said)) return;
      tab.write("told", [...known, said].slice(-200));
      runtime.record("decision", { guide, data: { clause: JSON.stringify(clause), code } });
    },
    explain: () => (runtime.manifest?.guides ?? []).map((runtime.main ?? { decide: runtime.decideFirst }).decide),
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
  }

  /** A small chunk for a page that has something to send and nothing to show; the tour chunk brings its own. */
  function needSender(): void {
    if (loading || sending) return;
    sending = true;
    loadChunk<SendChunk>("send").then(
      ({ openSender }) => {
        if (!end.signal.aborted) runtime.sender ??= openSender(runtime);
      },
      () => {
        sending = false;
      },
    );
  }

  /** The guide or code that the address names. */
  function readAddress(): void {
    const [whole, before, name, value] = PARAMETER.exec(location.href) ?? [];
    const code = name === "handrail_code" ? (value as string) : null;
    if (whole)
      history.replaceState(history.state, "", location.href.replace(whole, before as string).replace(/[?&#]$/, ""));
    if (name === "handrail") void runtime.start(value as string);
    if (code || (!once.has("preview") && tab.read("preview"))) {
      once.add("preview");
      runtime.hold(loadChunk<PreviewChunk>("preview").then((chunk) => chunk.openPreview(runtime, code)));
    }
  }

  if (env) {
    runtime.ready = loadManifest(runtime).then((manifest) => {
      runtime.manifest ??= manifest;
      if (!manifest || end.signal.aborted) return;
      if (agreed()) for (const place of [store, tab]) place.settle();
      if (store.names("early.").length || store.names("queue.").length) needSender();
      if (manifest.settings.struggle)
        void loadChunk<StruggleChunk>("struggle").then(
          (chunk) => chunk.watchStruggle(runtime),
          () => {},
        );
      runtime.consider();
    });
    readAddress();
  }
  const stopWatching = watchAddress(runtime, () => {
    readAddress();
    runtime.fire("page", location.href);
    runtime.main?.moved();
    runtime.consider();
  });
  end.signal.addEventListener("abort", () => {
    stopWatching();
    listeners.clear();
  });
  return runtime;
}
