// Draw a compiled text: known tags and attributes only, by createElement. What is not known is drawn as its children.
import type { PresentRequest } from "../seams.ts";
import type { TextNode } from "../wire.ts";

export type TextContext = Pick<PresentRequest, "chunk" | "origin" | "value" | "parts">;

const TAGS = /^(p|strong|em|code|ul|ol|li|br)$/;

export function drawText(node: TextNode | undefined, context: TextContext): Node {
  if (!node || typeof node === "string") return document.createTextNode(node ?? "");
  const { t, c = [] } = node;
  const rich = context.parts.rich?.drawRich(node, context);
  const drawn = rich ?? (TAGS.test(t) ? document.createElement(t) : document.createDocumentFragment());
  if (t !== "plural") for (const child of c) drawn.appendChild(drawText(child, context));
  return drawn;
}

/** The text without its tags, for names. */
export const plainText = (node: TextNode | undefined, context: TextContext): string =>
  drawText(node, context).textContent ?? "";
