// Put the parts together for one page. Everything that listens hangs on one AbortController, so that destroy() can
// take it all away.
import { hasChunk, loadChunk } from "./chunks.ts";
import { openQueue } from "./events.ts";
import { evaluate, factsOf, languageOf, pathMatches, whereMatches } from "./facts.ts";
import { fetchJson, loadManifest } from "./manifest.ts";
import { watchAddress } from "./page.ts";
import type { Mode, Player, Runtime } from "./runtime.ts";
import { adoptRun } from "./saved.ts";
import { openScheduler, type Scheduler } from "./scheduler.ts";
import type { Sender } from "./send.ts";
import { openStore } from "./store.ts";
import { openVisitor } from "./visitor.ts";

export interface Place {
  /** The environment's public key. */
  env: string;
  /** Where the server's root is: `https://guides.example.com`. */
  root: string;
  build: string;
}

/** What the tour chunk exports. */
interface TourChunk {
  openPlayer(runtime: Runtime): Player;
  openSender(runtime: Runtime): Sender;
}

interface PreviewChunk {
  openPreview(runtime: Runtime, scheduler: Scheduler, code: string | null): Promise<void>;
}

const LINK = "handrail";

/** Global Privacy Control: guides are shown, nothing about the visitor leaves the browser. */
const refusesTracking = (): boolean => !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

export interface Booted {
  runtime: Runtime;
  scheduler: Scheduler;
}

export function boot({ env, root, build }: Place): Booted {
  const end = new AbortController();
  const prefix = `handrail:${env}:`;
  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  const problems = new Set<string>();
  const mode: Mode = {
    off: false,
    mark: null,
    animate: true,
    events: true,
    guide: null,
    step: null,
    language: null,
    traits: null,
    clock: null,
  };
  let consented: boolean | null;
  let player: Promise<Player> | null = null;
  let sending: Promise<void> | null = null;

  const agreed = () => consented ?? (!!runtime.manifest && runtime.manifest.settings.consent !== "ask");
  const now = () => mode.clock ?? Date.now();
  const store = openStore(() => localStorage, prefix, agreed);
  const runtime: Runtime = {
    env,
    root,
    build,
    end,
    mode,
    store,
    agreed,
    now,
    tab: openStore(() => sessionStorage, prefix, agreed),
    visitor: openVisitor(store, now),
    manifest: null,
    sender: null,
    player: null,
    quietUntil: 0,
    record: () => {},
    mayRecord: () => mode.events && consented !== false && (consented || !refusesTracking()),
    fire(name, detail) {
      for (const listener of [...(listeners.get(name) ?? [])])
        try {
          listener(detail);
        } catch (error) {
          if (name !== "problem") runtime.problem("listener_threw", name);
          // The page's own mistake belongs in the page's own console, not in our control flow.
          setTimeout(() => reportError(error));
        }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    problem(code, detail) {
      if (problems.has(code)) return;
      problems.add(code);
      runtime.record("track", { data: { name: "handrail.problem", code } });
      runtime.fire("problem", { code, detail });
    },
    language: () => languageOf(runtime),
    holds: (rule) =>
      evaluate(
        rule,
        factsOf(runtime, (target) => runtime.player?.present(target) ?? false),
      ).matches,
    matchesPath: pathMatches,
    matchesWhere: whereMatches,
    value(name) {
      const { traits } = visitor.kept();
      const value = (mode.traits ?? traits)[name];
      return value === undefined || value === null ? undefined : String(value);
    },
    loadChunk,
    hasChunk,
    drafts: new Map(),
    ready: Promise.resolve(),
    fetchAddress: async <T>(address: string) =>
      (runtime.drafts.get(address) as T) ?? fetchJson<T>(`${root}/v1/${env}/chunks/${address}.json`),
    needPlayer() {
      player ??= loadChunk<TourChunk>("tour").then((tour) => {
        runtime.sender ??= tour.openSender(runtime);
        runtime.player = tour.openPlayer(runtime);
        return runtime.player;
      });
      player.catch(() => {
        player = null;
      });
      return player;
    },
    start: (guide) => runtime.ready.then(() => scheduler.start(guide)),
    consider: () => scheduler.consider(),
    explain: () => scheduler.explain(),
    happened: (name) => scheduler.happened(name),
    ended: (run) => scheduler.ended(run),
    adopt: (run) => adoptRun(runtime, run),
    consent(given) {
      consented = given;
      for (const place of [store, runtime.tab]) given ? place.settle() : place.wipe();
      if (given) {
        store.write("consent", true);
        soon();
      }
      scheduler.consider();
    },
    hold: (until) => scheduler.hold(until),
  };
  const { visitor } = runtime;
  consented = store.read<boolean>("consent");
  runtime.record = openQueue(runtime, soon);

  /** Bring a sender when there is something to send: the tour chunk has one, a small chunk serves otherwise. */
  function soon(): void {
    if (runtime.sender || sending || player) {
      runtime.sender?.soon();
      return;
    }
    sending = loadChunk<Pick<TourChunk, "openSender">>("send")
      .then(({ openSender }) => {
        if (!end.signal.aborted) runtime.sender ??= openSender(runtime);
      })
      .catch(() => {
        sending = null;
      });
  }

  const scheduler = openScheduler(runtime);
  const ready = (env ? loadManifest(runtime) : Promise.resolve(null)).then((manifest) => {
    runtime.manifest = manifest;
    if (end.signal.aborted || !manifest) return;
    if (agreed()) for (const place of [store, runtime.tab]) place.settle();
    if (store.names("queue.").length) soon();
    followLink(runtime);
    scheduler.moved();
  });
  runtime.ready = ready;
  const code = takeCode();
  if (code || runtime.tab.read("preview"))
    scheduler.hold(loadChunk<PreviewChunk>("preview").then((chunk) => chunk.openPreview(runtime, scheduler, code)));
  const stopWatching = watchAddress(() => {
    followLink(runtime);
    runtime.fire("page", location.href);
    scheduler.moved();
  });
  end.signal.addEventListener("abort", () => {
    stopWatching();
    listeners.clear();
  });
  return { runtime, scheduler };
}

/** The one-time code of a preview, from the query or the fragment; the address forgets it at once. */
function takeCode(): string | null {
  const found = /([?#&])handrail_code=([^&#]+)&?/.exec(location.href);
  if (!found) return null;
  const [whole, before] = found;
  history.replaceState(history.state, "", location.href.replace(whole, before as string).replace(/[?&#]$/, ""));
  return decodeURIComponent(found[2] as string);
}

/** `?handrail=KEY` starts a guide; the parameter goes, so that a reload does not start it again. */
function followLink(runtime: Runtime): void {
  const address = new URL(location.href);
  const guide = address.searchParams.get(LINK);
  if (!guide) return;
  address.searchParams.delete(LINK);
  history.replaceState(history.state, "", address);
  void runtime.start(guide);
}
