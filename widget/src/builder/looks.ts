// "Look like this": an element of the page is picked, what it wears is shown as the tokens of a theme, and kept.
import type { Guide, Theme } from "../types/format.ts";
import { type Reading, readingOf } from "./appearance.ts";
import { type Build, draw, edit, look } from "./build.ts";
import { controlAround, lookAt } from "./seen.ts";
import { call, problemOf } from "./sync.ts";
import { say } from "./words.ts";

export interface Pair {
  scheme: "light" | "dark";
  one: keyof Theme["light"];
  other: keyof Theme["light"];
  ratio: number | null;
  least: number;
  enough: boolean;
  nearest: string | null;
  nearest_ground: string | null;
}

interface NamedTheme {
  key: string;
  name: string;
  revision: number;
  /** Where the CMS shows it. */
  address: string;
}

/** What `POST /v1/{key}/looks/{guide}` answers. */
interface Answer {
  theme: Theme;
  derived: string[];
  other: { scheme: "light" | "dark"; how: "derived" | "left" | "widget" };
  pairs: Pair[];
  uses: NamedTheme | null;
  saved: NamedTheme | null;
}

/** A look under review. */
export interface Looking {
  /** The picked element, in words. */
  from: string;
  reading: Reading;
  into: "new" | "used";
  name: string;
  /** null until the server has judged the reading as it is now. */
  answer: Answer | null;
  problem: string;
}

/** What the author can do with a look. */
export interface LookActions {
  /** Take another colour for a token. */
  take(token: keyof Theme["light"], colour: string): void;
  into(into: Looking["into"]): void;
  named(name: string): void;
  keep(): void;
  /** Leave without keeping anything. */
  cancel(): void;
}

/** Review what an element wears. */
export function reviewLook(build: Build, target: Element, from: string): void {
  const name = say("Like {name}", { name: from }).slice(0, 120);
  const reading = readingOf(lookAt(target, build.root));
  build.kept = null;
  change(build, { from, reading, into: "new", name, answer: null, problem: "" });
  build.root.querySelector<HTMLElement>("#look-title")?.focus();
}

/** What stands under the pointer in terms of looks: the control, not the icon inside it. */
export const meantByLook = controlAround;

export function lookActions(build: () => Build): LookActions {
  const renew = (fields: Partial<Looking>): void => {
    const { looking } = build();
    if (looking) change(build(), { ...looking, ...fields });
  };
  return {
    take: (token, colour) => {
      const reading = build().looking?.reading;
      if (reading) renew({ reading: { ...reading, colours: { ...reading.colours, [token]: colour } } });
    },
    into: (into) => renew({ into }),
    named: (name) => {
      const { looking } = build();
      if (looking) build().looking = { ...looking, name };
    },
    keep: () => void keep(build()),
    cancel: () => end(build()),
  };
}

/** Leave a look that is under review without keeping it; false where none is. */
export function leaveLook(build: Build): boolean {
  const reviewing = build.looking !== null && !build.picking;
  if (reviewing) end(build);
  return reviewing;
}

function change(build: Build, looking: Looking): void {
  build.looking = looking;
  draw(build);
  void judge(build, looking);
}

/** Ask the server what theme this would be, and how its colours read. */
async function judge(build: Build, asked: Looking): Promise<void> {
  const told = await ask(build, asked, false);
  if (build.looking?.reading !== asked.reading || build.looking.into !== asked.into) return;
  build.looking = { ...build.looking, ...told };
  draw(build);
  await look(build);
}

async function keep(build: Build): Promise<void> {
  const { looking } = build;
  if (!looking) return;
  const told = await ask(build, looking, true);
  const { saved, theme } = told.answer ?? {};
  if (!saved || !theme) {
    build.looking = { ...looking, ...told, answer: told.answer ?? looking.answer };
    return draw(build);
  }
  build.kept = saved;
  const { present } = build.history;
  const { document } = present;
  build.themes.set(looking.into === "new" ? saved.key : (document.theme ?? ""), theme);
  build.looking = null;
  if (looking.into === "new") edit(build, { ...present, document: { ...document, theme: saved.key } as Guide });
  end(build);
}

async function ask(build: Build, looking: Looking, save: boolean): Promise<Pick<Looking, "answer" | "problem">> {
  const { reading, into, name, answer } = looking;
  const { scheme, colours, shape } = reading;
  const revision = into === "used" ? (answer?.uses?.revision ?? null) : null;
  const body = { look: { scheme, colours, shape }, into, name: save ? name : "", revision, save };
  try {
    await build.sync.flush(); // the server has to know which theme the guide wears
    const told = await call(build.options.looks, build.options.token, "POST", body);
    if (told.ok) return { answer: (await told.json()) as Answer, problem: "" };
    if (told.status === 412) return await afresh(build, looking);
    return { answer: null, problem: await problemOf(told) };
  } catch {
    return { answer: null, problem: say("No connection. Nothing was kept; try again when it is back.") };
  }
}

/** Somebody else changed the theme meanwhile: show it as it is now, with the look in it. */
async function afresh(build: Build, looking: Looking): Promise<Pick<Looking, "answer" | "problem">> {
  const { answer } = await ask(build, looking, false);
  return {
    answer: answer && { ...answer, saved: null },
    problem: say("Somebody else changed this theme meanwhile. Look at it as it is now, and save again."),
  };
}

function end(build: Build): void {
  build.looking = null;
  draw(build);
  build.root.querySelector<HTMLElement>(".look-like")?.focus();
  void look(build);
}
