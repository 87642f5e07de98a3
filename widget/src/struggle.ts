// Signs of struggle, from what happened on a page. Pure: signals with their times in, findings out. It never sees a
// typed value or a text of the page: elements and fields are names.
// The kinds, their thresholds and the measured false-positive rate are in docs/struggle.md.

export type StruggleKind =
  | "rage_click"
  | "dead_click"
  | "error_click"
  | "page_loop"
  | "repeated_step"
  | "form_abandoned"
  | "hesitation";

/** What an element is for, as far as a click on it tells. */
export type Use = "control" | "field" | "text" | "media";

export type Signal = { at: number } & (
  | { type: "click"; element: string; use: Use; selecting?: boolean }
  /** The page did something: it changed, scrolled, moved the focus, asked the network. */
  | { type: "answer" }
  | { type: "error" }
  | { type: "path"; path: string }
  | { type: "step"; guide: string; step: string }
  | { type: "focus"; field: string; form: string }
  | { type: "change"; field: string; form: string; kept?: boolean }
  | { type: "submit"; form: string }
  /** The visitor is there: a pointer moved, a key went down. */
  | { type: "active"; key?: boolean }
  | { type: "hidden" }
  /** The page goes away, or its address changes. */
  | { type: "leave" }
  /** Time passed. */
  | { type: "tick" }
);

export interface Finding {
  kind: StruggleKind;
  element?: string;
  field?: string;
  guide?: string;
  step?: string;
}

const RAGE_CLICKS = 3;
const RAGE_MS = 1000;
const DEAD_MS = 1500;
const ERROR_MS = 500;
const LOOP_PATHS = 5;
const LOOP_MS = 120_000;
const REPEATS = 3;
const FORM_FIELDS = 2;
const HESITATION_MS = 30_000;
/** Whoever moved the pointer so lately is still there. */
const PRESENT_MS = 10_000;
const MEMORY = 40;

interface Click {
  at: number;
  element: string;
  use: Use;
  answered: boolean;
}

interface Form {
  changed: Set<string>;
  last: string;
  kept: boolean;
}

/** Return a function that takes the next signal and tells what it shows; each finding once an occasion. */
export function openDetector(): (signal: Signal) => Finding[] {
  const clicks: Click[] = [];
  const paths: { at: number; path: string }[] = [];
  const steps = new Map<string, number>();
  const forms = new Map<string, Form>();
  let focus: { at: number; field: string; told: boolean } | null = null;
  let active_at = 0;
  let waiting: Click | null = null;

  function clicked({ at, element, use, selecting = false }: Extract<Signal, { type: "click" }>): Finding[] {
    const found = dead(at);
    if (selecting || use === "media") return found;
    const click = { at, element, use, answered: false };
    clicks.push(click);
    if (clicks.length > MEMORY) clicks.shift();
    waiting = use === "control" ? click : null;
    const burst = clicks.filter((one) => one.element === element && at - one.at <= RAGE_MS);
    // A stepper or a pager answers every click: its clicks are work, not rage.
    const answered = burst.slice(0, -1).every((one) => one.answered);
    if (burst.length < RAGE_CLICKS || answered || use === "field") return found;
    clicks.length = 0;
    waiting = null;
    return [...found, { kind: "rage_click", element }];
  }

  /** A click on a control that nothing answered in time. */
  function dead(at: number): Finding[] {
    const click = waiting;
    if (!click || at - click.at < DEAD_MS) return [];
    waiting = null;
    return click.answered ? [] : [{ kind: "dead_click", element: click.element }];
  }

  function failed(at: number): Finding[] {
    const click = clicks.at(-1);
    if (click?.use !== "control" || at - click.at > ERROR_MS) return [];
    waiting = null;
    clicks.pop();
    return [{ kind: "error_click", element: click.element }];
  }

  function went(at: number, path: string): Finding[] {
    if (paths.at(-1)?.path === path) return [];
    paths.push({ at, path });
    if (paths.length > LOOP_PATHS) paths.shift();
    const to_and_fro = new Set(paths.map((one) => one.path)).size === 2;
    const [first] = paths;
    if (paths.length < LOOP_PATHS || !to_and_fro || !first || at - first.at > LOOP_MS) return [];
    paths.length = 0;
    return [{ kind: "page_loop" }];
  }

  function stepped(guide: string, step: string): Finding[] {
    const key = `${guide} ${step}`;
    const times = (steps.get(key) ?? 0) + 1;
    steps.set(key, times);
    return times === REPEATS ? [{ kind: "repeated_step", guide, step }] : [];
  }

  function changed({ form, field, kept = false }: Extract<Signal, { type: "change" }>): Finding[] {
    const known = forms.get(form) ?? { changed: new Set(), last: field, kept: false };
    forms.set(form, { changed: known.changed.add(field), last: field, kept: known.kept || kept });
    return [];
  }

  /** Forms that were begun and left; a search, a filter and what saves itself are never finished by sending. */
  function left(): Finding[] {
    const open = [...forms.values()].filter((form) => !form.kept && form.changed.size >= FORM_FIELDS);
    forms.clear();
    focus = waiting = null;
    return open.map((form) => ({ kind: "form_abandoned", field: form.last }));
  }

  function hesitated(at: number): Finding[] {
    if (!focus || focus.told || at - focus.at < HESITATION_MS || at - active_at > PRESENT_MS) return [];
    focus.told = true;
    return [{ kind: "hesitation", field: focus.field }];
  }

  return (signal) => {
    const { at } = signal;
    switch (signal.type) {
      case "click":
        return clicked(signal);
      case "answer":
        for (const click of clicks) click.answered ||= at - click.at < DEAD_MS;
        if (waiting?.answered) waiting = null;
        return dead(at);
      case "error":
        return failed(at);
      case "path":
        return went(at, signal.path);
      case "step":
        return stepped(signal.guide, signal.step);
      case "focus":
        focus = { at, field: signal.field, told: false };
        return [];
      case "change":
        return changed(signal);
      case "submit":
        forms.delete(signal.form);
        return [];
      case "active":
        active_at = at;
        if (focus && signal.key) focus.at = at;
        return hesitated(at);
      case "hidden":
        focus = waiting = null;
        return [];
      case "leave":
        return left();
      default:
        return [...dead(at), ...hesitated(at)];
    }
  };
}
