// A checklist: things to get done, in any order, in a corner that takes no focus and holds no page back. An item is
// ticked by a fact (its `done` rule holds) or, where it names none, by its own button. The run stands at the first item
// that is not done, so that reports count items as they count steps.
import type { Present, PresentInput, PresentRequest } from "../../seams.ts";
import type { ChunkStep } from "../../wire.ts";
import type { Kit } from "../kit.ts";
import { announce } from "../live.ts";
import { css as own } from "./checklist.css";

/** Narrower than this it begins folded: a phone's page is not to be covered. */
const NARROW_PX = 480;
/** Facts change in many ways (an event, a trait, an element, the time): five rules a look cost less than a listener each. */
const LOOK_MS = 300;

interface Kept {
  folded?: boolean;
  /** Items whose button was pressed. */
  pressed?: string[];
  /** It was announced once: not again on every page. */
  said?: boolean;
}

/** The control that held the keyboard in the drawing that gives way to the next one. */
let returning: string | null = null;

export const present =
  (kit: Kit): Present =>
  (request) => {
    const { chunk, visitor, input, step: current } = request;
    const { host, frame, settle } = kit.openFrame(request, kit.css + own);
    const key = `checklist.${chunk.guide}`;
    const kept = visitor.store.read<Kept>(key) ?? {};
    const end = new AbortController();
    const before = kit.activeElement() as HTMLElement | null;
    const isDone = ({ id, done }: ChunkStep) => (done ? visitor.holds(done) : !!kept.pressed?.includes(id));
    const keep = (news: Kept) => visitor.store.write(key, Object.assign(kept, news));

    const popover = kit.drawPopover({
      ...request,
      position: null,
      step: { id: current.id, buttons: [], ...titled(chunk) },
    });
    popover.classList.add("list");
    const list = kit.make("ol", "items");
    const { fold, progress, head } = drawHead(kit, popover);
    popover.querySelector(".scroll")?.replaceWith(head, list);
    popover.querySelector(".foot")?.remove();
    const rows = chunk.steps.map((step, place) => drawItem(kit, request, step, place, (given) => pressed(step, given)));
    list.append(...rows);
    frame.append(popover);
    settle([]);

    function unfold(open: boolean): void {
      fold.ariaExpanded = String(open);
      list.classList.toggle("folded", !open);
    }
    fold.onclick = () => {
      keep({ folded: fold.ariaExpanded === "true" });
      unfold(!kept.folded);
    };
    unfold(!(kept.folded ?? (chunk.steps[0]?.open === "click" || innerWidth < NARROW_PX)));

    let seen = "";
    /** Tick what is done; pass on where the current item is. */
    function check(): void {
      if (end.signal.aborted) return;
      const done = chunk.steps.map(isDone);
      const now = String(done);
      if (now === seen) return;
      seen = now;
      for (const [place, row] of rows.entries()) tick(row, !!done[place], request);
      const words: Record<string, number> = { n: done.filter(Boolean).length, of: rows.length };
      const text = chunk.words?.progress ?? "{n} of {of}";
      progress.textContent = text.replace(/\{(n|of)\}/g, (_, name) => String(words[name]));
      if (isDone(current)) input({ type: "pass", by: current.done ? "event" : "button" });
    }

    function pressed(step: ChunkStep, given: PresentInput): void {
      if (!step.done && given.type === "action" && given.action !== "close")
        keep({ pressed: [...(kept.pressed ?? []), step.id] });
      if (given.type !== "action" || given.action !== "next") input(given);
      check();
    }

    popover.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || fold.ariaExpanded !== "true") return;
      event.preventDefault();
      fold.click();
      fold.focus();
    });
    const hush = kept.said ? () => {} : announce(popover, frame);
    keep({ said: true });
    if (returning) (find(host, returning) ?? fold).focus({ preventScroll: true });
    returning = null;
    const timer = setInterval(check, LOOK_MS);
    // Once the run knows that this step is drawn.
    setTimeout(check);
    return {
      host,
      popover,
      retarget() {},
      remove(next) {
        const focused = host.shadowRoot?.activeElement as HTMLElement | null | undefined;
        returning = (next && focused?.dataset.stop) || null;
        hush();
        clearInterval(timer);
        end.abort();
        host.remove();
        if (!next && focused) before?.focus({ preventScroll: true });
        if (!next) visitor.store.write(key, null);
      },
    };
  };

function titled({ title }: PresentRequest["chunk"]): Partial<ChunkStep> {
  return title ? { title } : {};
}

const find = (host: HTMLElement, stop: string): HTMLElement | null | undefined =>
  [...(host.shadowRoot?.querySelectorAll<HTMLElement>("[data-stop]") ?? [])].find((one) => one.dataset.stop === stop);

/** The title is a button that folds the list, with how much is done beside it. */
function drawHead({ make }: Kit, popover: HTMLElement) {
  const head = make("div", "head");
  const title = popover.querySelector("h2") ?? make("h2");
  const progress = make("span", "progress");
  const fold = make("button", "fold");
  fold.type = "button";
  fold.dataset.action = fold.dataset.stop = "fold";
  fold.append(...title.childNodes, " ", progress);
  title.id = "title";
  title.append(fold);
  head.append(title);
  popover.setAttribute("aria-labelledby", "title");
  return { head, fold, progress };
}

/** One item, drawn by the popover's own code: title, text, picture, buttons. */
function drawItem(
  { make, drawPopover }: Kit,
  request: PresentRequest,
  step: ChunkStep,
  place: number,
  input: (given: PresentInput) => void,
): HTMLElement {
  const drawn = drawPopover({ ...request, position: null, step: { buttons: [], ...step }, input });
  const row = make("li");
  row.dataset.item = step.id;
  const words = make("div");
  const name = make("h3");
  name.append(...(drawn.querySelector("h2")?.childNodes ?? []));
  for (const part of drawn.querySelectorAll("[id]")) part.removeAttribute("id");
  for (const [number, button] of drawn.querySelectorAll<HTMLElement>("button:not(.close)").entries())
    button.dataset.stop = `${place}.${number}`;
  words.append(name, ...drawn.querySelectorAll(".body, img, video, .foot"));
  const mark = make("span", "tick");
  row.append(mark, words);
  return row;
}

/** The tick is a word for who can't see it. */
function tick(row: HTMLElement, done: boolean, { chunk }: PresentRequest): void {
  const mark = row.querySelector<HTMLElement>(".tick");
  row.classList.toggle("done", done);
  if (!mark) return;
  mark.textContent = done ? "✓" : "";
  if (done) {
    mark.role = "img";
    mark.ariaLabel = chunk.words?.done ?? "Done";
  } else mark.role = mark.ariaLabel = null;
}
