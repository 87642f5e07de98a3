// Tells the walker every click, step and mistake of a usability session, as it happens. Evaluated in each page as
// `(…)(first)`; sessions outlive pages, so nothing is kept here.
(first) => {
  if (window !== window.top) return;
  const CONTROLS = "a[href],button,input,select,textarea,label,summary,[role],[tabindex],[onclick]";
  const tell = (kind, data) => window.handrailSession?.({ kind, ...data });
  let step = null;
  const look = () => {
    const now = document.querySelector("handrail-guide[data-step]")?.dataset.step ?? null;
    if (now === step) return;
    step = now;
    tell("step", { step });
  };
  new MutationObserver((changes) => {
    look();
    for (const { type, target } of changes)
      if (type === "attributes" && target.getAttribute("aria-invalid") === "true") tell("error", {});
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-invalid"] });
  const clicked = (event) => {
    const path = event.composedPath();
    // What dims the page is part of the guide too, but a click on it is a click beside everything.
    const inGuide = path.some((one) => one.getAttribute?.("role") === "dialog" && one.getRootNode().host);
    const action = inGuide ? (path[0].closest?.("[data-action]")?.dataset.action ?? null) : null;
    const told = { inGuide, action, right: first ? !!path[0].closest?.(first) : null, step };
    // A click that a spotlight keeps from the page reaches nothing, whatever lies there.
    const lit = document.querySelector("handrail-guide")?.shadowRoot?.querySelector(".spot");
    const reaches = path.some((one) => one.matches?.(CONTROLS));
    setTimeout(() => tell("click", { ...told, control: reaches && !(lit && event.defaultPrevented && event.cancelBubble) }));
  };
  addEventListener("click", clicked, true);
}
