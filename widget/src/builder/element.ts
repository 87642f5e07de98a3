// One way to make elements, so that no text ever becomes markup.
import { say } from "./words.ts";

type Attributes = Record<string, string | number | boolean | EventListener | undefined>;

/** Make an element; `on…` attributes are listeners, true makes an empty attribute, false and undefined none. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A labelled form control, the label above it; label and hint are said in the author's language. */
export function field(label: string, control: HTMLElement, hint = ""): HTMLElement {
  control.id ||= `field-${label.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const text = element("label", { for: control.id }, say(label));
  return element("div", { class: "field" }, text, control, hint ? element("p", { class: "hint" }, say(hint)) : null);
}

/** A choice among values with words of their own, said in the author's language. */
export function choice(
  values: Record<string, string>,
  chosen: string,
  changed: (value: string) => void,
): HTMLSelectElement {
  const select = element("select", { onchange: () => changed(select.value) });
  for (const [value, words] of Object.entries(values))
    select.append(element("option", { value, selected: value === chosen }, say(words)));
  return select;
}

/** A quiet button. */
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return element("button", { type: "button", onclick: act, ...attributes }, text);
}
