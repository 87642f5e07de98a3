/** Show the copy buttons, which are hidden where no script runs, and let them say that it worked. */
export function openCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
      await navigator.clipboard.writeText(text.trim());
      button.setAttribute("aria-pressed", "true");
    });
  }
}
