// Which elements of a page are worth comparing with a target: those that share something rare with it. Walks every
// open shadow root and same-origin iframe once, and yields often, so that the caller can rest between slices.

import { roleSelector } from "./name.ts";
import { inner, query, type Root } from "./roots.ts";
import type { Target } from "./wire.ts";

/** At most so many are compared in full. */
const MOST = 80;
/** Nodes between two chances to rest. */
const STRIDE = 1500;
const ACTING = "a,button,input,select,textarea,summary,label,[role],[tabindex],[onclick]";

const NEVER = /^(html|body|script|style)$/;

type Points = Map<Element, number>;

const add = (points: Points, element: Element | null | undefined, n: number): void => {
  if (element) points.set(element, (points.get(element) ?? 0) + n);
};

/** The texts by which the target could be known. */
const saidBy = ({ name, text, label }: Target): string[] => [name, text, label].filter((one) => one !== undefined);

function wordsOf(texts: string[]): RegExp | null {
  const words = texts.flatMap((text) => text.match(/[\p{L}\p{N}]{3,}/gu) ?? []).slice(0, 6);
  return words.length ? new RegExp(words.join("|"), "i") : null;
}

/** A text speaks for the element around it, for the control it labels, and for the control it stands in. */
function credit(points: Points, node: Node, n: number): void {
  const element = node.parentElement;
  if (!element) return;
  add(points, element, n);
  add(points, element.parentElement, n / 2);
  const acting = element.closest(ACTING);
  if (acting !== element) add(points, acting, n);
  add(points, element.closest("label")?.control, n);
}

/** Attributes that a person hears or reads. */
const SPOKEN = ["aria-label", "title", "placeholder"];

/** What is looked for while walking, and whether the page said any text of the target or around it. */
interface Search {
  said: string[];
  words: RegExp | null;
  texts: Set<string>;
  heard: boolean;
}

const worth = ({ said, words }: Search, text: string | null): number =>
  text && words?.test(text) ? (said.includes(text.trim()) ? 6 : 2) : 0;

/** Walk one root: note the roots inside it and what its texts say. */
function* walk(root: Root, roots: Root[], search: Search, points: Points): Generator<void> {
  const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(root, 5); // elements and texts
  let n = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (++n % STRIDE === 0) yield;
    if (node.nodeType === 1) {
      const within = inner(node as Element);
      if (within) roots.push(within);
      for (const name of SPOKEN) {
        const n = worth(search, (node as Element).getAttribute(name));
        if (n) add(points, node as Element, n);
      }
    } else {
      const n = worth(search, node.nodeValue);
      if (n) credit(points, node, n);
      search.heard ||= search.texts.has((node.nodeValue ?? "").trim());
    }
  }
}

const quoted = (name: string, operator: string, value: string): string =>
  `[${CSS.escape(name)}${operator}"${CSS.escape(value)}"]`;

const anyOf = (names: string, operator: string, value: string): string =>
  names.replace(/[^,]+/g, (name) => quoted(name, operator, value));

/** Selectors with what they are worth: the rarer, the more. */
function clues(target: Target): [string, number][] {
  const { class: classes = "", href, id, ...rest } = target.attributes ?? {};
  const found: [string, number][] = [];
  for (const text of saidBy(target)) found.push([anyOf("alt,value", "=", text), 6]);
  for (const [name, value] of Object.entries(rest)) found.push([quoted(name, "=", value), 6]);
  if (id) found.push([`#${CSS.escape(id)}`, 8]);
  if (href) found.push([quoted("href", "*=", href.split("/").at(-1) || href), 5]);
  for (const name of classes.split(" ").filter(Boolean)) found.push([quoted("class", "*=", name), 2]);
  if (target.css) found.push([target.css, 8]);
  if (target.tag) found.push([target.tag, 1]);
  if (target.role) found.push([roleSelector(target.role), 2]);
  return found;
}

function fromIcon(root: Root, icon: string, points: Points): void {
  for (const name of icon.split(" "))
    for (const picture of query(root, anyOf("class,data-icon,href,src", "*=", name)).slice(0, 400)) {
      add(points, picture.closest(ACTING), 3);
      add(points, picture, 1);
    }
}

function distance(element: Element, box: number[]): number {
  const at = element.getBoundingClientRect();
  return Math.hypot(at.left / innerWidth - (box[0] ?? 0), at.top / innerHeight - (box[1] ?? 0));
}

/** The best by points; among the last equals, those that stand nearest to the old place. */
function best(points: Points, box: number[]): Element[] {
  const sorted = [...points].filter(([one]) => !NEVER.test(one.localName)).sort((one, other) => other[1] - one[1]);
  const cut = sorted[MOST]?.[1];
  if (cut === undefined) return sorted.map(([element]) => element);
  const above = sorted.filter(([, n]) => n > cut).map(([element]) => element);
  const equal = sorted.filter(([, n]) => n === cut).slice(0, 1000);
  const near = equal
    .map(([element]) => ({ element, far: distance(element, box) }))
    .sort((one, other) => one.far - other.far);
  return [...above, ...near.slice(0, MOST - above.length).map(({ element }) => element)];
}

/** Gather the elements to compare, the likeliest first, and tell whether the page has any text of the target's. */
export function* candidates(target: Target, document: Document): Generator<void, [Element[], boolean]> {
  const points: Points = new Map();
  const said = saidBy(target);
  const texts = new Set([...said, ...(target.near ?? [])]);
  const search: Search = { said, words: wordsOf(said), texts, heard: !texts.size };
  const roots: Root[] = [document];
  for (const root of roots) {
    yield* walk(root, roots, search, points);
    for (const [selector, n] of clues(target)) {
      for (const element of query(root, selector)) add(points, element, n);
      yield;
    }
    if (target.icon) fromIcon(root, target.icon, points);
    yield;
  }
  return [best(points, (target.box as number[] | undefined) ?? [0.5, 0.5]), search.heard];
}
