/** Let the copy buttons work and say that they did; without https the browser has no clipboard, and they go. */
export function openCopying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy ?? "")?.textContent ?? "";
      await navigator.clipboard.writeText(text.trim());
      button.setAttribute("aria-pressed", "true");
    });
  }
}
