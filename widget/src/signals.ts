// Everything that can be told of one element, in the terms of a target document. Reads the document.

import { clean, labelOf, nameOf, roleOf, textOf } from "./name.ts";
import { query, type Root } from "./roots.ts";
import type { Target } from "./wire.ts";

const HEADINGS = "h1,h2,h3,h4,h5,h6,legend";
/** What is kept of the names that a page has: all of them for a candidate, those that people chose for a target. */
export interface Sieve {
  id(id: string): boolean;
  classes(list: string | null): string[];
  attributes(element: Element, name: string): Record<string, string>;
  /** Of the classes of an icon, those that say which. */
  icon?(list: string | null): string[];
}
export const EVERYTHING: Sieve = {
  id: (id) => !!id,
  classes: (list) => list?.split(/\s+/).filter((name) => /^[\w-]+$/.test(name)) ?? [],
  attributes: (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
};
const NEAR_LENGTH = 40;
const NEAR_MOST = 6;
const PATH_DEPTH = 9;

/** The shadow host around the element's root; a loose `<a>` is a root with a `host` of another meaning. */
const hostOf = (root: Node): Element | null => (root.nodeType === 11 ? ((root as ShadowRoot).host ?? null) : null);

/** The element around this one, out of shadow roots too. */
export const around = (element: Element): Element | null => element.parentElement ?? hostOf(element.getRootNode());

/** The nearest texts around: siblings first, then the siblings of each parent; rows of a table know one another. */
function nearOf(element: Element): string[] {
  const near: string[] = [];
  let here: Element | null = element;
  for (let depth = 0; here && depth < 4 && near.length < NEAR_MOST; depth++) {
    for (const sibling of beside(here)) {
      const text = textOf(sibling);
      if (text && text.length <= NEAR_LENGTH && !near.includes(text)) near.push(text);
    }
    here = around(here);
  }
  const heading = headingOf(element);
  return [...near.slice(0, NEAR_MOST), ...(heading && !near.includes(heading) ? [heading] : [])];
}

function beside(element: Element): Element[] {
  const { previousElementSibling: before, nextElementSibling: after } = element;
  return [before, after, before?.previousElementSibling, after?.nextElementSibling].filter(
    (one): one is Element => !!one,
  );
}

function headingOf(element: Element): string {
  let here: Element | null = element;
  for (let depth = 0; here && depth < 10; depth++) {
    let sibling = here.previousElementSibling;
    for (let steps = 0; sibling && steps < 6; steps++, sibling = sibling.previousElementSibling) {
      if (sibling.matches(HEADINGS)) return textOf(sibling);
      const inside = sibling.childElementCount < 8 ? sibling.querySelector(HEADINGS) : null;
      if (inside) return textOf(inside);
    }
    here = around(here);
  }
  return "";
}

function segment(element: Element, sieve: Sieve): string {
  const classes = sieve.classes(element.getAttribute("class")).map((name) => `.${name}`);
  const own = element.getAttribute("id") ?? ""; // a form with a control named "id" has that control as its `id`
  const id = sieve.id(own) ? `#${own}` : "";
  let n = 1;
  for (let one = element.previousElementSibling; one; one = one.previousElementSibling)
    if (one.localName === element.localName) n++;
  const marks = sieve === EVERYTHING ? id + classes.join("") : id || (classes[0] ?? "");
  return `${element.localName}${marks}${n > 1 ? `:${n}` : ""}`;
}

function pathOf(element: Element, sieve: Sieve): string {
  const parts: string[] = [];
  let here: Element | null = element;
  while (here && parts.length < PATH_DEPTH && here.localName !== "body") {
    parts.unshift(segment(here, sieve));
    here = here.parentElement;
  }
  return parts.join(">");
}

function iconOf(element: Element, sieve: Sieve): string {
  const icon = element.matches("i,svg,img")
    ? element
    : element.querySelector("i,svg,img,use,[data-icon],[class*=icon]");
  if (!icon || element.childElementCount > 6) return "";
  const said = ["data-icon", "data-testid", "href", "xlink:href", "src", "alt"].map((name) => icon.getAttribute(name));
  const file = said.find((value) => value && !value.startsWith("data:"))?.replace(/^.*[/#]|\.\w{8,}(?=\.)|\?.*$/g, "");
  return clean(file || (sieve.icon ?? sieve.classes)(icon.getAttribute("class")).join(" "));
}

function boxOf(element: Element): number[] {
  const view = element.ownerDocument.defaultView ?? window;
  const box = element.getBoundingClientRect();
  const share = (length: number, of: number): number => Math.round((length / of) * 1000) / 1000;
  const [left, top] = [
    share(box.left + view.scrollX, view.innerWidth),
    share(box.top + view.scrollY, view.innerHeight),
  ];
  return [left, top, share(box.width, view.innerWidth), share(box.height, view.innerHeight)];
}

/** Selectors of the shadow hosts and iframes around the element, outermost first. */
export function withinOf(element: Element, select: (host: Element, root: Root) => string): string[] {
  const hosts: string[] = [];
  for (let here = element; ; ) {
    const root = here.getRootNode() as Root;
    const host = hostOf(root) ?? frameOf(root as Document);
    if (!host) return hosts;
    hosts.unshift(select(host, host.getRootNode() as Root));
    here = host;
  }
}

function frameOf(document: Document): Element | null {
  try {
    return document.defaultView?.frameElement ?? null;
  } catch {
    return null; // a frame in another origin's page
  }
}

/** Tell an element in a target's terms, without selectors; empty signals are left out. */
export function signalsOf(element: Element, sieve: Sieve): Target {
  const role = roleOf(element);
  const name = nameOf(element, role);
  const text = textOf(element);
  const told: Target = {
    tag: element.localName,
    type: element.matches("input,button") ? (element.getAttribute("type") ?? "") : "",
    role,
    name,
    text: text === name ? "" : text,
    label: "",
    attributes: sieve.attributes(element, name),
    icon: iconOf(element, sieve),
    path: pathOf(element, sieve),
    near: nearOf(element),
    box: boxOf(element),
  };
  const label = labelOf(element);
  if (label !== name) told.label = label;
  return Object.fromEntries(Object.entries(told).filter(([, value]) => Object.keys(value).length > 0)) as Target;
}

/** True where a selector names the element and nothing else. */
export function unique(root: Root, selector: string, element: Element): boolean {
  const found = query(root, selector);
  return found.length === 1 && found[0] === element;
}
