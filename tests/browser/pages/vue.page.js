// A real Vue page that draws its target anew.
import { createApp, h, ref } from "vue";

createApp({
  setup() {
    const turn = ref(0);
    const busy = ref(false);
    window.redraw = () => turn.value++;
    window.blink = () => {
      busy.value = true;
      setTimeout(() => (busy.value = false), 300);
    };
    return () =>
      h("main", [
        h("h1", "Vue"),
        h("p", { style: { height: `${40 + turn.value * 30}px` } }, `Turn ${turn.value}`),
        busy.value ? h("p", "Loading") : h("button", { id: "target", key: turn.value }, "New invoice"),
      ]);
  },
}).mount("#app");
