const EVERY_MS = 3000;

/** While the install page waits for the host application, ask now and then whether it came; then show the page anew. */
export function watchSeen(): void {
  const waiting = document.querySelector<HTMLElement>("[data-seen]");
  const address = waiting?.dataset.seen;
  if (!waiting || !address || waiting.querySelector(".live")) return;
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok && ((await answer.json()) as { seen_at: number | null }).seen_at) location.reload();
  };
  setInterval(() => void ask().catch(() => undefined), EVERY_MS);
}
