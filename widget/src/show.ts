// Make a guide document that the host page brings playable, without a server: the same tree, drawn by the same code.
import type { ShownGuide } from "./api.ts";
import { choose } from "./language.ts";
import { missing } from "./located.ts";
import { compileText } from "./markdown.ts";
import type { Main, Piece, Runtime } from "./runtime.ts";
import type { Located } from "./seams.ts";
import type { Advance, Chunk, ChunkStep, Listed, Target, TextNode } from "./wire.ts";

const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|iw|ks|ps|sd|ug|ur|yi)\b/i;

/** English, unless the page brings `words` along: a document has none of its own for the usual buttons. */
export const WORDS = { next: "Next", back: "Back", close: "Close", done: "Done", progress: "{n} of {of}" };

type Texts = { [path: string]: { text: string } };

/** Play a guide in place of what is open. Raises where it has no step to show. */
export async function show(guide: ShownGuide, runtime: Runtime, main: Main): Promise<true> {
  const piece = compile(guide, runtime);
  main.supersede(piece.chunk.guide);
  await main.begin(piece, { step: runtime.mode.step });
  return true;
}

function compile(guide: ShownGuide, runtime: Runtime): Piece {
  const { key = "shown", kind = "tour", language = "en", translations = {}, frequency, theme, title, where } = guide;
  if (!Array.isArray(guide.steps) || !guide.steps.length) throw new TypeError("show() needs a guide with steps");
  const has = Object.fromEntries([language, ...Object.keys(translations)].map((tag) => [tag, tag]));
  const chosen = choose({ language, chunks: has }, runtime.speaks());
  const texts = (translations[chosen] ?? {}) as Texts;
  const steps = (guide.steps as ChunkStep[]).map((step, place) =>
    compileStep({ ...step, id: step.id ?? `step-${place + 1}` }, texts),
  );
  const chunk = {
    format: 1,
    guide: key,
    version: 0,
    hash: "",
    kind,
    language: chosen,
    steps,
    words: { ...WORDS, ...guide.words },
    parts: partsOf(title ? [...steps, { id: "", title: compileText(title, false) }] : steps, where),
    ...(title && { title: compileText(texts.title?.text ?? title, false) }),
    ...(frequency && { frequency }),
    ...(RIGHT_TO_LEFT.test(chosen) && { direction: "rtl" }),
  };
  const listed = { key, version: 0, hash: "", kind, language, chunks: {}, ...(where && { where }) };
  const look = theme && typeof theme === "object" ? (theme as Piece["theme"]) : null;
  return { chunk: chunk as Chunk, listed: listed as Listed, theme: look, address: "" };
}

/** As guides/handrail_guides/needs.py says it, generously: a chunk too many does no harm. */
function partsOf(steps: ChunkStep[], where: unknown): Chunk["parts"] {
  const signs = {
    advance: /"on":"(input|element|event|path|delay)"/,
    deeds: /"action":(\{|"(skip|snooze|never))|"outside":/,
    rich: /"t":"(a|img|ul|ol|code|value|plural)"|"media":/,
    rules: /"(if|path|done|where)":/,
    wait: /"on":"element"|"element":\{/,
  };
  // What the page hands over as a target is an element of its own, and says nothing here.
  const text = JSON.stringify({ steps, where }, (name, value) => (name === "target" ? undefined : value));
  const names = Object.keys(signs) as (keyof typeof signs)[];
  return names.filter((name) => signs[name].test(text));
}

/** Where the page hands over an element, the target says itself what became of it. */
function given(target: Target): Target {
  const { element } = target as { element?: Element };
  if (element?.nodeType !== 1) return target;
  const find = (): Located => {
    const none = missing("not_found", element.isConnected ? "hidden" : "detached");
    return element.checkVisibility() ? { ...none, state: "exact", element, reason: null, confidence: 1 } : none;
  };
  return { find } as Target;
}

function compileStep(step: ChunkStep, texts: Texts): ChunkStep {
  const path = `steps.${step.id}`;
  const text = (source: TextNode, place: string, blocks = false) => compileText(texts[place]?.text ?? source, blocks);
  const { title, body, buttons, variants, target, advance } = step;
  const aim = (advance as { target?: Target } | undefined)?.target;
  return {
    ...step,
    ...(target && { target: given(target) }),
    ...(aim && { advance: { ...advance, target: given(aim) } as Advance }),
    ...(title && { title: text(title, `${path}.title`) }),
    ...(body && { body: text(body, `${path}.body`, true) }),
    ...(buttons && {
      buttons: buttons.map((button, place) => ({
        ...button,
        text: text(button.text, `${path}.buttons.${button.id ?? place}`),
      })),
    }),
    ...(variants && {
      variants: variants.map(({ title, body, ...rest }, place) => ({
        ...rest,
        ...(title && { title: text(title, `${path}.variants.${place}.title`) }),
        ...(body && { body: text(body, `${path}.variants.${place}.body`, true) }),
      })),
    }),
  };
}
