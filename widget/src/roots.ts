// Documents, open shadow roots and same-origin iframes: the places where a target can be.
import type { Target } from "./wire.ts";

export type Root = Document | ShadowRoot;

/** All elements of a selector; none where the selector is not one. */
export function query(root: Root, selector: string): Element[] {
  try {
    return [...root.querySelectorAll(selector)];
  } catch {
    return [];
  }
}

/** What lies inside a shadow host or a same-origin iframe. */
export const inner = (host: Element): Root | null =>
  host.shadowRoot ?? (host.localName === "iframe" ? (host as HTMLIFrameElement).contentDocument : null);

/** Pass through the shadow hosts and iframes that the target names; null where one is not there, or not alone. */
export function enter(target: Target, document: Document): Root | null {
  let root: Root | null = document;
  for (const selector of target.within ?? []) {
    const hosts: Element[] = root ? query(root, selector) : [];
    root = hosts.length === 1 && hosts[0] ? inner(hosts[0]) : null;
  }
  return root;
}
