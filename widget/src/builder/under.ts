// What stands under the pointer, through open shadow roots and same-origin iframes, past the builder's own glass.

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The innermost element of the page at a point of the viewport, or null. */
export function elementUnder(x: number, y: number, own: Element): Element | null {
  const first = document.elementsFromPoint(x, y).find((found) => found !== own) ?? null;
  return first && descend(first, x, y);
}

function descend(found: Element, x: number, y: number): Element {
  const inner = found.shadowRoot
    ? found.shadowRoot.elementsFromPoint(x, y).find((child) => child !== found && found.shadowRoot?.contains(child))
    : null;
  if (inner) return descend(inner, x, y);
  const frame = frameDocument(found);
  if (!frame) return found;
  const box = found.getBoundingClientRect();
  const [left, top] = [box.left + found.clientLeft, box.top + found.clientTop];
  const within = frame.elementFromPoint(x - left, y - top);
  return within ? descend(within, x - left, y - top) : found;
}

/** The document of a same-origin iframe, or null for anything else. */
export function frameDocument(found: Element): Document | null {
  if (found.localName !== "iframe") return null;
  try {
    return (found as HTMLIFrameElement).contentDocument;
  } catch {
    return null; // another origin's frame
  }
}

/** Where an element stands in the top window's viewport, iframes counted in. */
export function rectangleOf(target: Element): Rectangle {
  const box = target.getBoundingClientRect();
  let { left, top } = box;
  for (
    let view = target.ownerDocument.defaultView;
    view?.frameElement;
    view = view.parent as Window & typeof globalThis
  ) {
    const frame = view.frameElement.getBoundingClientRect();
    left += frame.left + view.frameElement.clientLeft;
    top += frame.top + view.frameElement.clientTop;
    if (view.parent === view) break;
  }
  return { left, top, width: box.width, height: box.height };
}

/** The element around this one, out of shadow roots and iframes too; null at the page's root. */
export function parentOf(target: Element): Element | null {
  const root = target.getRootNode();
  const parent =
    target.parentElement ??
    (root instanceof ShadowRoot || "host" in root
      ? (root as ShadowRoot).host
      : target.ownerDocument.defaultView?.frameElement) ??
    null;
  return parent === document.documentElement ? null : parent;
}

/** The visible elements inside this one: of its shadow root or iframe where it has one. */
export function childrenOf(target: Element): Element[] {
  const inside = frameDocument(target)?.body.children ?? target.shadowRoot?.children ?? target.children;
  return [...inside].filter(isVisible);
}

/** The next or previous visible element beside this one, around the ends. */
export function siblingOf(target: Element, direction: 1 | -1): Element {
  const all = target.parentNode ? [...target.parentNode.children].filter(isVisible) : [target];
  const at = all.indexOf(target);
  return all[(at + direction + all.length) % all.length] ?? target;
}

/** Everything on the page that a person can act on, in document order; what Tab walks over while picking. */
export function interactiveElements(root: Document | ShadowRoot | Element = document): Element[] {
  const wanted =
    "a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=tab],[role=menuitem],[tabindex]";
  const found: Element[] = [];
  for (const child of root.querySelectorAll("*")) {
    const inner = frameDocument(child) ?? child.shadowRoot;
    if (inner) found.push(...(child.localName.startsWith("handrail-") ? [] : interactiveElements(inner)));
    else if (child.matches(wanted) && isVisible(child)) found.push(child);
  }
  return found;
}

function isVisible(target: Element): boolean {
  const box = target.getBoundingClientRect();
  return (
    box.width > 0 &&
    box.height > 0 &&
    !target.localName.startsWith("handrail-") &&
    !["script", "style", "template"].includes(target.localName)
  );
}
