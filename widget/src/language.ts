// Which language a guide is shown in: the page's own, then the browser's, shortened and with the environment's
// fallbacks, as RFC 4647 section 3.4 (lookup) says; the language it was written in is always there.
import type { Listed, Settings } from "./wire.ts";

/** The languages a visitor understands, best first. */
export function wanted(chosen: string | undefined): string[] {
  return [chosen, document.documentElement.lang, ...navigator.languages].filter((tag) => tag) as string[];
}

/** The first wanted language, in any of its shorter forms or fallbacks, that the guide has. */
export function choose(
  listed: Pick<Listed, "language" | "chunks">,
  tags: readonly string[],
  settings?: Settings,
): string {
  // The first tag is the page's language: a page in Korean gets no guide in the browser's second language
  // before it got the environment's fallback for Korean.
  for (const tag of tags)
    for (const shorter of shortened(tag))
      for (const option of [shorter, ...(settings?.fallback?.[shorter] ?? []).flatMap(shortened)]) {
        const found = Object.keys(listed.chunks).find((tag) => tag.toLowerCase() === option.toLowerCase());
        if (found) return found;
      }
  return listed.language;
}

/** `zh-Hant-TW`, `zh-Hant`, `zh`; what stands alone before the part that goes, goes with it. */
const shortened = (tag: string): string[] => (tag ? [tag, ...shortened(tag.replace(/(^|(-\w)?-)[^-]*$/, ""))] : []);
