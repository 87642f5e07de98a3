// The debug panel: for every live guide, why it is or is not shown, with the deciding clause and the value it saw.
// For authors and developers, on demand: `handrail.explain({ panel: true })`.
import type { Code, Verdict } from "./decide.ts";
import type { Runtime } from "./runtime.ts";

const WORDS: { [code in Code]: string } = {
  shown: "may show now",
  open: "is open",
  off: "guides are switched off here",
  consent: "waits for the visitor's consent",
  where: "does not live on this page",
  audience: "is not for this visitor",
  never: "the visitor said: don't show again",
  snoozed: "the visitor said: later",
  frequency: "was shown before",
  at_most: "was shown as often as allowed",
  start: "waits for its start condition",
  quiet: "holds back while the visitor struggles",
  budget: "enough guides for now",
  busy: "another guide is open",
  other_tab: "is open in another tab",
};

const CSS = `:host{all:initial;position:fixed;inset:auto 12px 12px auto;z-index:2147483647;width:min(560px,calc(100vw - 24px));
max-height:60vh;overflow:auto;font:13px/1.5 system-ui,sans-serif;color:#1b2426;background:#fff;border:1px solid #c9d3d5;border-radius:10px}
header{display:flex;align-items:center;padding:8px 12px;position:sticky;top:0;background:#fff}h2{font-size:14px;margin:0;flex:1}
button{font:inherit;padding:4px 10px;min-height:28px}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:6px 12px;border-top:1px solid #e3e9ea;overflow-wrap:anywhere}code{font:12px ui-monospace,monospace}
@media(prefers-color-scheme:dark){:host,header{color:#e6eeef;background:#172022}th,td{border-color:#2c3a3d}}@media print{:host{display:none}}`;

function make(tag: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
}

const told = (value: unknown): string => (value === undefined ? "" : (JSON.stringify(value) ?? String(value)));

function row({ guide, code, at, clause, saw }: Verdict): HTMLElement {
  const why = make("td", `${WORDS[code]} (${code})`);
  const clauses = make("td", ...(clause ? [make("code", `${at ?? ""} ${told(clause)}`.trim())] : []));
  return make("tr", make("th", guide), why, clauses, make("td", make("code", told(saw))));
}

/** Open the panel, or close the open one. */
export function openPanel(runtime: Runtime): void {
  const open = document.querySelector("handrail-panel");
  if (open) {
    open.remove();
    return;
  }
  const host = document.createElement("handrail-panel");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  const end = new AbortController();
  const rows = document.createElement("tbody");
  const close = make("button", "Close");
  const shut = () => {
    end.abort();
    host.remove();
  };
  const draw = () => {
    if (host.isConnected) rows.replaceChildren(...runtime.explain().map(row));
    else shut();
  };
  const head = ["Guide", "Why", "Clause", "It saw"].map((title) => {
    const cell = make("th", title);
    cell.setAttribute("scope", "col");
    return cell;
  });
  root.append(make("header", make("h2", "Handrail: why guides show or not"), close));
  root.append(make("table", make("thead", make("tr", ...head)), rows));
  close.addEventListener("click", shut, { signal: end.signal });
  for (const name of ["page", "event"])
    end.signal.addEventListener(
      "abort",
      runtime.on(name, () => setTimeout(draw, 50)),
    );
  runtime.end.signal.addEventListener("abort", shut, { signal: end.signal });
  document.documentElement.append(host);
  // In the top layer, so that the spotlight of an open guide neither dims nor blocks it.
  host.popover = "manual";
  host.showPopover();
  draw();
}
