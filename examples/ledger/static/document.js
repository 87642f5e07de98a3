// The invoice as the customer sees it, in a frame of its own.

const button = document.getElementById("copy");
button.addEventListener("click", async () => {
  await navigator.clipboard?.writeText(document.getElementById("reference").textContent).catch(() => undefined);
  button.textContent = button.dataset.done;
});
