// Everything that can be told of one element, in the terms of a target document. Reads the document.
import { query, type Root } from "./locate.ts";
import { clean, labelOf, nameOf, roleOf, textOf } from "./name.ts";
import { stableClasses, stableHref, stableId } from "./stable.ts";
import type { Target } from "./wire.ts";

/** Attributes that people choose and keep, beside data-…; `class` is kept by its stable names. */
const KEPT = ["name", "title", "placeholder", "alt", "for", "aria-label", "aria-controls", "aria-haspopup", "value"];
const VALUED = /^(?:radio|checkbox|submit|button|reset)$/;
const TEST_ID =
  /^data-(?:test|cy|qa|tour|handrail|guide|hook|automation|e2e|action|name|id|key|type|icon|field|command|menu|tab|value)/;
const HEADINGS = "h1,h2,h3,h4,h5,h6,legend,caption,[role=heading]";
const LANDMARKS =
  "nav,main,header,footer,aside,form,dialog,section[aria-label],section[aria-labelledby],[role=navigation],[role=main],[role=banner],[role=dialog],[role=region],[role=search],[role=tablist],[role=toolbar],[role=menu],[role=menubar],[role=complementary],[role=group],[role=alertdialog]";
const NEAR_LENGTH = 40;
const NEAR_MOST = 6;
const PATH_DEPTH = 9;

/** The element around this one, out of shadow roots too. */
export const around = (element: Element): Element | null =>
  element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;

function attributesOf(element: Element, said: string): Record<string, string> {
  const kept: Record<string, string> = {};
  const keep = (name: string, value: string | null): void => {
    if (value && value.length <= 120) kept[name] = value;
  };
  if (stableId(element.id)) kept.id = element.id;
  for (const name of KEPT) {
    const value = element.getAttribute(name);
    if (value === said || (name === "value" && !VALUED.test(element.getAttribute("type") ?? ""))) continue;
    if (value && (stableId(value) || /\s/.test(value) || name === "name")) keep(name, value);
  }
  for (const { name, value } of element.attributes) if (TEST_ID.test(name) && stableId(value)) keep(name, value);
  keep("href", stableHref(element.getAttribute("href") ?? ""));
  keep("class", stableClasses(element.getAttribute("class")).slice(0, 5).join(" "));
  return kept;
}

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
  return near.slice(0, NEAR_MOST);
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

function landmarkOf(element: Element): string {
  const found = around(element)?.closest(LANDMARKS);
  if (!found) return "";
  const role = found.getAttribute("role") ?? found.localName;
  return clean(`${role} ${found.getAttribute("aria-label") ?? (stableId(found.id) ? found.id : "")}`);
}

function segment(element: Element): string {
  const id = stableId(element.id) ? `#${element.id}` : "";
  const [name] = stableClasses(element.getAttribute("class"));
  let n = 1;
  for (let one = element.previousElementSibling; one; one = one.previousElementSibling)
    if (one.localName === element.localName) n++;
  return `${element.localName}${id || (name ? `.${name}` : "")}${n > 1 ? `:${n}` : ""}`;
}

function pathOf(element: Element): string {
  const parts: string[] = [];
  let here: Element | null = element;
  while (here && parts.length < PATH_DEPTH && here.localName !== "body") {
    parts.unshift(segment(here));
    here = here.parentElement;
  }
  return parts.join(">");
}

function iconOf(element: Element): string {
  const icon = element.matches("i,svg,img")
    ? element
    : element.querySelector("i,svg,img,use,[data-icon],[class*=icon]");
  if (!icon || element.childElementCount > 6) return "";
  const said = ["data-icon", "data-testid", "href", "xlink:href", "src", "alt"].map((name) => icon.getAttribute(name));
  const file = said.find((value) => value && !value.startsWith("data:"))?.replace(/^.*[/#]|\.\w{8,}(?=\.)|\?.*$/g, "");
  return clean(file || stableClasses(icon.getAttribute("class")).join(" "));
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
    const host = (root as ShadowRoot).host ?? frameOf(root as Document);
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
export function signalsOf(element: Element): Target {
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
    attributes: attributesOf(element, name),
    landmark: landmarkOf(element),
    heading: headingOf(element),
    icon: iconOf(element),
    path: pathOf(element),
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
