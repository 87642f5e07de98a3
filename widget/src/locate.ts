// The exact tier: the unique element that every signal of the target agrees on, or none. Part of every tour,
// so it stays small; what it cannot decide, heal.ts scores. Synchronous, changes nothing, never throws.

import { found, missing } from "./located.ts";
import { labelOf, nameOf, roleOf, roleSelector, textOf } from "./name.ts";
import { enter, query, type Root } from "./roots.ts";
import type { Located } from "./seams.ts";
import { shown } from "./shown.ts";
import type { Target } from "./wire.ts";

/** More elements of one tag than this are not read to prove that a name is unique: heal.ts does it in slices. */
const READ_AT_MOST = 300;

/** True where an attribute still has its captured value; a link may have gained a query or a fragment. */
export function attributeAgrees(element: Element, name: string, value: string): boolean {
  const now = element.getAttribute(name);
  return now === value || (name === "href" && !!now && /^[?#]/.test(now.slice(value.length)) && now.startsWith(value));
}

/** How each of a target's own signals is read off an element. */
const READ = {
  tag: (element: Element) => element.localName,
  type: (element: Element) => element.getAttribute("type"),
  role: roleOf,
  name: nameOf,
  text: textOf,
  label: labelOf,
};
const SIGNALS = Object.keys(READ) as (keyof typeof READ)[];

const attributesOf = (target: Target): [string, string][] =>
  Object.entries(target.attributes ?? {}).filter(([name]) => name !== "class");

/** True where every signal of the element itself that the target has is as it was; cheap ones are read first. */
const agrees = (target: Target, element: Element): boolean =>
  attributesOf(target).every(([name, value]) => attributeAgrees(element, name, value)) &&
  SIGNALS.every((signal) => !target[signal] || target[signal] === READ[signal](element));

/** Selectors worth asking, best first: the captured one, stable attributes, and what may have the name. */
function selectors(target: Target): string[] {
  const { class: _, href: __, ...stable } = target.attributes ?? {};
  const parts = Object.keys(stable).map((name) => `[${CSS.escape(name)}="${CSS.escape(stable[name] ?? "")}"]`);
  const alone = !target.shared?.includes(target.name ? "name" : "text");
  const named = alone && (target.name || target.text) && (target.tag || (target.role && roleSelector(target.role)));
  return [target.css, parts.length && (target.tag ?? "") + parts.join(""), named].filter(
    (one) => typeof one === "string",
  );
}

/** The one among elements that are alike: what is seen goes before what is hidden, and `nth` counts. */
function choose(target: Target, all: Element[], signals: string[]): Located | null {
  const seen = all.filter(shown);
  const matches = seen.length ? seen : all;
  if (matches.length > 1 && target.nth === undefined) return missing("ambiguous");
  const element = matches[target.nth ?? 0];
  return element ? found("exact", element, { signals }) : null;
}

/** Find the element that the selector and every signal agree on. */
function consistent(target: Target, root: Root, selector: string): Located | null {
  const all = query(root, selector);
  const named = [...SIGNALS.filter((signal) => target[signal]), ...attributesOf(target).map(([name]) => name)];
  if (named.length && all.length > READ_AT_MOST) return null;
  return choose(
    target,
    all.filter((element) => agrees(target, element)),
    selector === target.css ? ["css", ...named] : named,
  );
}

/** Look for the target; `not_found` and `ambiguous` say that the healing chunk may know more. */
export function locateExact(target: Target, document: Document): Located {
  const root = enter(target, document);
  let result: Located | null = null;
  if (root) for (const selector of selectors(target)) result ??= consistent(target, root, selector);
  return result ?? missing("not_found");
}

/** True where a person wrote a selector and nothing else: it is the whole truth, there is nothing to score. */
export const honoured = (target: Target): boolean =>
  !!target.css && Object.keys(target).every((key) => /^(?:css|within|nth)$/.test(key));
