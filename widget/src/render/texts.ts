// Draw a compiled text: known tags and attributes only, by createElement. What is not known is drawn as its children.
import type { PresentRequest } from "../seams.ts";
import type { TextNode } from "../wire.ts";

export type TextContext = Pick<PresentRequest, "chunk" | "origin" | "value">;

const TAGS = /^(p|strong|em|code|a|ul|ol|li|br|img)$/;
const PROTOCOLS = /^(https?|mailto|tel):$/;

/** An absolute address where the protocol is harmless, otherwise null. */
export function safeLink(href: string): string | null {
  try {
    const url = new URL(href, document.baseURI);
    return PROTOCOLS.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** The address of an uploaded file; null where it is not under the widget's origin. */
export function uploaded(src: string, origin: string): string | null {
  try {
    const base = new URL(`${origin}/`, document.baseURI);
    const url = new URL(src, base);
    return url.origin === base.origin ? url.href : null;
  } catch {
    return null;
  }
}

/** The form that fits the number: `=2` before the language's own category before `other`. */
function pluralForm(node: { c?: TextNode[] }, value: string, language: string): TextNode {
  const forms = (node.c ?? []) as { a?: { when?: string } }[];
  const number = Number(value);
  const category = Number.isNaN(number) ? "other" : new Intl.PluralRules(language).select(number);
  const form = [`=${value}`, value, category, "other"].map((when) => forms.find((each) => each.a?.when === when));
  return (form.find(Boolean) as TextNode | undefined) ?? "";
}

function link(element: HTMLAnchorElement, href: string): void {
  const safe = safeLink(href);
  if (!safe) return;
  element.href = safe;
  element.rel = "noopener";
  if (element.origin !== location.origin && element.protocol[0] === "h") element.target = "_blank";
}

export function drawText(node: TextNode | undefined, context: TextContext): Node {
  if (!node || typeof node === "string") return document.createTextNode(node ?? "");
  const { t, a = {}, c = [] } = node;
  const value = context.value(a.name ?? "") ?? a.default ?? "";
  if (t === "value") return document.createTextNode(value);
  if (t === "plural") return drawText(pluralForm(node, value, context.chunk.language), context);
  const element = TAGS.test(t) ? document.createElement(t) : document.createDocumentFragment();
  if (element instanceof HTMLAnchorElement) link(element, a.href ?? "");
  if (element instanceof HTMLImageElement) {
    const src = uploaded(a.src ?? "", context.origin);
    if (src) element.src = src;
    element.alt = a.alt ?? "";
  }
  element.append(...c.map((child) => drawText(child, context)));
  return element;
}

/** The text without its tags, for names. */
export const plainText = (node: TextNode | undefined, context: TextContext): string =>
  drawText(node, context).textContent ?? "";
