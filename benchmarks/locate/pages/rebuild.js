// Runs in an empty page: draw a snapshot again, each element at its recorded place and size, and number the
// elements as serialise.js did, so that a label is an index into `__elements`.
window.__rebuild = (snapshot) => {
  const SVG = "http://www.w3.org/2000/svg";
  const elements = [];
  const numbers = new Map();
  const boxes = new Map();

  function number(node) {
    if (typeof node === "string") return;
    numbers.set(node, numbers.size);
    for (const kid of [...node[3], ...(node[4].shadow ?? []), ...(node[4].frame ? [node[4].frame] : [])]) number(kid);
  }

  function attributes(element, values) {
    for (const [name, value] of Object.entries(values)) {
      try {
        element.setAttribute(/^(src|srcdoc|poster|action)$/.test(name) ? `data-was-${name}` : name, value);
      } catch {} // a name that only a parser accepts, such as "@click"
    }
  }

  function fill(parent, kids, owner) {
    for (const kid of kids) parent.append(typeof kid === "string" ? kid : build(kid, owner));
  }

  function build(node, owner, ready) {
    const [tag, values, box, kids, more] = node;
    const element = ready ?? (more.svg ? owner.createElementNS(SVG, tag) : owner.createElement(tag));
    elements[numbers.get(node)] = element;
    boxes.set(element, { box, more });
    attributes(element, values);
    fill(element, kids, owner);
    if (more.shadow) {
      try {
        fill(element.attachShadow({ mode: "open" }), more.shadow, owner);
      } catch {} // the element cannot carry a root of ours: its content stays out
    }
    return element;
  }

  function frames(node, element) {
    const [, , , kids, more] = node;
    const own = [...element.children];
    kids.filter((kid) => typeof kid !== "string").forEach((kid, index) => own[index] && frames(kid, own[index]));
    if (more.shadow && element.shadowRoot) {
      const inside = [...element.shadowRoot.children];
      more.shadow.filter((kid) => typeof kid !== "string").forEach((kid, index) => inside[index] && frames(kid, inside[index]));
    }
    if (more.frame && element.contentDocument) replace(element.contentDocument, more.frame);
  }

  function replace(target, tree) {
    const root = target.documentElement;
    root.replaceChildren();
    for (const { name } of [...root.attributes]) root.removeAttribute(name);
    build(tree, target, root);
    place(target);
  }

  function parentOf(element) {
    let parent = element.assignedSlot ?? element.parentNode;
    if (parent instanceof ShadowRoot || parent?.host) parent = parent.host;
    if (!parent || parent.nodeType !== 1) return null;
    return boxes.get(parent)?.box ? parent : parentOf(parent);
  }

  function place(target) {
    for (const [element, { box, more }] of boxes) {
      if (element.ownerDocument !== target) continue;
      if (more.svg && element.localName !== "svg") {
        if (!box) element.style.display = "none";
        continue;
      }
      if (element.localName === "option" || element.localName === "optgroup") continue;
      element.style.cssText = styleOf(element, box, more);
    }
  }

  function styleOf(element, box, more) {
    if (more.contents) return "display:contents!important";
    if (!box) return "display:none!important";
    const from = boxes.get(parentOf(element))?.box ?? [0, 0];
    const visibility = more.hidden ? "hidden" : "visible";
    const root = element === element.ownerDocument.documentElement;
    return (
      `display:block!important;position:${root ? "relative" : "absolute"};left:${root ? 0 : box[0] - from[0]}px;top:${root ? 0 : box[1] - from[1]}px;right:auto;bottom:auto;` +
      `width:${box[2]}px;height:${box[3]}px;margin:0;padding:0;border:0;box-sizing:border-box;max-width:none;max-height:none;` +
      `min-width:0;min-height:0;visibility:${visibility};overflow:visible;transform:none;font-size:8px`
    );
  }

  number(snapshot.tree);
  replace(document, snapshot.tree);
  frames(snapshot.tree, document.documentElement);
  window.__elements = elements;
  document.title = snapshot.title;
};
