interface Place {
  label: string;
  url: string;
  sort: string;
}

const SHOWN = 12;

/** Ctrl K opens the palette, ? the shortcut sheet; both are dialogs of the page. */
export function openPalette(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#palette");
  const sheet = document.querySelector<HTMLDialogElement>("#shortcuts");
  if (!dialog || !sheet) return;
  const show = fill(dialog);
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-palette]")) {
    button.addEventListener("click", show);
  }
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      show();
    } else if (event.key === "?" && !isWriting(event.target)) {
      event.preventDefault();
      sheet.showModal();
    }
  });
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function fill(dialog: HTMLDialogElement): () => void {
  const query = dialog.querySelector("input") as HTMLInputElement;
  const list = dialog.querySelector("ul") as HTMLUListElement;
  const none = dialog.querySelector<HTMLElement>("[data-none]") as HTMLElement;
  let places: Place[] = [];
  let chosen = 0;

  const options = () => [...list.children] as HTMLLIElement[];
  const choose = (index: number): void => {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    for (const [place, option] of all.entries()) option.setAttribute("aria-selected", String(place === chosen));
    query.setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
    all[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const go = (): void => {
    const url = options()[chosen]?.dataset.url;
    if (url) location.assign(url);
  };
  const draw = (): void => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = places.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
    list.replaceChildren(...found.slice(0, SHOWN).map(option));
    none.hidden = found.length > 0;
    choose(0);
  };
  query.addEventListener("input", draw);
  query.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go();
    }
  });
  list.addEventListener("click", (event) => {
    const index = options().findIndex((one) => one.contains(event.target as Node));
    if (index < 0) return;
    choose(index);
    go();
  });
  return () => {
    query.value = "";
    dialog.showModal();
    draw();
    void load(list.dataset.source ?? "").then((loaded) => {
      places = loaded;
      draw();
    });
  };
}

function option({ label, url, sort }: Place, index: number): HTMLLIElement {
  const item = document.createElement("li");
  item.id = `place-${index}`;
  item.dataset.url = url;
  item.setAttribute("role", "option");
  const kind = document.createElement("span");
  kind.className = "soft dense";
  kind.textContent = sort;
  item.append(label, kind);
  return item;
}

async function load(source: string): Promise<Place[]> {
  const answer = await fetch(source, { headers: { Accept: "application/json" } });
  return answer.ok ? ((await answer.json()) as Place[]) : [];
}
