// Changes that releases bring, made in a page on purpose. Each returns how to undo it, or null where it has no meaning.

export interface Mutation {
  change(element: Element): (() => void) | null;
  /** True where the element is gone afterwards. */
  removes?: boolean;
}

const SWAPS: Record<string, string> = { a: "o", e: "a", i: "e", o: "u", u: "i", n: "m", r: "l", s: "z", t: "d", c: "k" };
/** Another language, as far as a locator can tell: other letters, other length. */
const translate = (text: string): string =>
  text.trim() ? `${text.replace(/[a-z]/gi, (letter) => SWAPS[letter.toLowerCase()] ?? letter)}en` : text;
const SPOKEN = ["aria-label", "title", "placeholder", "alt"];

function putBack(element: Element): () => void {
  const { parentNode, nextSibling } = element;
  return () => parentNode?.insertBefore(element, nextSibling);
}

function attribute(element: Element, name: string, value: string): () => void {
  const before = element.getAttribute(name);
  element.setAttribute(name, value);
  return () => (before === null ? element.removeAttribute(name) : element.setAttribute(name, before));
}

function textsOf(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

function rewrite(root: Element, change: (text: string) => string): () => void {
  const undo: (() => void)[] = [];
  for (const text of textsOf(root)) {
    const before = text.data;
    text.data = change(before);
    undo.push(() => {
      text.data = before;
    });
  }
  for (const element of [root, ...root.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join())])
    for (const name of SPOKEN) {
      const before = element.getAttribute(name);
      if (before) undo.push(attribute(element, name, change(before)));
    }
  return () => {
    for (const one of undo) one();
  };
}

export const mutations: Record<string, Mutation> = {
  "renamed class": {
    change(element) {
      const chain: Element[] = [];
      for (let here: Element | null = element; here && chain.length < 6; here = here.parentElement) chain.push(here);
      const undo = chain.filter((one) => one.hasAttribute("class")).map((one) => attribute(one, "class", "css-1x9f3ab css-0k2jd"));
      return undo.length ? () => undo.forEach((one) => one()) : null;
    },
  },
  wrapped: {
    change(element) {
      if (!element.parentElement || element.localName === "th" || element.namespaceURI?.endsWith("svg")) return null;
      const wrapper = document.createElement("div");
      wrapper.style.cssText = "display:contents";
      element.replaceWith(wrapper);
      wrapper.append(element);
      return () => wrapper.replaceWith(element);
    },
  },
  moved: {
    change(element) {
      const grand = element.parentElement?.parentElement;
      if (!grand || grand.namespaceURI?.endsWith("svg") || element.localName === "th") return null;
      const undo = putBack(element);
      grand.append(element);
      return undo;
    },
  },
  "reordered list": {
    change(element) {
      let item: Element | null = element;
      while (item?.parentElement && [...item.parentElement.children].filter((one) => one.localName === item?.localName).length < 3)
        item = item.parentElement;
      const list = item?.parentElement;
      if (!list || list === document.documentElement) return null;
      const before = [...list.children];
      list.append(...before.slice().reverse());
      return () => list.append(...before);
    },
  },
  "translated text": { change: () => rewrite(document.body, translate) },
  "changed label": {
    change(element) {
      const said = (element.textContent ?? "").trim() || SPOKEN.some((name) => element.getAttribute(name));
      return said && !element.querySelector("input,select,textarea,a,button") ? rewrite(element, (text) => (text.trim() ? "Carry on" : text)) : null;
    },
  },
  removed: {
    removes: true,
    change(element) {
      let gone = element;
      // Whatever the element fills goes with it: a left-over wrapper of the same size would still be the thing.
      while (gone.parentElement && gone.parentElement.childElementCount === 1 && gone.parentElement !== document.body) gone = gone.parentElement;
      if (gone === document.documentElement || gone.parentElement === document.documentElement) return null;
      const undo = putBack(gone);
      gone.remove();
      return undo;
    },
  },
  duplicated: {
    change(element) {
      const twin = element.cloneNode(true) as Element;
      element.after(twin);
      return () => twin.remove();
    },
  },
};
