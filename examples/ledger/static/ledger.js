// What every page of Ledger shares: selects that submit, the send dialog, and what is told to the guides.

for (const select of document.querySelectorAll("select[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

const dialog = document.getElementById("send-dialog");
document.getElementById("open-send")?.addEventListener("click", () => dialog.showModal());
dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());

for (const form of document.querySelectorAll("form[data-track]")) {
  form.addEventListener("submit", () => window.handrail?.track(form.dataset.track, {}));
}

for (const button of document.querySelectorAll("button[data-guide]")) {
  button.hidden = !window.handrail;
  button.addEventListener("click", () => window.handrail?.start(button.dataset.guide));
}

document.querySelector("form[data-invite]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (!form.colleague.value) return form.colleague.focus();
  form.querySelector("output").textContent = form.querySelector("output").dataset.done;
  form.colleague.value = "";
  window.handrail?.track("colleague_invited", {});
});
