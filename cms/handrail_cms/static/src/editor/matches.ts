const QUIET_MS = 500;

/** On the audience panel: say how many visitors of the last 30 days the conditions mean, as they are written. */
export function countMatches(root: HTMLElement, form: HTMLFormElement): void {
  const address = root.dataset.matches;
  if (!address) return;
  let timer = 0;
  const ask = async (): Promise<void> => {
    const text = root.querySelector<HTMLElement>("[data-matches-text]");
    if (!text) return;
    const answer = await fetch(address, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
    });
    if (answer.ok) text.textContent = ((await answer.json()) as { said: string }).said;
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask().catch(() => undefined), QUIET_MS);
  });
  form.addEventListener("handrail:panel", () => void ask().catch(() => undefined));
  void ask().catch(() => undefined);
}
