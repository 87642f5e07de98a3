import type { Saved, Told } from "./wire.ts";

/** Bring the step cards up to date without touching what has the focus. */
export function showSteps(root: HTMLElement, saved: Saved): void {
  const counts = countErrors(saved.problems);
  for (const step of saved.steps) {
    const card = root.querySelector<HTMLElement>(`[data-step="${CSS.escape(step.id)}"]`);
    if (!card) continue;
    setText(card.querySelector("[data-step-name]"), step.name);
    setText(card.querySelector("[data-step-target]"), step.target);
    const problems = card.querySelector<HTMLElement>("[data-step-problems]");
    const count = counts.get(step.id) ?? 0;
    if (!problems) continue;
    problems.hidden = !count;
    problems.textContent = (problems.textContent ?? "").replace(/\d+/, String(count));
  }
}

function countErrors(problems: Told[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { panel, level } of problems) if (level === "error") counts.set(panel, (counts.get(panel) ?? 0) + 1);
  return counts;
}

/** Put each problem at its field, and all errors into the summary that links to them. */
export function showProblems(root: HTMLElement, saved: Saved): void {
  const mine = saved.problems.filter(({ panel }) => panel === root.dataset.panel);
  for (const place of root.querySelectorAll<HTMLElement>("[data-problems-of]")) {
    const field = place.dataset.problemsOf ?? "";
    const here = mine.filter((one) => one.field === field);
    place.replaceChildren(...here.map(line));
    const control = root.querySelector(`#${CSS.escape(field)}`);
    if (here.some(({ level }) => level === "error")) control?.setAttribute("aria-invalid", "true");
    else control?.removeAttribute("aria-invalid");
  }
  showSummary(
    root,
    saved.problems.filter(({ level }) => level === "error"),
    saved,
  );
  const advice = root.querySelector<HTMLElement>("[data-advice]");
  const said = mine.filter(({ level }) => level === "advice");
  if (!advice) return;
  advice.hidden = !said.length;
  advice.querySelector("ul")?.replaceChildren(...said.map(({ text }) => item(text)));
}

function line({ level, text }: Told): HTMLParagraphElement {
  const paragraph = document.createElement("p");
  paragraph.className = `field-problem ${level}`;
  paragraph.textContent = text;
  return paragraph;
}

function item(text: string): HTMLLIElement {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

function showSummary(root: HTMLElement, errors: Told[], saved: Saved): void {
  const summary = root.querySelector<HTMLElement>("[data-problem-summary]");
  if (!summary) return;
  summary.hidden = !errors.length;
  const items = errors.map(({ panel, field, text }) => {
    const made = item("");
    const link = document.createElement("a");
    const address = new URL(saved.address, location.href);
    address.searchParams.set("panel", panel);
    address.hash = field;
    link.href = address.href;
    link.textContent = saved.steps.find(({ id }) => id === panel)?.name ?? panel;
    made.append(link, `: ${text}`);
    return made;
  });
  summary.querySelector("ul")?.replaceChildren(...items);
}

function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
