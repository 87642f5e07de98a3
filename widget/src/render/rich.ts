// Texts that not every guide has: links, pictures, films, placeholders, plurals.
import type { ChunkStep } from "../seams.ts";
import type { TextNode } from "../wire.ts";
import { make } from "./frame.ts";
import { css } from "./rich.css";
import { drawText, type TextContext } from "./texts.ts";

export { css };

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

function link(href: string): HTMLAnchorElement {
  const element = make("a");
  const safe = safeLink(href);
  if (!safe) return element;
  element.href = safe;
  element.rel = "noopener";
  if (element.origin !== location.origin && element.protocol[0] === "h") element.target = "_blank";
  return element;
}

/** Draw a node that is one of these, without its children; nothing where it is not. */
export function drawRich({ t, a = {}, c }: Exclude<TextNode, string>, context: TextContext): Node | undefined {
  const value = context.value(a.name ?? "") ?? a.default ?? "";
  if (t === "value") return document.createTextNode(value);
  if (t === "plural") return drawText(pluralForm({ c: c ?? [] }, value, context.chunk.language), context);
  if (t === "a") return link(a.href ?? "");
  if (t !== "img") return undefined;
  const image = make("img");
  const src = uploaded(a.src ?? "", context.origin);
  if (src) image.src = src;
  image.alt = a.alt ?? "";
  return image;
}

/** A picture or a video; nothing where it does not come from the widget's own origin. */
export function media({ media: file }: ChunkStep, origin: string): HTMLElement | "" {
  const src = file && uploaded(file.src, origin);
  if (!src) return "";
  const { type, alt, width, height } = file;
  const size = { ...(width && { width }), ...(height && { height }) };
  if (type !== "video") return Object.assign(make("img"), { src, alt, ...size });
  const video = Object.assign(make("video"), {
    crossOrigin: "anonymous",
    src,
    ariaLabel: alt,
    controls: true,
    ...size,
  });
  const captions = file.captions && uploaded(file.captions, origin);
  if (captions) video.append(Object.assign(make("track"), { src: captions, kind: "captions", default: true }));
  return video;
}
