import { showConditions } from "./conditions.ts";
import { countMatches } from "./matches.ts";
import { openPreview, type Preview } from "./preview.ts";
import { showProblems, showSteps } from "./show.ts";
import { openSorting } from "./sorting.ts";
import { type Draft, type Saved, send } from "./wire.ts";

const QUIET_MS = 700;

/** The parts of the page that the server draws anew when the panel changes; the preview between them stays. */
const PARTS = [".page-head", "[data-problem-summary]", ".editor-steps", ".editor-properties", "[data-draft]"];
const HIDDEN = ["revision", "panel", "at", "top"];

interface Here {
  root: HTMLElement;
  form: HTMLFormElement;
  preview: Preview | null;
}

export function openEditor(): void {
  const root = document.querySelector<HTMLElement>("[data-editor]");
  const form = root?.querySelector<HTMLFormElement>("[data-editor-form]");
  if (!root || !form) return;
  const here: Here = { root, form, preview: openPreview(root, draftOf(root)) };
  const saving = openSaving(here);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void saving.act((event.submitter as HTMLButtonElement | null)?.value ?? "save");
  });
  form.addEventListener("change", (event) => {
    if ((event.target as HTMLElement).matches("[data-resubmit]")) void saving.act("save");
    showConditions(form);
  });
  form.addEventListener("input", saving.soon);
  root.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("[data-panel-link]");
    if (!link) return;
    event.preventDefault();
    void saving.act(`select:${link.dataset.panelLink}`, link.dataset.field);
  });
  openKeys(here, saving.act);
  countMatches(root, form);
  refresh(here);
}

/** What has to be done for parts that are new on the page. */
function refresh({ form }: Here): void {
  showConditions(form);
  openSorting(form);
}

function draftOf(root: HTMLElement): Draft {
  return JSON.parse(root.querySelector("[data-draft]")?.textContent ?? "{}") as Draft;
}

function openSaving(here: Here) {
  const { root, form } = here;
  let timer = 0;
  let running: AbortController | null = null;
  let dirty = false;

  const say = (text: string, look = ""): void => {
    const word = root.querySelector<HTMLElement>("[data-saved]");
    if (word) {
      word.textContent = text;
      word.className = `saved ${look}`;
    }
  };
  const told = (saved: Saved): void => {
    setField(form, "revision", String(saved.revision));
    setField(form, "at", String(saved.revision));
    setField(form, "top", String(saved.revision));
    if (saved.panel !== form.querySelector<HTMLInputElement>("[name=panel]")?.value)
      setField(form, "panel", saved.panel);
    say(saved.said);
    showSteps(root, saved);
    showProblems(root, saved);
    here.preview?.draw(saved.document);
    root.querySelector<HTMLButtonElement>("[data-undo]")?.removeAttribute("disabled");
    const sentence = root.querySelector("[data-audience]");
    if (sentence)
      sentence.replaceChildren(...new DOMParser().parseFromString(saved.audience, "text/html").body.childNodes, ".");
  };
  const save = async (): Promise<void> => {
    if (!dirty) return;
    dirty = false;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await send(form, running.signal);
      const read = (await answer.json()) as Saved & { refused?: string };
      if (answer.ok) told(read);
      else if (answer.status === 409) await replace(here, "save");
      else say(read.refused ?? read.said ?? answer.statusText, "broken");
    } catch (error) {
      if (running.signal.aborted) return;
      // The server cannot be reached: the words stay on the page, and the next save carries them
      dirty = true;
      say(String(error), "broken");
    }
  };
  const soon = (): void => {
    dirty = true;
    say("…");
    clearTimeout(timer);
    timer = window.setTimeout(() => void save(), QUIET_MS);
  };
  const act = async (action: string, field?: string): Promise<void> => {
    clearTimeout(timer);
    running?.abort();
    dirty = false;
    say("");
    await replace(here, action, field);
  };
  window.addEventListener("beforeunload", (event) => {
    if (dirty && form.isConnected) event.preventDefault();
  });
  return { soon, act };
}

function setField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.querySelector<HTMLInputElement>(`input[name=${name}]`);
  if (field) field.value = value;
}

/** Let the server do the action and draw the page; take over its parts, and put the focus where the person was. */
async function replace(here: Here, action: string, field?: string): Promise<void> {
  const { root, form } = here;
  const body = new FormData(form);
  body.set("do", action);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector<HTMLElement>("[data-editor]");
  document.title = page.title;
  if (!fresh) {
    // not the editor: two people changed the same place, or the sign-in ended. The answer is shown as it is.
    document.body.replaceChildren(...document.importNode(page.body, true).childNodes);
    return;
  }
  const focus = focusAfter(root, action, field);
  for (const part of PARTS) {
    const drawn = fresh.querySelector(part);
    if (drawn) root.querySelector(part)?.replaceWith(document.importNode(drawn, true));
  }
  for (const name of HIDDEN)
    setField(form, name, fresh.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value ?? "");
  form.action = fresh.querySelector("form.editor")?.getAttribute("action") ?? form.action;
  Object.assign(root.dataset, fresh.dataset);
  history.replaceState(null, "", answer.redirected ? answer.url : location.href);
  here.preview?.draw(draftOf(root));
  refresh(here);
  form.dispatchEvent(new CustomEvent("handrail:panel"));
  focus();
}

/** Return what puts the focus back, once the new parts are there: to the field that was asked for, or where it was. */
function focusAfter(root: HTMLElement, action: string, field?: string): () => void {
  const before = document.activeElement;
  const [name] = action.split(":");
  const asked = field ?? (name === "add-step" || name === "duplicate-step" ? "title" : "");
  const value = before?.getAttribute("value");
  return () => {
    const wanted =
      (asked && root.querySelector<HTMLElement>(`#${CSS.escape(asked)}`)) ||
      (name !== "select" && before?.id && root.querySelector<HTMLElement>(`#${CSS.escape(before.id)}`)) ||
      (name !== "select" && value && root.querySelector<HTMLElement>(`button[value="${CSS.escape(value)}"]:enabled`)) ||
      root.querySelector<HTMLElement>(".step-card[aria-current]");
    if (wanted && (asked || !root.contains(document.activeElement))) wanted.focus({ preventScroll: !field });
    if (wanted && field) wanted.scrollIntoView({ block: "center" });
  };
}

type Act = (action: string, field?: string) => Promise<void>;

function openKeys(here: Here, act: Act): void {
  document.addEventListener("keydown", (event) => {
    if (!here.root.isConnected) return;
    const panel = here.form.querySelector<HTMLInputElement>("[name=panel]")?.value ?? "";
    const action = shortcut(event, panel);
    if (!action) return;
    event.preventDefault();
    void act(action);
  });
}

function shortcut(event: KeyboardEvent, panel: string): string | null {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") return "save";
  if (!event.altKey) return null;
  if (event.code === "KeyZ") return event.shiftKey ? "redo" : "undo";
  const isStep = panel !== "guide" && panel !== "audience";
  if (isStep && event.key === "ArrowUp") return `move-up:${panel}`;
  if (isStep && event.key === "ArrowDown") return `move-down:${panel}`;
  return null;
}
