// <ledger-total>: net, a choice of VAT, and the total, in an open shadow root.

const RATES = ["0", "0.10", "0.21"];
const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

class LedgerTotal extends HTMLElement {
  #net = 0;
  #select = element("select", { id: "rate" }, ...RATES.map((rate) => element("option", { value: rate }, `${Number(rate) * 100} %`)));
  #figures = { net: element("span"), total: element("span") };

  connectedCallback() {
    if (this.shadowRoot) return;
    const { net, vat, total, sheet } = this.dataset;
    this.attachShadow({ mode: "open" }).append(
      element("link", { rel: "stylesheet", href: sheet }),
      element(
        "div",
        { className: "total" },
        element("p", {}, net, this.#figures.net),
        element("p", {}, element("label", { htmlFor: "rate" }, vat), this.#select),
        element("p", { className: "sum" }, total, this.#figures.total),
      ),
    );
    this.#select.addEventListener("change", () => {
      this.#draw();
      this.dispatchEvent(new Event("change"));
    });
    this.#draw();
  }

  get rate() {
    return this.#select.value;
  }

  set rate(rate) {
    this.#select.value = RATES.includes(rate) ? rate : "0.21";
    this.#draw();
  }

  set net(amount) {
    this.#net = amount;
    this.#draw();
  }

  #draw() {
    this.#figures.net.textContent = euros.format(this.#net);
    this.#figures.total.textContent = euros.format(this.#net * (1 + Number(this.rate)));
  }
}

customElements.define("ledger-total", LedgerTotal);
