// The theme page: every kind of guide at once, drawn by the real widget, and the contrast as one types.
import type { Draft, ToStage } from "./editor/wire.ts";

interface Pair {
  scheme: string;
  one: string;
  other: string;
  ratio: number | null;
  enough: boolean;
  nearest: string | null;
}

const QUIET_MS = 250;
const form = document.querySelector<HTMLFormElement>("[data-theme-form]");
const stages = document.querySelector<HTMLElement>("[data-stages]");
if (form && stages) openTheme(form, stages);

function read<T>(name: string): T {
  return JSON.parse(document.querySelector(`[${name}]`)?.textContent ?? "{}") as T;
}

function openTheme(form: HTMLFormElement, stages: HTMLElement): void {
  const samples = read<{ [kind: string]: Draft }>("data-samples");
  const scheme = stages.querySelector<HTMLSelectElement>("#theme-scheme");
  let theme = read<{ [name: string]: unknown }>("data-theme-body");
  let timer = 0;

  const tell = (frame: HTMLIFrameElement): void => {
    const draft = samples[frame.dataset.kind ?? ""];
    if (!draft) return;
    const panel = draft.steps[0]?.id ?? "";
    const chosen = scheme?.value ?? "light";
    const look = { ...theme, scheme: chosen };
    const said: ToStage = { handrail: "draft", draft, panel, scheme: chosen, language: "", traits: {}, theme: look };
    frame.inert = true;
    frame.contentWindow?.postMessage(said, location.origin);
  };
  const frames = [...stages.querySelectorAll("iframe")];
  const ask = async (): Promise<void> => {
    const answer = await fetch(form.dataset.contrast ?? "", { method: "POST", body: new FormData(form) });
    if (!answer.ok) return;
    const told = (await answer.json()) as { theme: { [name: string]: unknown }; pairs: Pair[] };
    theme = told.theme;
    showPairs(told.pairs);
    for (const frame of frames) tell(frame);
  };
  form.addEventListener("input", (event) => {
    const { name, value } = event.target as HTMLInputElement;
    document.querySelector(`[data-swatch="${CSS.escape(name)}"]`)?.setAttribute("fill", value);
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask().catch(() => undefined), QUIET_MS);
  });
  scheme?.addEventListener("change", () => {
    for (const frame of frames) tell(frame);
  });
  window.addEventListener("message", (event) => {
    const frame = frames.find(({ contentWindow }) => contentWindow === event.source);
    if (frame && event.data === "handrail: ready") tell(frame);
  });
  stages.hidden = false;
  for (const frame of frames) frame.src = stages.dataset.stage ?? "";
}

function showPairs(pairs: Pair[]): void {
  for (const { scheme, one, other, ratio, enough, nearest } of pairs) {
    const line = document.querySelector(`[data-pair="${scheme}-${one}-${other}"]`);
    const state = line?.querySelector(".state");
    state?.classList.toggle("live", enough);
    state?.classList.toggle("broken", !enough);
    const figure = line?.querySelector("[data-ratio]");
    if (figure) figure.textContent = ratio === null ? "–" : String(ratio);
    const mend = line?.querySelector<HTMLElement>("[data-nearest]");
    const colour = mend?.querySelector("code");
    if (mend) mend.hidden = nearest === null;
    if (colour) colour.textContent = nearest;
  }
}
