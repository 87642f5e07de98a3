// A usability task: its goal in a corner of the page, and a record of what the participant does, until the task is
// done, given up or over. A record holds kinds of things, never what is typed and no text of the page.
import type { Runtime } from "./runtime.ts";
import { joinRound } from "./task-loop.ts";
import { type Ended, openProgress, type Progress } from "./task-progress.ts";
import { watchParticipant } from "./task-watch.ts";

/** What `POST /v1/{key}/sessions` answers to a participant's code. */
export interface TaskSession {
  token: string;
  guide: string | null;
  task: {
    goal: string;
    success: { event?: string; path?: string; css?: string };
    first_click: string | null;
    minutes: number;
  };
  /** Where the questions afterwards are. */
  questions: string;
}

const SAVE_MS = 15_000;

const WORDS = {
  en: {
    title: "Your task",
    done: "I have done it",
    give_up: "I give up",
    thanks: "Thank you. This task is over.",
    on: "Go on to a few questions",
  },
  ko: {
    title: "과제",
    done: "다 했습니다",
    give_up: "그만두기",
    thanks: "감사합니다. 이 과제는 끝났습니다.",
    on: "몇 가지 질문으로 가기",
  },
};

const CSS = `:host{all:initial;position:fixed;inset:auto 12px 12px auto;margin:0;padding:0;border:0;background:none;
overflow:visible;width:min(340px,calc(100vw - 24px))}
details{font:14px/1.5 system-ui,sans-serif;color:#1b2426;background:#fff;border:1px solid #6b7b7e;border-radius:10px;
padding:10px 14px;box-shadow:0 4px 18px #0003}
summary{font-weight:600;cursor:pointer;min-height:24px}p{margin:6px 0 10px;overflow-wrap:anywhere;word-break:keep-all}
div{display:flex;flex-wrap:wrap;gap:8px}
button,a{font:inherit;box-sizing:border-box;min-height:36px;padding:6px 12px;border:1px solid #6b7b7e;border-radius:8px;
background:none;color:inherit;text-decoration:none;cursor:pointer}
button:first-child,a{background:#0b6b5f;border-color:#0b6b5f;color:#fff}
:focus-visible{outline:3px solid #1a73e8;outline-offset:2px}
@media(max-width:600px){:host{inset:8px auto auto 8px;width:auto;max-width:calc(100vw - 16px)}details{padding:6px 12px}}
@media(prefers-color-scheme:dark){details{color:#e6eeef;background:#172022}}@media print{:host{display:none}}`;

/** Begin, or go on with, a task in this tab; `leave` ends the tab's session. */
export function takePart(runtime: Runtime, session: TaskSession, fresh: boolean, leave: () => void): void {
  const { guide, task, questions, token } = session;
  const { mode } = runtime;
  mode.mark = "usability";
  // Only the task's guide shows; where it has none, none does.
  mode.guide = guide ?? "-";
  const progress = openProgress(runtime, token, fresh);
  const words = WORDS[runtime.language().startsWith("ko") ? "ko" : "en"];
  const bar = drawBar(runtime, words.title, task.goal);
  const over = new AbortController();
  runtime.end.signal.addEventListener("abort", () => over.abort());

  function thank(): void {
    const go = document.createElement("a");
    go.href = questions;
    go.textContent = words.on;
    go.addEventListener("click", () => {
      progress.forget();
      leave();
    });
    bar.say(words.thanks, go);
    bar.unfold();
    bar.host.dataset.state = String(progress.ended);
  }
  function finish(ended: Ended): void {
    if (progress.ended) return;
    progress.end(ended);
    over.abort();
    thank();
  }
  if (progress.ended) {
    thank();
    return;
  }
  const button = (name: "done" | "give_up", act: () => void) => {
    const made = document.createElement("button");
    made.dataset.action = name;
    made.textContent = words[name];
    made.addEventListener("click", act);
    return made;
  };
  const proved = () => isProved(runtime, task.success, progress.began);
  bar.say(
    task.goal,
    button("done", () => finish(proved() ? "done" : "claimed")),
    button("give_up", () => finish("gave_up")),
  );
  watch(runtime, session, progress, over.signal, finish, proved);
}

/** Record, save now and then, and end the task by its proof or by time. */
function watch(
  runtime: Runtime,
  { guide, task }: TaskSession,
  progress: Progress,
  signal: AbortSignal,
  finish: (ended: Ended) => void,
  proved: () => unknown,
): void {
  const look = () => {
    if (!signal.aborted && proved()) finish("done");
  };
  watchParticipant({ guide, first: task.first_click, tell: progress.tell, changed: look }, signal);
  const stops = ["page", `track ${task.success.event}`].map((name) => runtime.on(name, look));
  const saving = setInterval(progress.send, SAVE_MS);
  const timer = setTimeout(finish, Math.max(0, task.minutes * 60_000 - progress.since() * 1000), "time");
  addEventListener("pagehide", progress.send, { signal });
  signal.addEventListener("abort", () => {
    for (const stop of stops) stop();
    clearInterval(saving);
    clearTimeout(timer);
  });
  look();
  if (!progress.ended) progress.send();
}

function isProved(runtime: Runtime, { event, path, css }: TaskSession["task"]["success"], began: number): boolean {
  // By its time, not by its count: the server's count of an identified visitor comes later, with all that was before.
  if (event) return (runtime.visitor.history().events[event]?.last_at ?? 0) > began;
  return path ? runtime.matchesPath(path) : !!document.querySelector(css ?? "");
}

/** Keep the bar above whatever guide opens, whose spotlight would dim it. */
function stayAbove(host: HTMLElement, signal: AbortSignal): void {
  const judge = (event: Event) => {
    const { localName } = event.target as Element;
    // The guide, too, comes to the top when anything opens: it must not hear of the bar.
    if (event.target === host) event.stopImmediatePropagation();
    else if (localName === "handrail-guide" && !host.shadowRoot?.activeElement) {
      host.hidePopover?.();
      host.showPopover?.();
    }
  };
  addEventListener("toggle", judge, { capture: true, signal });
}

function drawBar(runtime: Runtime, title: string, goal: string) {
  const host = document.createElement("handrail-task");
  // A popover of its own: it stays above the page's layers, and no guide's overlay takes its clicks.
  host.popover = "manual";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];
  const box = document.createElement("details");
  // On a phone it would lie over the page, or under a guide at the bottom: there it waits folded, at the top.
  box.open = innerWidth > 600;
  const [head, text, actions] = ["summary", "p", "div"].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  head.textContent = title;
  text.textContent = goal;
  text.setAttribute("role", "status");
  box.append(head, text, actions);
  root.append(box);
  document.documentElement.append(host);
  host.showPopover?.();
  stayAbove(host, runtime.end.signal);
  joinRound(host, runtime.end.signal);
  runtime.end.signal.addEventListener("abort", () => host.remove());
  return {
    host,
    unfold() {
      box.open = true;
    },
    say(words: string, ...controls: HTMLElement[]) {
      text.textContent = words;
      actions.replaceChildren(...controls);
    },
  };
}
