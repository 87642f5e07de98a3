// Put the widget, as the ES module that a host would import, on the page, and note what the page itself sees.
import * as handrail from "/widget/handrail.mjs";

window.seen = [];
for (const type of ["click", "keydown"])
  document.addEventListener(type, (event) => seen.push(`${type} ${event.target.id || event.target.localName}`));
const rows = document.querySelector("#rows");
for (let n = 0; rows && n < 60; n++) {
  const row = document.createElement("li");
  row.id = `row-${n}`;
  row.textContent = `INV-${1000 + n}`;
  rows.append(row);
}
window.handrail = handrail;
