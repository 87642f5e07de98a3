// The form of a new invoice: more lines, and a total that follows what is typed.

const form = document.getElementById("invoice-form");
const total = document.querySelector("ledger-total");

document.getElementById("add-line").addEventListener("click", () => {
  const lines = document.getElementById("lines");
  const line = lines.querySelector(".line").cloneNode(true);
  for (const input of line.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("id");
  }
  lines.append(line);
  line.querySelector("input").focus();
});

const add = () => {
  const amounts = [...form.elements].filter((field) => field.name === "amount");
  total.net = amounts.reduce((sum, field) => sum + (Number(field.value.replace(",", ".")) || 0), 0);
};

form.addEventListener("input", add);
total.addEventListener("change", () => {
  form.vat.value = total.rate;
});
customElements.whenDefined("ledger-total").then(() => {
  total.rate = form.vat.value;
  add();
});
