import { become, openSized, readMembers, type SeenAs, traitsOf } from "./members.ts";
import type { Draft, ToStage } from "./wire.ts";

/** Not a language: every text longer and in letters with marks, so that what would not fit shows before it is translated. */
export const PSEUDO = "en-XA";

type Theme = { [name: string]: unknown };

export interface Preview {
  draw(draft: Draft): void;
}

/** The live preview: the real widget in a frame of our own, told of every change. */
export function openPreview(root: HTMLElement, draft: Draft): Preview | null {
  const part = root.querySelector<HTMLElement>("[data-preview]");
  const frame = part?.querySelector<HTMLIFrameElement>("[data-stage-frame]");
  if (!part || !frame) return null;
  // The widget moves the focus into what it shows. Here the author is writing, so the frame takes none: it is a
  // picture, until somebody points at it to try it out.
  frame.inert = true;
  const box = frame.parentElement;
  box?.addEventListener("pointerenter", () => {
    frame.inert = false;
  });
  box?.addEventListener("pointerleave", () => {
    frame.inert = true;
  });
  let current = draft;
  const option = (name: string) => part.querySelector<HTMLSelectElement>(`#preview-${name}`)?.value ?? "";
  const members = readMembers(document);
  const themes = readJson<{ [key: string]: Theme }>("[data-themes]") ?? {};
  const member = () => members.find(({ key }) => key === option("member"));
  const traits = () => traitsOf(part.querySelector<HTMLTextAreaElement>("#preview-persona")?.value ?? "");
  /** As whom the draft is seen on the host page; nothing where nothing was chosen. */
  const seenAs = (): SeenAs | null => {
    const language = option("language");
    const chosen = option("member") || option("theme") || Object.keys(traits()).length || language !== current.language;
    if (!chosen) return null;
    const { account = {} } = member() ?? {};
    return { traits: traits(), account, language: member()?.language ?? language, theme: option("theme") };
  };
  const tell = async (): Promise<void> => {
    const draft = option("language") === PSEUDO ? await pseudo(root.dataset.pseudo ?? "", current) : current;
    const said: ToStage = {
      handrail: "draft",
      draft,
      panel: root.dataset.panel ?? "",
      scheme: option("scheme"),
      language: option("language"),
      theme: themes[option("theme")] ?? readJson<Theme>("[data-theme-body]"),
      traits: traits(),
      account: member()?.account ?? {},
    };
    frame.contentWindow?.postMessage(said, location.origin);
  };
  fillLanguages(part, current);
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow) return;
    if (event.data === "handrail: ready") void tell();
  });
  part.addEventListener("input", ({ target }) => {
    if ((target as HTMLElement).id === "preview-member") become(part, member());
    if (box) box.dataset.width = option("width");
    void tell();
  });
  const form = document.querySelector<HTMLFormElement>("[data-preview-form]");
  form?.addEventListener("submit", () => {
    const chosen = seenAs();
    const field = form.querySelector<HTMLInputElement>("[data-preview-as]");
    if (field) field.value = chosen ? JSON.stringify(chosen) : "";
    openSized(form, option("width"));
  });
  if (!frame.src) frame.src = root.dataset.stage ?? "";
  return {
    draw(next) {
      current = next;
      fillLanguages(part, current);
      void tell();
    },
  };
}

function readJson<T>(selector: string): T | null {
  return JSON.parse(document.querySelector(selector)?.textContent ?? "null") as T | null;
}

/** The saved draft with the server's pseudo-language; the draft itself where the server cannot be asked. */
async function pseudo(address: string, draft: Draft): Promise<Draft> {
  const answer = await fetch(address).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Draft) : draft;
}

function fillLanguages(part: HTMLElement, draft: Draft): void {
  const select = part.querySelector<HTMLSelectElement>("#preview-language");
  if (!select) return;
  const tags = [draft.language, ...Object.keys(draft.translations ?? {}), PSEUDO].filter(Boolean);
  if (tags.join() === [...select.options].map(({ value }) => value).join()) return;
  const chosen = select.value;
  select.replaceChildren(...tags.map((tag) => new Option(nameOf(tag), tag)));
  if (tags.includes(chosen)) select.value = chosen;
}

function nameOf(tag: string): string {
  if (tag === PSEUDO) return "Pseudo";
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
