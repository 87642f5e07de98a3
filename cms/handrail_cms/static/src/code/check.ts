import type { Diagnostic } from "@codemirror/lint";
import type { EditorView } from "@codemirror/view";

interface Problem {
  line?: number;
  level: "error" | "advice";
  message: string;
  mend: string;
}

/** Ask the server, which alone knows what is wrong, and mark the lines; the list above the editor follows. */
export function checkWith(form: HTMLFormElement): (view: EditorView) => Promise<Diagnostic[]> {
  const list = document.querySelector<HTMLElement>("[data-json-problems]");
  return async ({ state }) => {
    const answer = await fetch(form.dataset.check ?? "", {
      method: "POST",
      body: state.doc.toString(),
      headers: { "Content-Type": "text/plain", Accept: "application/json", "X-CSRF-Token": tokenOf(form) },
    });
    if (!answer.ok) return [];
    const { problems } = (await answer.json()) as { problems: Problem[] };
    if (list) showList(list, problems);
    return problems.map((problem) => {
      const line = state.doc.line(Math.min(Math.max(problem.line ?? 1, 1), state.doc.lines));
      const start = line.from + (line.text.length - line.text.trimStart().length);
      const severity = problem.level === "error" ? "error" : "warning";
      return { from: start, to: Math.max(line.to, start), severity, message: `${problem.message} ${problem.mend}` };
    });
  };
}

function tokenOf(form: HTMLFormElement): string {
  return form.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "";
}

function showList(list: HTMLElement, problems: Problem[]): void {
  list.hidden = !problems.length;
  list.classList.toggle(
    "advice",
    problems.every(({ level }) => level !== "error"),
  );
  const word = list.dataset.lineWord ?? "{n}";
  const items = problems.map(({ line, message, mend }) => {
    const item = document.createElement("li");
    if (line) {
      const link = document.createElement("a");
      link.href = "#json";
      link.dataset.line = String(line);
      link.textContent = word.replace("{n}", String(line));
      item.append(link, ": ");
    }
    item.append(`${message} ${mend}`);
    return item;
  });
  list.querySelector("ul")?.replaceChildren(...items);
}
