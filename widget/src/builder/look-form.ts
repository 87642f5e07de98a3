// The look under review: its tokens, how they read, what was left behind, and where to keep it.
import type { Theme } from "../types/format.ts";
import { LEFT_WORDS } from "./appearance.ts";
import { button, element, field } from "./element.ts";
import type { LookActions, Looking, Pair } from "./looks.ts";
import { say } from "./words.ts";

type Token = keyof Theme["light"];

const TOKEN_WORDS: Record<string, string> = {
  accent: "Accent",
  on_accent: "Text on accent",
  background: "Ground",
  text: "Text colour",
  muted: "Quiet text",
  border: "Border",
  focus: "Focus ring",
  font: "Font",
  size_px: "Text size",
  radius_px: "Corner radius",
  shadow: "Shadow",
};
const SCHEME_WORDS = {
  light: "Read as light: that is what the page shows now.",
  dark: "Read as dark: that is what the page shows now.",
};
const OTHER_WORDS = {
  light: {
    derived: "Light was derived from it: look at it in the theme editor.",
    left: "Light stays as the theme has it.",
    widget: "Light is the widget's own.",
  },
  dark: {
    derived: "Dark was derived from it: look at it in the theme editor.",
    left: "Dark stays as the theme has it.",
    widget: "Dark is the widget's own.",
  },
};
const SHADOW_WORDS: Record<string, string> = { none: "none", small: "small", large: "large" };

/** Draw the review; drawn anew whenever the look or its judgement changes. */
export function drawLook(looking: Looking, actions: LookActions, pick: () => void): HTMLElement {
  const { reading, answer, problem } = looking;
  const other = answer && say(OTHER_WORDS[answer.other.scheme][answer.other.how]);
  const form = element(
    "form",
    {
      class: "look",
      "aria-labelledby": "look-title",
      onsubmit: (event: Event) => {
        event.preventDefault();
        actions.keep();
      },
    },
    element("h3", { id: "look-title", tabindex: -1 }, say("Look like {name}", { name: looking.from })),
    element("p", { class: "help" }, `${say(SCHEME_WORDS[reading.scheme])} ${other ?? ""}`),
    drawTokens(looking),
    drawPairs(looking, actions),
    drawLeft(looking),
    drawPlace(looking, actions),
    problem ? element("p", { class: "trouble", role: "alert" }, problem) : null,
    element(
      "div",
      { class: "bar" },
      element("button", { type: "submit", class: "primary", disabled: !answer }, say("Save the theme")),
      button(say("Pick another element"), pick),
      button(say("Cancel"), actions.cancel),
    ),
  );
  return form;
}

function drawTokens({ reading, answer }: Looking): HTMLElement {
  const list = element("dl", { class: "tokens" });
  const add = (name: string, value: string, note = "", colour = false): void => {
    const words = note ? `${value} (${note})` : value;
    list.append(
      element("dt", {}, say(TOKEN_WORDS[name] ?? name)),
      element("dd", {}, colour ? swatch(value) : null, words),
    );
  };
  for (const name of ["accent", "on_accent", "background", "text"] as const) {
    const value = reading.colours[name];
    if (value) add(name, value, "", true);
  }
  for (const name of answer?.derived ?? []) {
    const value = answer?.theme[reading.scheme]?.[name as Token];
    if (value) add(name, value, say("derived"), true);
  }
  const { font, size_px, radius_px, shadow } = reading.shape;
  if (font) add("font", font);
  if (size_px) add("size_px", `${size_px} px`);
  if (radius_px !== undefined) add("radius_px", `${radius_px} px`);
  if (shadow) add("shadow", say(SHADOW_WORDS[shadow] ?? shadow));
  return list;
}

function swatch(colour: string): HTMLElement {
  const made = element("span", { class: "swatch", "aria-hidden": "true" });
  made.style.background = colour;
  return made;
}

/** The contrast of what was read, with what would be enough where it is not. */
function drawPairs({ reading, answer }: Looking, actions: LookActions): HTMLElement | null {
  const pairs = answer?.pairs.filter(({ scheme }) => scheme === reading.scheme) ?? [];
  const list = element("ul", { class: "pairs", "aria-label": say("Contrast") });
  for (const pair of pairs) list.append(drawPair(pair, actions));
  return list;
}

function drawPair(pair: Pair, { take }: LookActions): HTMLElement {
  const { one, other, ratio, least, enough, nearest, nearest_ground } = pair;
  const [word, ground] = [say(TOKEN_WORDS[one] ?? one), say(TOKEN_WORDS[other] ?? other)];
  const figures = { one: word, other: ground, ratio: ratio ?? "–", least };
  const row = element(
    "li",
    { class: enough ? "enough" : "too-close" },
    say(enough ? "{one} on {other}: {ratio}" : "{one} on {other}: {ratio}, hard to read. It needs {least}.", figures),
  );
  const offer = (token: Token, colour: string | null): void => {
    if (!colour) return;
    const use = say("Use {colour} for {token}", { colour, token: say(TOKEN_WORDS[token] ?? token) });
    const press = button(use, () => take(token, colour));
    press.prepend(swatch(colour));
    row.append(press);
  };
  if (!enough) offer(one, nearest);
  // the ground of the page is not ours to change for a button's sake
  if (!enough && other === "accent") offer(other, nearest_ground);
  return row;
}

function drawLeft({ reading }: Looking): HTMLElement | null {
  if (!reading.left.length) return null;
  const list = element("ul", { class: "left" });
  for (const { code, value } of reading.left)
    list.append(element("li", {}, say(LEFT_WORDS[code], { value: say(value) })));
  return element("div", {}, element("h4", {}, say("Not carried over as it is")), list);
}

/** A new theme with a name, or the one that the guide wears. */
function drawPlace({ into, name, answer }: Looking, actions: LookActions): HTMLElement {
  const input = element("input", { value: name, maxlength: 120, required: true, autocomplete: "off" });
  input.addEventListener("input", () => actions.named(input.value));
  const choose = (value: Looking["into"], words: string): HTMLElement =>
    element(
      "label",
      { class: "choice" },
      element("input", {
        type: "radio",
        name: "into",
        value,
        checked: into === value,
        onchange: () => actions.into(value),
      }),
      words,
    );
  const uses = answer?.uses;
  return element(
    "fieldset",
    {},
    element("legend", {}, say("Keep it as")),
    uses ? choose("new", say("a new theme, worn by this guide")) : null,
    uses ? choose("used", say("changes to “{name}”, for every guide that wears it", { name: uses.name })) : null,
    into === "new" ? field("Name of the new theme", input) : null,
  );
}
