/** Show only the fields that belong to what a choice says: `data-when="advance:click,element"`. */
export function showConditions(form: HTMLFormElement): void {
  const settle = (): void => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-when]")) {
      const [name, values] = (part.dataset.when ?? "").split(":");
      const chosen = form.querySelector<HTMLSelectElement>(`select[name=${name}]`)?.value ?? "";
      part.hidden = !values?.split(",").includes(chosen);
    }
  };
  for (const choice of form.querySelectorAll("[data-shows]")) choice.addEventListener("change", settle);
  settle();
}
