// Customers: a single-page part with addresses of its own (/customers, /customers/3, /customers/new).

const say = JSON.parse(document.getElementById("words").textContent);
const list = document.getElementById("list");
const view = document.getElementById("view");
let customers = [];

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const link = (address, ...children) => {
  const made = element("a", { href: address }, ...children);
  made.dataset.route = "";
  if (address === location.pathname) made.setAttribute("aria-current", "page");
  return made;
};

const load = async () => {
  customers = await (await fetch("/api/customers")).json();
};

const field = (name, type) => {
  const input = element("input", { name, type, autocomplete: "off" });
  return element("label", {}, say[name], input, element("span", { className: "wrong" }));
};

const showForm = () => {
  const form = element("form", { noValidate: true }, field("name", "text"), field("email", "email"), field("city", "text"));
  const save = element("button", { className: "button primary" }, say.add_customer);
  save.dataset.tour = "add-customer";
  form.append(save);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = Object.fromEntries(new FormData(form));
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/customers", { method: "POST", headers, body: JSON.stringify(sent) });
    const said = await answer.json();
    for (const label of form.querySelectorAll("label")) {
      label.querySelector(".wrong").textContent = said.wrong?.[label.querySelector("input").name] ?? "";
    }
    if (!answer.ok) return;
    window.handrail?.track("customer_added", {});
    await load();
    go(`/customers/${said.id}`);
  });
  view.replaceChildren(element("h2", {}, say.new_customer), form);
};

const showCustomer = (customer) => {
  const rows = customer.invoices.map((invoice) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("a", { href: `/invoice/${invoice.id}` }, invoice.number)),
      element("td", {}, element("span", { className: `status ${invoice.status}` }, invoice.said)),
      element("td", { className: "figure" }, invoice.total),
    ),
  );
  view.replaceChildren(
    element("h2", {}, customer.name),
    element("p", { className: "quiet" }, `${customer.email} · ${customer.city}`),
    element("table", { className: "rows" }, element("tbody", {}, ...rows)),
  );
};

const draw = () => {
  list.replaceChildren(...customers.map((one) => link(`/customers/${one.id}`, one.name, element("span", {}, one.city))));
  const part = location.pathname.split("/")[2];
  const customer = customers.find((one) => String(one.id) === part);
  if (part === "new") showForm();
  else if (customer) showCustomer(customer);
  else view.replaceChildren(element("p", { className: "empty" }, say.choose_left));
};

const go = (address) => {
  history.pushState(null, "", address);
  draw();
};

document.addEventListener("click", (event) => {
  const route = event.target.closest?.("a[data-route]");
  if (!route || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(route.getAttribute("href"));
});
addEventListener("popstate", draw);
await load();
draw();
