// The first five minutes: a checklist that Handrail's own widget shows, ticked by what the server knows. It is asked
// again while the page is looked at, so that "we saw your site" comes by itself.
interface FirstMinutes {
  guide: { key: string; steps: unknown[] };
  words: { [name: string]: string };
  facts: { [name: string]: boolean };
  ask: string;
}

interface Widget {
  identify(id: string, traits: { [name: string]: unknown }): void;
  consent(given: boolean): void;
  show(guide: unknown): Promise<boolean>;
  on(name: string, listener: (detail: unknown) => void): () => void;
}

const EVERY_MS = 3000;

/** Once the page itself is there: it must not wait for this. */
export function openFirstMinutes(): void {
  const part = document.querySelector<HTMLElement>("[data-first-minutes]");
  if (!part) return;
  const begin = (): void => {
    void play(JSON.parse(part.textContent ?? ""), part.dataset.widget ?? "").catch((error: unknown) =>
      console.warn(error),
    );
  };
  const soon = (): void => void setTimeout(begin);
  if (document.readyState === "complete") soon();
  else addEventListener("load", soon, { once: true });
}

async function play({ guide, words, facts, ask }: FirstMinutes, widget: string): Promise<void> {
  const { consent, identify, on, show } = (await import(widget)) as Widget;
  // What is remembered is whether the list is folded, in the author's own browser.
  consent(true);
  identify("author", facts);
  let known = JSON.stringify(facts);
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  const look = async (): Promise<void> => {
    if (document.hidden) return;
    const answer = await fetch(ask, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const now = ((await answer.json()) as { facts: FirstMinutes["facts"] }).facts;
    if (JSON.stringify(now) === known) return;
    known = JSON.stringify(now);
    identify("author", now);
  };
  on("run_ended", (detail) => {
    const { guide: ended, data } = detail as { guide: string; data?: { state?: string } };
    if (ended !== guide.key) return;
    clearInterval(timer);
    if (data?.state === "dismissed") void dismiss();
  });
  await show({ ...guide, words });
}

/** Closed once, it stays away from this browser; the overview can bring it back. */
async function dismiss(): Promise<void> {
  const form = document.querySelector<HTMLFormElement>("form[data-first-hide]");
  if (form) await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
}
