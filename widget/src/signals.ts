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
const NEAR_MOST = 7;
const PATH_DEPTH = 9;
/** The beginning of an outline tells one drawing from another. */
const OUTLINE = 20;

/** The shadow host around the element's root; a loose `<a>` is a root with a `host` of another meaning. */
const hostOf = (root: Node): Element | null => (root.nodeType === 11 ? ((root as ShadowRoot).host ?? null) : null);

/** The element around this one, out of shadow roots too. */
export const around = (element: Element): Element | null => element.parentElement ?? hostOf(element.getRootNode());

/** What a table says of a cell: the first cell of its row, and the first of its column. */
function inTable(element: Element): Element[] {
  const row = element.closest("tr,[role=row]");
  const cell = element.closest("td");
  const told = [row?.firstElementChild, cell?.closest("table")?.rows[0]?.cells[cell.cellIndex]];
  return told.filter((one): one is Element => !!one && !one.contains(element));
}

/** The nearest texts around: row and column, then siblings, then the siblings of each parent; last the heading. */
function nearOf(element: Element): string[] {
  const near = inTable(element)
    .map(textOf)
    .filter((text) => text && text.length <= NEAR_LENGTH);
  let here: Element | null = element;
  for (let depth = 0; here && depth < 4 && near.length < NEAR_MOST; depth++) {
    for (const sibling of beside(here)) {
      const text = toldBy(sibling);
      if (text && text.length <= NEAR_LENGTH && !near.includes(text)) near.push(text);
    }
    here = around(here);
  }
  const heading = headingOf(element);
  return [...near.slice(0, NEAR_MOST), ...(heading && !near.includes(heading) ? [heading] : [])];
}

const toldBy = (node: Node): string =>
  node.nodeType === 1
    ? textOf(node as Element) || clean((node as Element).getAttribute("title"))
    : clean(node.nodeValue);

/** Text nodes next to it, and two elements on each side. */
function beside(element: Element): Node[] {
  const { previousSibling, nextSibling, previousElementSibling: before, nextElementSibling: after } = element;
  const texts = [previousSibling, nextSibling].filter((node) => node?.nodeType === 3);
  const elements = [before, after, before?.previousElementSibling, after?.nextElementSibling];
  return [...texts, ...elements].filter((one) => !!one);
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
    here = around(here);
  }
  return parts.join(">");
}

/** Where an icon says which it is, best first. */
const ICONS = ["[data-icon]", "use,img", "svg", "i", "[class*=icon]"];

function iconOf(element: Element, sieve: Sieve): string {
  if (element.childElementCount > 6) return "";
  const icon = element.matches("i,svg,img")
    ? element
    : ICONS.reduce<Element | null>((found, one) => found ?? element.querySelector(one), null);
  if (!icon) return "";
  const said = ["data-icon", "data-testid", "href", "xlink:href", "src", "alt"].map((name) => icon.getAttribute(name));
  const file = said.find((value) => value && !value.startsWith("data:"))?.replace(/^.*[/#]|\.\w{8,}(?=\.)|\?.*$/g, "");
  const drawn = icon.querySelector("path")?.getAttribute("d")?.replace(/\W/g, "").slice(0, OUTLINE);
  const named = (sieve.icon ?? sieve.classes)(icon.getAttribute("class"));
  return clean(file || [...named, drawn ?? ""].join(" "));
}

function boxOf(element: Element): number[] {
  const view = element.ownerDocument.defaultView ?? window;
  const box = element.getBoundingClientRect();
  const share = (length: number, of: number): number => Math.round((length / of) * 1000) / 1000;
  const { innerWidth, innerHeight, scrollX, scrollY } = view;
  return [
    share(box.left + scrollX, innerWidth),
    share(box.top + scrollY, innerHeight),
    share(box.width, innerWidth),
    share(box.height, innerHeight),
  ];
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
