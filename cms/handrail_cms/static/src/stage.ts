// Inside the editor's frame: a plain page with the one element that the step points at, and the real widget on it.
import type { Draft, DraftStep, ToStage } from "./editor/wire.ts";

interface Widget {
  show(guide: unknown): Promise<boolean>;
  stop(): void;
  destroy(): void;
  identify(id: string, traits: { [name: string]: unknown }): void;
  test(options: {
    step?: string;
    animate: boolean;
    events: "none";
    persona: { traits: unknown; account: unknown; language: string };
  }): Promise<void>;
}

const page = document.getElementById("page") as HTMLElement;
let last = "";
let waiting: ToStage | null = null;
let drawing = false;

// The widget takes the focus into what it shows and holds it there, as it must for visitors. Here the author is
// writing beside it: the frame is a picture.
HTMLElement.prototype.focus = () => {};

const widget = import(page.dataset.widget ?? "") as Promise<Widget>;

window.addEventListener("message", (event) => {
  if (event.source !== window.parent || event.origin !== location.origin) return;
  const said = event.data as ToStage;
  if (said.handrail !== "draft") return;
  waiting = said;
  void drawWaiting();
});
window.parent.postMessage("handrail: ready", location.origin);

/** One after the other, the newest only: a step that is still opening must not come up over a later one. */
async function drawWaiting(): Promise<void> {
  if (drawing) return;
  drawing = true;
  while (waiting) {
    const said = waiting;
    waiting = null;
    await draw(said).catch((error: unknown) => console.warn(error));
  }
  drawing = false;
}

async function draw(said: ToStage): Promise<void> {
  const now = JSON.stringify(said);
  if (now === last) return;
  last = now;
  const { show, stop, test } = await widget;
  document.documentElement.dataset.scheme = said.scheme;
  document.documentElement.lang = said.language || said.draft.language;
  const step = stepOf(said.draft, said.panel);
  stop();
  page.replaceChildren(...(step ? [hostPage(step)] : []));
  if (!step || !(step.title || step.body)) return;
  await test({
    step: step.id,
    animate: false,
    events: "none",
    persona: { traits: said.traits, account: said.account ?? {}, language: said.language },
  });
  await show(playable(said, step));
}

/** The step that is edited; the first one while the guide itself or its audience is. */
function stepOf(draft: Draft, panel: string): DraftStep | null {
  const steps = Array.isArray(draft.steps) ? draft.steps : [];
  return steps.find(({ id }) => id === panel) ?? steps[0] ?? null;
}

/** The draft with the stage's element as the target, and nothing that would wait for another page. */
function playable({ draft, theme, scheme }: ToStage, step: DraftStep): unknown {
  const element = page.querySelector("[data-target]");
  const steps = draft.steps.map((one) => {
    const { on: _, target, ...rest } = one as DraftStep & { on?: unknown };
    const shown = one.id === step.id && target && element ? { target: { element } } : {};
    return { ...rest, ...shown, title: one.title || "…" };
  });
  const {
    where: _,
    audience: __,
    start: ___,
    ...guide
  } = draft as Draft & { where?: unknown; audience?: unknown; start?: unknown };
  return { ...guide, theme: theme ? { ...theme, scheme } : { scheme }, steps };
}

function hostPage(step: DraftStep): HTMLElement {
  const frame = make("div", "host");
  const bar = make("div", "host-bar");
  bar.append(make("span", "host-line"), make("span", "host-line short"));
  const body = make("div", "host-body");
  for (const width of ["", "long", ""]) body.append(make("span", `host-line ${width}`));
  if (step.target) body.append(targetOf(step.target));
  for (const width of ["long", "", "short"]) body.append(make("span", `host-line ${width}`));
  frame.append(bar, body);
  return frame;
}

function targetOf({ role = "", name, text, css }: NonNullable<DraftStep["target"]>): HTMLElement {
  const label = name ?? text ?? css ?? role;
  if (/^(textbox|searchbox|combobox|spinbutton)$/.test(role)) {
    const input = make("input", "host-target") as HTMLInputElement;
    input.setAttribute("aria-label", label || "field");
    input.placeholder = label;
    input.dataset.target = "";
    return input;
  }
  const button = make("button", "host-target");
  button.textContent = label || "…";
  button.dataset.target = "";
  return button;
}

function make(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}
