// The Markdown subset of guide documents, for guides that a page brings itself: bold, italics, code, links, lists,
// paragraphs, `{name|default}`. The server compiles the same subset (guides/texts.py), with plurals and pictures.
import type { TextNode } from "./wire.ts";

type Tree = Exclude<TextNode, string>;

const INLINE =
  /\\([^\w\s])|\*\*(.+?)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|`([^`]+)`|\[([^\]]+)\]\(([^()\s]+)\)|\{([A-Za-z_][\w.-]*)(?:\|([^}]*))?\}/s;

function inline(text: string): TextNode[] {
  const found = INLINE.exec(text);
  if (!found) return text ? [text] : [];
  const [whole, escaped, bold, italic, code, label, href, name, preset] = found;
  const made = (): TextNode => {
    if (escaped) return escaped;
    if (bold) return { t: "strong", c: inline(bold) };
    if (italic) return { t: "em", c: inline(italic) };
    if (code) return { t: "code", c: [code] };
    if (label) return { t: "a", a: { href: href as string }, c: inline(label) };
    return { t: "value", a: { name: name as string, ...(preset !== undefined && { default: preset }) } };
  };
  const before = text.slice(0, found.index);
  return [...(before ? [before] : []), made(), ...inline(text.slice(found.index + whole.length))];
}

function block(lines: string[]): Tree {
  const bullet = /^\s*[-*+] +/;
  const number = /^\s*\d+[.)] +/;
  for (const [marker, t] of [
    [bullet, "ul"],
    [number, "ol"],
  ] as const)
    if (lines.every((line) => marker.test(line)))
      return { t, c: lines.map((line) => ({ t: "li", c: inline(line.replace(marker, "")) })) };
  return { t: "p", c: inline(lines.join(" ")) };
}

/** Compile a text; what is compiled already stays as it is. */
export function compileText(text: TextNode, blocks: boolean): TextNode {
  if (typeof text !== "string") return text;
  const paragraphs = text.split(/\n\s*\n/).map((part) => part.split("\n").filter((line) => line.trim()));
  const made = blocks ? paragraphs.filter((lines) => lines.length).map(block) : [{ t: "p" as const, c: inline(text) }];
  const children = made.length === 1 && made[0]?.t === "p" ? (made[0].c ?? []) : made;
  return children.length === 1 ? (children[0] as TextNode) : { t: "fragment", c: children };
}
