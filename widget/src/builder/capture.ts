// From one picked element, the target document that finds it again: many small signals, at most 1 kB.
import { type Scored, scoreAll } from "../heal.ts";
import type { Root } from "../roots.ts";
import { ALONE } from "../score.ts";
import { around, type Sieve, signalsOf, unique, withinOf } from "../signals.ts";
import { stableClasses, stableHref, stableId } from "../stable.ts";
import type { Target } from "../wire.ts";

/** A captured target is at most this long, as JSON in UTF-8. */
const MOST_BYTES = 1000;
/** Attributes that people choose and keep, beside data-…; `class` is kept by its stable names. */
const KEPT = ["name", "title", "placeholder", "alt", "for", "aria-label", "aria-controls", "aria-haspopup", "value"];
const VALUED = /^(?:radio|checkbox|submit|button|reset)$/;
const TEST_ID =
  /^data-(?:test|cy|qa|tour|handrail|guide|hook|automation|e2e|action|name|id|key|type|icon|field|command|menu|tab|value)/;
/** Attributes good enough for a selector, best first; data-… attributes come before them. */
const SELECTING = ["id", "name", "aria-label", "placeholder", "for", "href", "title", "alt", "value"];

/** The id as written: a form with a control named "id" has that control as its `id`. */
const idOf = (element: Element): string => element.getAttribute("id") ?? "";

function attributesOf(element: Element, said: string): Record<string, string> {
  const kept: Record<string, string> = {};
  const keep = (name: string, value: string | null): void => {
    if (value && value.length <= 120) kept[name] = value;
  };
  const id = idOf(element);
  if (stableId(id)) kept.id = id;
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

/** Classes that say that there is an icon, not which. */
const PICTURE = /^(?:fa[bslrdt]?|icons?|svg|bi|mdi|material-icons.*|glyphicon|anticon|MuiSvgIcon-root)$/;
const iconClasses = (list: string | null): string[] => stableClasses(list).filter((name) => !PICTURE.test(name));
const CHOSEN: Sieve = { id: stableId, classes: stableClasses, attributes: attributesOf, icon: iconClasses };

const quoted = (name: string, value: string): string => `[${CSS.escape(name)}="${CSS.escape(value)}"]`;

function own(element: Element, attributes: Record<string, string>): string[] {
  const data = Object.keys(attributes).filter((name) => name.startsWith("data-"));
  const said = [...data, ...SELECTING].filter((name) => element.getAttribute(name) === attributes[name]);
  const by_attribute = said
    .filter((name) => attributes[name])
    .map((name) =>
      name === "id" ? `#${CSS.escape(idOf(element))}` : `${element.localName}${quoted(name, attributes[name] ?? "")}`,
    );
  const classes = stableClasses(element.getAttribute("class")).filter((name) => element.classList.contains(name));
  return [...by_attribute, ...classes.map((name) => `${element.localName}.${CSS.escape(name)}`)];
}

function anchors(element: Element): string[] {
  const found: string[] = [];
  for (let here = around(element); here && here.getRootNode() === element.getRootNode(); here = around(here)) {
    const test = [...here.attributes].find(({ name, value }) => /^data-test/.test(name) && stableId(value));
    if (stableId(idOf(here))) found.push(`#${CSS.escape(idOf(here))}`);
    else if (test) found.push(quoted(test.name, test.value));
    if (found.length === 3) break;
  }
  return found;
}

/** The shortest selector of stable parts that names the element alone in its root; "" where there is none. */
export function selectorFor(element: Element, root: Root, attributes = attributesOf(element, "")): string {
  const alone = own(element, attributes);
  const anchored = anchors(element).flatMap((anchor) =>
    [...alone, element.localName].map((part) => `${anchor} ${part}`),
  );
  return [...alone, ...anchored].find((selector) => unique(root, selector, element)) ?? "";
}

/** A host or frame has to be named in any case: by its place where nothing better is there. */
function hostSelector(host: Element, root: Root): string {
  const selector = selectorFor(host, root) || (unique(root, host.localName, host) ? host.localName : "");
  return selector || placeOf(host);
}

function placeOf(element: Element): string {
  const parts: string[] = [];
  for (let here: Element | null = element; here; here = here.parentElement) {
    const position = here.parentElement ? [...here.parentElement.children].indexOf(here) + 1 : 0;
    parts.unshift(position ? `${here.localName}:nth-child(${position})` : here.localName);
  }
  return parts.join(">");
}

const bytes = (target: Target): number => new TextEncoder().encode(JSON.stringify(target)).length;

/** Shorten until it fits: far neighbours first, then the outer path, then long texts. */
function fitted(target: Target): Target {
  const fit: Target = { ...target };
  while (bytes(fit) > MOST_BYTES && (fit.near?.length ?? 0) > 2) fit.near = fit.near?.slice(0, -1) ?? [];
  while (bytes(fit) > MOST_BYTES && fit.path?.includes(">")) fit.path = fit.path.slice(fit.path.indexOf(">") + 1);
  for (const name of ["text", "label", "icon", "near", "box"] as const) if (bytes(fit) > MOST_BYTES) delete fit[name];
  return fit;
}

function scoreNow(target: Target, element: Element): Scored[] {
  const work = scoreAll(target, element.ownerDocument.defaultView?.top?.document ?? document);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Signals that others on the page have too: they tell what kind of element it is, and not which. */
function sharedBy(target: Target, element: Element): string[] {
  const own = scoreNow(target, element).find((one) => one.element === element)?.like;
  return own ? ALONE.filter((signal) => (own[signal] ?? 0) > 0.5 && !own[`${signal}_alone`]) : [];
}

/** Describe a picked element as a target. */
export function capture(element: Element): Target {
  const root = element.getRootNode() as Root;
  const signals = signalsOf(element, CHOSEN);
  const css = selectorFor(element, root, signals.attributes);
  const within = withinOf(element, hostSelector);
  const target: Target = { ...(css && { css }), ...(within.length && { within }), ...signals };
  const shared = sharedBy(target, element).filter((signal) => signal !== "role" && signal !== "path");
  return fitted({ ...target, ...(shared.length && { shared }) });
}
