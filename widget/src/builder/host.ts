// The builder's own element in the host page: above everything, and gone without a trace.
import { STYLES } from "./styles.ts";

export function makeHost(): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement("handrail-builder");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [sheet];
  host.setAttribute("popover", "manual");
  keepOnTop(host);
  return { host, root };
}

/** Put the builder last in the top layer, inside the dialog that makes the rest of the page inert. */
export function keepOnTop(host: HTMLElement): void {
  const parent = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.documentElement;
  const focused = host.shadowRoot?.activeElement;
  if (host.parentElement !== parent) parent.append(host);
  else if (host.matches(":popover-open")) host.hidePopover();
  host.showPopover();
  if (focused instanceof HTMLElement) focused.focus();
}

/** Call back when the page has changed and come to rest: a dialog opened, a route changed, rows arrived. */
export function watchPage(changed: () => void, host: HTMLElement, signal: AbortSignal): void {
  const REST_MS = 250;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isOurs = (node: Node): boolean => node === host || node.nodeName === "HANDRAIL-GUIDE";
  const observer = new MutationObserver((records) => {
    const foreign = records.some((record) => {
      const moved = [...record.addedNodes, ...record.removedNodes];
      return !isOurs(record.target) && (moved.length === 0 || !moved.every(isOurs));
    });
    if (!foreign) return;
    clearTimeout(timer);
    timer = setTimeout(changed, REST_MS);
  });
  observer.observe(document.documentElement, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["open", "hidden", "class"],
  });
  signal.addEventListener("abort", () => {
    observer.disconnect();
    clearTimeout(timer);
  });
}
