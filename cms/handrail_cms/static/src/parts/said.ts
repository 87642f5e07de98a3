/** What takes the server a moment to count is asked for when the page is there; without a script it stays a link. */
export function askWhatIsSaid(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-said-by]")) {
    const ask = async (): Promise<void> => {
      const answer = await fetch(String(link.dataset.saidBy), { headers: { Accept: "application/json" } });
      if (answer.ok) link.replaceWith(((await answer.json()) as { said: string }).said);
    };
    void ask().catch(() => undefined);
  }
}
