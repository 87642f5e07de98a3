// Runs in a live page: turn what is drawn into plain data that rebuild.js can draw again without the
// application. A node is a string (text) or [tag, attributes, box, children, more]. `box` is left, top, width
// and height in the document's pixels, null where the element makes none; `more` holds `hidden` (drawn, not
// visible), `contents` (no box of its own), `svg`, `shadow` (children of an open shadow root), `frame` (the
// document of a same-origin iframe). Scripts, styles, comments and pictures' data are left out; text is cut at
// 300 characters, attributes at 400.
(() => {
  const DROPPED = new Set(["SCRIPT", "STYLE", "LINK", "META", "NOSCRIPT", "TEMPLATE", "BASE"]);
  const DROPPED_ATTRIBUTES = /^(on|style$|srcset$|nonce$|integrity$|data-emotion$)/;
  const elements = [];

  function attributesOf(element) {
    const kept = {};
    for (const { name, value } of element.attributes) {
      if (DROPPED_ATTRIBUTES.test(name)) continue;
      if (name === "points") continue;
      kept[name] = name === "d" ? value.slice(0, 48) : value.startsWith("data:") ? "data:" : value.replaceAll(location.origin, "").slice(0, 400);
    }
    return kept;
  }

  function boxOf(element, view) {
    const box = element.getBoundingClientRect();
    const round = (n) => Math.round(n * 10) / 10;
    return [round(box.left + view.scrollX), round(box.top + view.scrollY), round(box.width), round(box.height)];
  }

  const children = (root, view) => [...root.childNodes].map((node) => serialise(node, view)).filter((node) => node !== null);

  function serialise(node, view) {
    if (node.nodeType === 3) return node.nodeValue.trim() ? node.nodeValue.replace(/\s+/g, " ").slice(0, 300) : " ";
    if (node.nodeType !== 1 || DROPPED.has(node.tagName)) return null;
    elements.push(node);
    const style = view.getComputedStyle(node);
    const drawn = style.display !== "none" && (node.getClientRects().length > 0 || style.display === "contents");
    const more = {};
    if (drawn && style.display === "contents") more.contents = 1;
    if (drawn && !node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false })) more.hidden = 1;
    if (node.namespaceURI.endsWith("svg")) more.svg = 1;
    const kids = children(node, view);
    if (node.shadowRoot) more.shadow = children(node.shadowRoot, view);
    if (node.tagName === "IFRAME" && node.contentDocument?.documentElement)
      more.frame = serialise(node.contentDocument.documentElement, node.contentWindow);
    return [node.localName, attributesOf(node), drawn && !more.contents ? boxOf(node, view) : null, kids, more];
  }

  const tree = serialise(document.documentElement, window);
  window.__elements = elements;
  return { tree, path: location.pathname + location.search + location.hash, viewport: [innerWidth, innerHeight], title: document.title };
})();
