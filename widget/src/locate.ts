// The exact tier: the unique element that every signal of the target agrees on, or none. Part of every tour,
// so it stays small; what it cannot decide, heal.ts scores. Synchronous, changes nothing, never throws.
import { labelOf, nameOf, roleOf, roleSelector, textOf } from "./name.ts";
import type { Failure, Located } from "./seams.ts";
import { rendered, sized, type View, viewOf } from "./view.ts";
import type { Target } from "./wire.ts";

export type Root = Document | ShadowRoot;

/** More elements of one tag than this are not read to prove that a name is unique: heal.ts does it in slices. */
const READ_AT_MOST = 300;

/** Why an element cannot be pointed at, by how it stands. */
const FAILURES: Partial<Record<View, Failure>> = { hidden: "hidden", zero_size: "hidden", covered: "covered" };

/** A result without an element. */
export const missing = (state: "ambiguous" | "not_found", reason: Failure = state, view?: View): Located => ({
  state,
  element: null,
  confidence: 0,
  signals: [],
  missed: [],
  reason,
  ...(view && { view }),
});

/** A result with its element, or `not_found` where the element is there and cannot be seen. */
export function found(state: "exact" | "healed", element: Element, rest: Partial<Located>): Located {
  const view = viewOf(element);
  const reason = FAILURES[view] ?? null;
  if (reason === "hidden") return { ...missing("not_found", reason, view), ...rest, confidence: 0 };
  return { state, element, confidence: 1, signals: [], missed: [], reason, view, ...rest };
}

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
  host.shadowRoot ?? (host as HTMLIFrameElement).contentDocument ?? null;

/** Pass through the shadow hosts and iframes that the target names; null where one is not there, or not alone. */
export function enter(target: Target, document: Document): Root | null {
  let root: Root | null = document;
  for (const selector of target.within ?? []) {
    const hosts: Element[] = root ? query(root, selector) : [];
    root = hosts.length === 1 && hosts[0] ? inner(hosts[0]) : null;
  }
  return root;
}

/** True where an attribute still has its captured value; a link may have gained a query or a fragment. */
export function attributeAgrees(element: Element, name: string, value: string): boolean {
  const now = element.getAttribute(name);
  return now === value || (name === "href" && !!now && /^[?#]/.test(now.slice(value.length)) && now.startsWith(value));
}

/** Split the target's own signals into those that the element agrees with and those that it does not. */
export function compare(target: Target, element: Element): { signals: string[]; missed: string[] } {
  const split = { signals: [] as string[], missed: [] as string[] };
  const check = (signal: string, captured: string | undefined, now: () => string | null): void => {
    if (captured) split[captured === now() ? "signals" : "missed"].push(signal);
  };
  check("tag", target.tag, () => element.localName);
  check("type", target.type, () => element.getAttribute("type"));
  check("role", target.role, () => roleOf(element));
  check("name", target.name, () => nameOf(element));
  check("text", target.text, () => textOf(element));
  check("label", target.label, () => labelOf(element));
  for (const [name, value] of Object.entries(target.attributes ?? {}))
    if (name !== "class") split[attributeAgrees(element, name, value) ? "signals" : "missed"].push(name);
  return split;
}

function selectorOf(attributes: Record<string, string>, tag = ""): string {
  const parts = Object.entries(attributes).map(([name, value]) => `[${CSS.escape(name)}="${CSS.escape(value)}"]`);
  return parts.length ? tag + parts.join("") : "";
}

/** Selectors worth asking, best first. A path is believed only where the name that it leads to is alone. */
function selectors(target: Target): string[] {
  const { class: _, href: __, ...stable } = target.attributes ?? {};
  const named = target.name || target.text;
  const by_name = named ? target.tag || (target.role && roleSelector(target.role)) : "";
  return [target.css, selectorOf(stable, target.tag), by_name].filter((selector): selector is string => !!selector);
}

/** The author's own selector is the whole truth: its matches, seen ones before hidden ones, `nth` among them. */
function plain(target: Target, root: Root): Located {
  const all = query(root, target.css ?? "");
  const seen = all.filter((element) => rendered(element) && sized(element));
  const matches = seen.length ? seen : all;
  const element = target.nth === undefined && matches.length > 1 ? undefined : matches[target.nth ?? 0];
  if (element) return found("exact", element, { signals: ["css"] });
  return missing(matches.length > 1 && target.nth === undefined ? "ambiguous" : "not_found");
}

/** Find the element that the selector and every signal agree on, alone among what is seen. */
function consistent(target: Target, root: Root, selector: string): Located | null {
  const all = query(root, selector);
  if (all.length > READ_AT_MOST) return null;
  const agreed = all.filter((element) => !compare(target, element).missed.length);
  const seen = agreed.filter((element) => rendered(element) && sized(element));
  const matches = seen.length ? seen : agreed;
  const [element] = matches;
  if (!element) return null;
  if (matches.length > 1) return missing("ambiguous");
  const css = selector === target.css ? ["css"] : [];
  return found("exact", element, { signals: [...css, ...compare(target, element).signals] });
}

/** Look for the target; `not_found` and `ambiguous` say that the healing chunk may know more. */
export function locateExact(target: Target, document: Document): Located {
  const root = enter(target, document);
  if (!root) return missing("not_found");
  if (honoured(target)) return plain(target, root);
  for (const selector of selectors(target)) {
    const result = consistent(target, root, selector);
    if (result) return result;
  }
  return missing("not_found");
}

/** True where a person wrote a selector and nothing else: there is nothing to score. */
export const honoured = (target: Target): boolean =>
  !!target.css && Object.keys(target).every((key) => key === "css" || key === "within" || key === "nth");
