// The same calls as an ES module, for bundlers, frameworks and Node: importing it touches no page. `load()` connects
// to a server; `show()` needs none.
import { type Api, openApi, type ShownGuide, type State } from "./api.ts";
import { boot } from "./boot.ts";
import { BUILD } from "./chunks.ts";

export type { Api, ShownGuide, State, TestOptions } from "./api.ts";
export type { Verdict } from "./decide.ts";
export type { OpenGuide } from "./runtime.ts";
export type { Token, Traits } from "./visitor.ts";
export type { Guide } from "./wire.ts";

export interface Server {
  /** The environment's public key. */
  environment: string;
  /** Where the server is: `https://guides.example.com`. */
  origin: string;
}

const NOWHERE: State = { ready: false, environment: "", release: null, visitor: null, open: [] };

let api: Api | null = null;

function open(server: Server | null): Api {
  const place = { env: server?.environment ?? "", root: (server?.origin ?? "").replace(/\/$/, ""), build: BUILD };
  api = openApi(boot(place), () => {
    api = null;
  });
  return api;
}

/** The widget on this page; none where there is no page (a server that renders). */
const here = (): Api | null => api ?? (typeof document === "undefined" ? null : open(null));

/** Connect to a Handrail server. Calls made before go to a widget without one, which this ends. */
export function load(server: Server): void {
  if (typeof document === "undefined") return;
  api?.destroy();
  open(server);
}

export const identify: Api["identify"] = (...given) => here()?.identify(...given);
export const account: Api["account"] = (...given) => here()?.account(...given);
export const track: Api["track"] = (...given) => here()?.track(...given);
export const start: Api["start"] = async (guide) => (await here()?.start(guide)) ?? false;
export const stop: Api["stop"] = () => api?.stop();
export const reset: Api["reset"] = () => here()?.reset();
export const destroy: Api["destroy"] = () => api?.destroy();
export const on: Api["on"] = (name, listener) => here()?.on(name, listener) ?? (() => {});
export const consent: Api["consent"] = (given) => here()?.consent(given);
export const state: Api["state"] = () => api?.state() ?? NOWHERE;
export const next: Api["next"] = () => api?.next();
export const back: Api["back"] = () => api?.back();
export const close: Api["close"] = () => api?.close();
export const explain: Api["explain"] = (options) => api?.explain(options) ?? [];
export const show = async (guide: ShownGuide): Promise<boolean> => (await here()?.show(guide)) ?? false;
export const test: Api["test"] = async (options) => here()?.test(options);
