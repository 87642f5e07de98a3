// Cheap roles and accessible names: the common parts of WAI-ARIA's HTML mapping and of its name computation
// (accname-1.2, steps 2B to 2I), without styles, so that they cost microseconds. Pure reads of the document.

const typed = (types: string): string => `input:is(${types.replace(/\w+/g, "[type=$&]")})`;
/** Role -> the elements that have it without saying so. First match wins. */
const ROLES: Record<string, string> = {
  link: "a[href]",
  button: `button,summary,${typed("button,submit,reset,image")}`,
  checkbox: typed("checkbox"),
  radio: typed("radio"),
  slider: typed("range"),
  spinbutton: typed("number"),
  searchbox: typed("search"),
  combobox: "select,input[list]",
  textbox: `textarea,input:not([type]),${typed("text,email,tel,url")}`,
  heading: "h1,h2,h3,h4,h5,h6",
  img: "img",
  columnheader: "th",
  option: "option",
};
/** Roles that are named by what they hold. */
const BY_CONTENT = /^(button|link|heading|cell|columnheader|checkbox|radio|switch|tab|option|treeitem|menuitem.*)$/;
const SILENT = /^(script|style|noscript)$/;
/** Longer texts are cut: a name is for recognising, not for reading. */
export const TEXT_LENGTH = 80;

export const clean = (text: string | null | undefined): string =>
  (text ?? "")
    .slice(0, 2000)
    .replace(/[\s\u200b-\u200f\u2060]+/g, " ")
    .trim()
    .slice(0, TEXT_LENGTH)
    .trim();

/** The elements that may have a role, as a selector. */
export const roleSelector = (role: string): string => `${ROLES[role] ?? "_"},[role="${CSS.escape(role)}"]`;

/** The ARIA role, said or implied; "" where there is none that helps. */
export function roleOf(element: Element): string {
  const said = element.getAttribute("role")?.trim().split(" ")[0];
  return said || (Object.keys(ROLES).find((role) => element.matches(ROLES[role] as string)) ?? "");
}

function spoken(node: Node): string {
  if (node.nodeType === 3) return node.nodeValue ?? "";
  const element = node as Element;
  if (node.nodeType !== 1 || SILENT.test(element.localName) || element.matches("[aria-hidden=true],[hidden]"))
    return "";
  const said = (name: string) => element.getAttribute(name);
  return said("aria-label") || said("alt") || ` ${inside(element).trim() || (said("title") ?? "")} `;
}

const inside = (element: Element): string => {
  let text = "";
  for (let node = element.firstChild; node && text.length < 400; node = node.nextSibling) text += spoken(node);
  return text;
};

/** What the element says: its text and that of its descendants, hidden ones left out. */
export const textOf = (element: Element): string => clean(inside(element));

/** The text of the labels of a form control. */
export function labelOf(element: Element): string {
  const labels = (element as HTMLInputElement).labels;
  return labels ? clean([...labels].map(inside).join(" ")) : "";
}

function referred(element: Element): string {
  const root = element.getRootNode() as Document | ShadowRoot;
  const said = (id: string): string => {
    const other = id && root.getElementById?.(id);
    return other ? inside(other) : "";
  };
  return clean((element.getAttribute("aria-labelledby") ?? "").split(/\s+/).map(said).join(" "));
}

/** The accessible name, cheaply. */
export function nameOf(element: Element, role = roleOf(element)): string {
  const said = (name: string): string => clean(element.getAttribute(name));
  const button = element.matches("input") && role === "button";
  return (
    referred(element) ||
    said("aria-label") ||
    labelOf(element) ||
    said("alt") ||
    (button ? said("value") : "") ||
    (BY_CONTENT.test(role) ? textOf(element) : "") ||
    said("title") ||
    said("placeholder")
  );
}
