import Sortable from "sortablejs";

/** Let steps be dragged by their grip; dropping presses the same button that the keys do. */
export function openSorting(form: HTMLFormElement): void {
  const list = form.querySelector<HTMLElement>("[data-steps]");
  if (!list?.querySelector("[data-grip]")) return;
  Sortable.create(list, {
    handle: "[data-grip]",
    draggable: ".step-item",
    ghostClass: "dragged",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
    onEnd: ({ item, newDraggableIndex }) => {
      const button = document.createElement("button");
      button.name = "do";
      button.value = `place:${item.dataset.step}:${newDraggableIndex ?? 0}`;
      button.hidden = true;
      form.append(button);
      form.requestSubmit(button);
    },
  });
}
