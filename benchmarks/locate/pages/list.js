// Runs in a live page: one line per visible element that a guide could point at, for a person who labels.
(() => {
  const WANTED = "a,button,input:not([type=hidden]),select,textarea,summary,label,h1,h2,h3,h4,th,[role],[onclick],[data-testid],[tabindex],[title]";
  const clean = (text) => (text ?? "").replace(/\s+/g, " ").trim().slice(0, 50);
  const lines = [];
  const walk = (root, prefix) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot, `${prefix}${element.localName}>>`);
      if (!element.matches(WANTED) || !element.checkVisibility({ visibilityProperty: true })) continue;
      const box = element.getBoundingClientRect();
      if (box.width * box.height <= 1) continue;
      const said = ["id", "name", "type", "role", "aria-label", "title", "placeholder", "href", "data-testid", "value"]
        .map((name) => [name, element.getAttribute(name)])
        .filter(([, value]) => value)
        .map(([name, value]) => `${name}=${clean(value)}`);
      const classes = clean(element.getAttribute("class"));
      lines.push(`${prefix}${element.localName} "${clean(element.innerText)}" ${said.join(" ")}${classes ? ` .${classes}` : ""} @${Math.round(box.x)},${Math.round(box.y)}`);
    }
  };
  walk(document, "");
  return lines;
})();
