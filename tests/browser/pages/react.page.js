// A real React page that draws its target anew: a new key every time, as lists and routers do.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const [turn, setTurn] = useState(0);
  const [busy, setBusy] = useState(false);
  window.redraw = () => setTurn((n) => n + 1);
  window.blink = () => {
    setBusy(true);
    setTimeout(() => setBusy(false), 300);
  };
  return h(
    "main",
    null,
    h("h1", null, "React"),
    h("p", { style: { height: 40 + turn * 30 } }, `Turn ${turn}`),
    busy ? h("p", null, "Loading") : h("button", { id: "target", key: turn }, "New invoice"),
  );
}

createRoot(document.querySelector("#app")).render(h(Page));
