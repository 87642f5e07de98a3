// What the walker sees and does inside the page. Evaluated there as `(…)(locator)`; its value is the probe. The
// walker reads and measures here and leaves real clicks and keys to the browser. Draws nothing but `outline()`.
(locator) => {
  const GUIDE = "handrail-guide";
  const shifts = [];
  const violations = [];
  let target = null;

  // The browser also calls a change of the viewport's size input, which a phone has on every load: only keys and
  // presses are the walk's own doing.
  let used = Number.NEGATIVE_INFINITY;
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => { used = performance.now(); }, { capture: true });
  const note = (entries) => {
    for (const entry of entries) {
      if (entry.hadRecentInput && entry.startTime - used < 600) continue;
      const moves = entry.sources.filter(({ currentRect: { width, height } }) => width && height);
      shifts.push([entry.startTime, entry.value, moves.map((one) => [one.currentRect.x - one.previousRect.x, one.currentRect.y - one.previousRect.y])]);
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  // When a step came, so that a page's own shifts while it loads are told apart from those that came with it.
  let appeared = Number.POSITIVE_INFINITY;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.localName === GUIDE) appeared = performance.now();
  }).observe(document, { childList: true, subtree: true });
  document.addEventListener("securitypolicyviolation", (event) => {
    const { blockedURI, sourceFile, effectiveDirective } = event;
    if (/\/widget\/|\/v1\//.test(`${blockedURI} ${sourceFile}`)) violations.push(`${effectiveDirective}: ${blockedURI}`);
  });

  const hostOf = (guide) => {
    const found = [...document.querySelectorAll(guide ? `${GUIDE}[data-guide="${guide}"]` : GUIDE)];
    return found.find((host) => host.shadowRoot) ?? null;
  };
  /** An open run that waits for another page, as the widget keeps it. */
  const savedRun = (guide) => {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith("handrail:") || !name.endsWith(`:run.${guide}`)) continue;
      try {
        const { state } = JSON.parse(localStorage[name]);
        if (state && !state.ended) return { guide, step: state.step, drawn: false };
      } catch {}
    }
    return null;
  };
  const popoverOf = (host) =>
    host?.shadowRoot?.querySelector("[role=dialog],[role=alertdialog],[role=tooltip],[role=region],.popover") ?? null;
  const plain = ({ left, top, width, height }) => [left, top, width, height].map((n) => Math.round(n * 10) / 10);

  /** The box of an element in the coordinates of the outermost window. */
  const boxOf = (element) => {
    const [left, top, width, height] = plain(element.getBoundingClientRect());
    const frame = element.ownerDocument.defaultView?.frameElement;
    if (!frame) return [left, top, width, height];
    const [x, y] = boxOf(frame);
    return [left + x + frame.clientLeft, top + y + frame.clientTop, width, height];
  };

  /** The innermost element at a point, through shadow roots and same-origin frames. */
  const topAt = (x, y) => {
    let root = document;
    let found = null;
    for (let depth = 0; root && depth < 20; depth += 1) {
      const next = root.elementFromPoint(x, y);
      if (!next || next === found) break;
      found = next;
      if (next.localName === GUIDE) break;
      let inner = null;
      try {
        inner = next.contentDocument;
      } catch {}
      if (inner) {
        const box = next.getBoundingClientRect();
        x -= box.left + next.clientLeft;
        y -= box.top + next.clientTop;
      }
      root = inner ?? next.shadowRoot;
    }
    return found;
  };
  const holds = (outer, inner) => {
    for (let node = inner; node; node = node.parentNode ?? node.host ?? node.defaultView?.frameElement)
      if (node === outer) return true;
    return false;
  };
  const belongs = (found) =>
    found && (holds(target, found) || holds(found.closest?.("label")?.control ?? null, target) || found.control === target);
  const named = (element) =>
    element
      ? `<${element.localName}${element.id ? ` id="${element.id}"` : ""}${element.classList?.length ? ` class="${element.className}"` : ""}>`
      : "nothing";

  /** Lets every click through, as disabled links of many style sheets do; what lies under it is no cover. */
  const inert = (element) => getComputedStyle(element).pointerEvents === "none";

  /** A point of the target that a click reaches, or what lies on top of all of them. */
  const reach = () => {
    if (!target?.isConnected) return { point: null, by: "nothing" };
    const [left, top, width, height] = boxOf(target);
    const [x0, y0, x1, y1] = [Math.max(left, 0), Math.max(top, 0), Math.min(left + width, innerWidth), Math.min(top + height, innerHeight)];
    const tries = [0.5, 0.25, 0.75, 0.1, 0.9];
    let by = "nothing";
    let widget = false;
    for (const dy of tries)
      for (const dx of tries) {
        const [x, y] = [x0 + (x1 - x0) * dx, y0 + (y1 - y0) * dy];
        const found = topAt(x, y);
        if (belongs(found)) return { point: [x, y], by: "" };
        if (found?.localName === GUIDE) widget = true;
        else if (found && !(inert(target) && holds(found, target))) by = named(found);
      }
    return { point: null, by: widget && by === "nothing" ? GUIDE : by };
  };

  /** Text that a reader cannot see whole, because something cuts it off. */
  const clipped = (popover) => {
    const found = new Set();
    const walker = document.createTreeWalker(popover, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || node.parentElement.closest(".live")) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()];
      for (let outer = node.parentElement; outer; outer = outer === popover ? null : outer.parentElement) {
        const style = getComputedStyle(outer);
        const box = outer.getBoundingClientRect();
        const cutsX = outer === popover || style.overflowX !== "visible";
        const cutsY = /hidden|clip/.test(style.overflowY) || (outer === popover && style.overflowY === "visible");
        const out = boxes.some(
          (rect) =>
            (cutsX && (rect.left < box.left - 1.5 || rect.right > box.right + 1.5)) ||
            (cutsY && (rect.top < box.top - 1.5 || rect.bottom > box.bottom + 1.5)),
        );
        if (out && !(outer === popover && scrolls(node, popover))) found.add(node.data.trim().slice(0, 60));
      }
    }
    return [...found];
  };
  /** Red, green, blue and alpha of any colour that the browser computes. */
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  /** Relative luminance, WCAG 2.2. */
  const luminance = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element, top) => {
    for (let node = element; node; node = node === top ? null : node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return null;
  };
  /** Texts whose contrast with what is behind them is below WCAG 2.2, 1.4.3. */
  const faint = (popover) => {
    const found = [];
    const walker = document.createTreeWalker(popover, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || element.closest(".live") || !seen(element)) continue;
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ground = groundOf(element, popover);
      const ratio = ground ? contrast(rgba(style.color), ground) : 21;
      if (ratio < (large ? 3 : 4.5) - 0.01) found.push(`${ratio.toFixed(2)} for “${node.data.trim().slice(0, 40)}”`);
    }
    return found;
  };
  const scrolls = (node, popover) => {
    for (let outer = node.parentElement; outer && outer !== popover; outer = outer.parentElement)
      if (/auto|scroll/.test(getComputedStyle(outer).overflowY)) return true;
    return /auto|scroll/.test(getComputedStyle(popover).overflowY);
  };

  const seen = (element) => {
    for (let node = element; node; node = node.parentElement ?? node.getRootNode().host)
      if (Number(getComputedStyle(node).opacity) < 0.1) return false;
    return element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
  };
  const coverOf = (popover) => {
    const [left, top, width, height] = plain(popover.getBoundingClientRect());
    for (const [dx, dy] of [[0.5, 0.5], [0.1, 0.15], [0.9, 0.15], [0.1, 0.85], [0.9, 0.85]]) {
      const [x, y] = [left + width * dx, top + height * dy];
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      const found = document.elementFromPoint(x, y);
      const root = found?.getRootNode();
      if (found && found.localName !== GUIDE && root?.host?.localName !== GUIDE) return named(found);
    }
    return "";
  };
  const focusOf = (host) => {
    const active = deepActive();
    if (host?.shadowRoot?.activeElement) return "popover";
    if (target && active && holds(target, active)) return "target";
    return !active || active === document.body ? "body" : named(active);
  };
  const deepActive = () => {
    let active = document.activeElement;
    for (let depth = 0; depth < 20; depth += 1) {
      const inner = active?.shadowRoot?.activeElement ?? (active?.localName === "iframe" ? frameActive(active) : null);
      if (!inner) break;
      active = inner;
    }
    return active;
  };
  const frameActive = (frame) => {
    try {
      const active = frame.contentDocument?.activeElement;
      return active === frame.contentDocument?.body ? null : active;
    } catch {
      return null;
    }
  };

  /** How far a banner in the flow pushes the page down, as its author asked for; nothing for all that lies over it. */
  const pushOf = (host) => (host?.matches(".push") && host.nextElementSibling === document.body ? host.offsetHeight : 0);
  /** A shift is that push where all that is named moved just so far, and nothing within it farther: its score says that. */
  const isPush = ([, value, moves], px) =>
    !!px && !!moves.length && moves.every(([x, y]) => x === 0 && Math.abs(y - px) <= 1) && value <= px / Math.max(innerWidth, innerHeight) + 0.005;

  const describePopover = (host) => {
    const popover = popoverOf(host);
    if (!popover) return null;
    const spot = host.shadowRoot.querySelector(".spot");
    const buttons = [...host.shadowRoot.querySelectorAll("button[data-action],a[data-action]")].filter(seen);
    const media = [...popover.querySelectorAll("img,video")];
    return {
      role: popover.getAttribute("role"),
      box: plain(popover.getBoundingClientRect()),
      spot: spot ? plain(spot.getBoundingClientRect()) : null,
      seen: seen(popover),
      cover: coverOf(popover),
      title: popover.querySelector("#title,.title,h2")?.textContent ?? "",
      text: [...popover.querySelectorAll("#title,#body,.title,.body")].map((part) => part.textContent).join(" ").trim(),
      faint: faint(popover),
      language: popover.closest("[lang]")?.lang ?? "",
      clipped: clipped(popover),
      buttons: buttons.map((button) => ({ action: button.dataset.action, text: button.textContent.trim(), box: plain(button.getBoundingClientRect()) })),
      links: [...popover.querySelectorAll("a[href]")].map((link) => link.href),
      broken: media.filter((one) => (one.localName === "img" ? one.complete && !one.naturalWidth : one.error)).map((one) => one.currentSrc || one.src),
      moving: popover.getAnimations({ subtree: true }).filter((one) => one.playState === "running" && one.effect?.getTiming().iterations !== Infinity).length,
      loading: media.some((one) => one.localName === "img" && !one.complete),
    };
  };

  return {
    shifts,
    violations,
    /** Everything about the guide that is cheap to know; the driver asks for it again and again. */
    glance(guide) {
      const host = hostOf(guide);
      const state = window.handrail?.state?.() ?? {};
      return {
        ready: state.ready === true,
        open: (state.open ?? []).filter((one) => one.guide === guide)[0] ?? savedRun(guide),
        others: (state.open ?? []).filter((one) => one.guide !== guide).map((one) => one.guide),
        step: host?.dataset.step ?? null,
        box: popoverOf(host) ? plain(popoverOf(host).getBoundingClientRect()) : null,
        opened: popoverOf(host) ? seen(popoverOf(host)) : false,
        address: location.href,
      };
    },
    /** Find a target as the widget does, and remember its element for the other questions. */
    async find(wanted) {
      target = null;
      const failed = { state: "not_found", reason: "script", element: null, confidence: 0 };
      const found = await Promise.resolve().then(() => locator.locate(wanted, document)).catch(() => failed);
      target = found.element ?? null;
      return { state: found.state, reason: found.reason ?? null, view: found.view ?? null, confidence: found.confidence, signals: found.signals ?? [], missed: found.missed ?? [], box: target ? boxOf(target) : null };
    },
    /** Forget the shifts and violations that were told. */
    forget() {
      shifts.length = 0;
      violations.length = 0;
    },
    /** Judge the step that is shown, together with the element of the last `find`. */
    async step(guide) {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      note(observer.takeRecords());
      const host = hostOf(guide);
      return {
        popover: describePopover(host),
        focus: focusOf(host),
        target: target?.isConnected ? { box: boxOf(target), reach: reach(), disabled: target.matches(":disabled,[aria-disabled=true]") || inert(target), tag: target.localName, type: target.getAttribute("type") ?? "" } : null,
        viewport: [innerWidth, innerHeight],
        pages: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
        shifts: shifts.filter((shift) => shift[0] >= appeared - 20 && !isPush(shift, pushOf(host))).map(([, value]) => value),
        violations: [...violations],
      };
    },
    /** The traits that the widget has kept for this visitor, whatever its key in the store is. */
    traits() {
      for (const name of Object.keys(localStorage)) {
        if (!/handrail/.test(name)) continue;
        try {
          const { traits } = JSON.parse(localStorage[name]);
          if (traits) return traits;
        } catch {}
      }
      return {};
    },
    /** The dot of a hotspot, as a box to point at. */
    dot: (guide) => {
      const dot = hostOf(guide)?.shadowRoot?.querySelector(".dot");
      return dot ? plain(dot.getBoundingClientRect()) : null;
    },
    reach,
    box: () => (target?.isConnected ? boxOf(target) : null),
    scroll: () => target?.scrollIntoView({ block: "center", inline: "center" }),
    focus: () => target?.focus(),
    /** True where a live region tells of the step because the visitor, who is typing, keeps the focus. */
    announced: (guide) => {
      const typing = deepActive()?.matches?.("input,textarea,select,[contenteditable]");
      return !!typing && !!hostOf(guide)?.shadowRoot?.querySelector("[role=status],[aria-live]");
    },
    focused: (guide) => focusOf(hostOf(guide)),
    /** The button that the keyboard is on inside the popover, by its action and text. */
    button(guide) {
      const active = hostOf(guide)?.shadowRoot?.activeElement;
      return active ? { action: active.dataset?.action ?? "", text: active.textContent.trim() } : null;
    },
    pathOfFocus: () => named(deepActive()),
    /** Remember the focused element, so that `back()` can tell whether the focus returned to it. */
    mark() {
      const active = deepActive();
      this.marked = active;
      return named(active);
    },
    /** Put the focus on a control of the page, as a visitor's would be, unless a guide has it already. */
    start_from() {
      if (hostOf("")) return null;
      const control = [...document.querySelectorAll("main a[href],main button,a[href],button,input")].find((one) => seen(one) && !one.disabled);
      control?.focus();
      return control ? this.mark() : null;
    },
    back() {
      const active = deepActive();
      return { same: active === this.marked || !this.marked?.isConnected, was: named(this.marked), is: named(active) };
    },
    /** Count the clicks that reach the target itself, and what was left of them at the window. */
    listen() {
      const heard = { target: 0, window: 0 };
      this.heard = heard;
      target?.addEventListener("click", () => { heard.target += 1; }, { capture: true });
    },
    clicks() {
      return this.heard?.target ?? 0;
    },
    /** Set a control's value as a user's choice would, with the events that follow. */
    set(value) {
      const view = target.ownerDocument.defaultView;
      const kind = { select: view.HTMLSelectElement, textarea: view.HTMLTextAreaElement }[target.localName] ?? view.HTMLInputElement;
      if (target.localName === "select") {
        const options = [...target.options].filter((option) => !option.disabled);
        const wanted = value === null ? options.find((option) => option.value && option.value !== target.value) : options.find((option) => option.value === value || option.text.trim() === value);
        if (!wanted) return { done: false, choices: options.map((option) => option.text.trim()) };
        value = wanted.value;
      }
      Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(target, value);
      target.dispatchEvent(new view.Event("input", { bubbles: true, composed: true }));
      target.dispatchEvent(new view.Event("change", { bubbles: true }));
      return { done: true, choices: [] };
    },
    about: () =>
      target && { tag: target.localName, type: target.getAttribute("type") ?? "", editable: target.isContentEditable, value: target.value ?? "", href: target.href ?? "", readonly: target.readOnly === true, checked: target.checked === true },
    /** The button of the popover that does what the driver wants, as a box to click. */
    find_button(guide, actions, text) {
      const buttons = describePopover(hostOf(guide))?.buttons ?? [];
      return (text && buttons.find((button) => button.text === text)) || actions.map((action) => buttons.find((button) => button.action === action)).find(Boolean) || null;
    },
    /** What a guide must not leave on the page after its end. */
    remains(guide) {
      const marks = [...document.querySelectorAll(guide ? `${GUIDE}[data-guide="${guide}"]` : GUIDE)].map(named);
      for (const element of document.querySelectorAll("*"))
        for (const { name } of element.attributes) if (/^data-handrail/.test(name)) marks.push(`${named(element)} has ${name}`);
      return marks;
    },
    /** How far the popover travels over some frames, in pixels; the page must stand still meanwhile. */
    async travel(guide, frames) {
      const spots = [];
      for (let n = 0; n < frames; n += 1) {
        const popover = popoverOf(hostOf(guide));
        if (popover) spots.push(popover.getBoundingClientRect());
        await new Promise((done) => requestAnimationFrame(done));
      }
      const moving = popoverOf(hostOf(guide))?.getAnimations({ subtree: true }).filter((one) => one.playState === "running").length ?? 0;
      const xs = spots.map((box) => box.left);
      const ys = spots.map((box) => box.top);
      return { travelled: spots.length ? Math.max(...xs) - Math.min(...xs) + Math.max(...ys) - Math.min(...ys) : 0, moving };
    },
    /** Mark the target in the next picture; the answer takes the mark away again. */
    outline() {
      const box = target?.isConnected ? boxOf(target) : null;
      if (!box) return;
      const mark = document.createElement("div");
      mark.popover = "manual";
      const style = { position: "fixed", inset: "auto", left: `${box[0] - 4}px`, top: `${box[1] - 4}px`, width: `${box[2] + 8}px`, height: `${box[3] + 8}px`, margin: 0, padding: 0, background: "none", border: "3px dashed #d6336c", borderRadius: "6px", pointerEvents: "none", boxSizing: "border-box", overflow: "visible" };
      Object.assign(mark.style, style);
      document.documentElement.append(mark);
      mark.showPopover();
      this.mark_ = mark;
    },
    unmark() {
      this.mark_?.remove();
    },
  };
}
