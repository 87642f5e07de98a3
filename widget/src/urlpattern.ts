// One component of a WHATWG URLPattern: fixed text, `:name`, `*`, `{groups}`, `(expressions)` without groups of their
// own, and the modifiers `?` `+` `*`. Verdicts are those of the standard (urlpattern.spec.whatwg.org). The browser's own
// URLPattern is not used: some lack it, and it takes more. Plain patterns never come here: pattern.ts reads them.
// Twin of guides/handrail_guides/urlpattern.py.
import type { Component } from "./more.ts";

/** What a modifier takes along from before `:name` or `*`, what `:name` stands for, what a URL percent-encodes. */
const KINDS: Record<Component, readonly [before: string, segment: string, encoded: RegExp]> = {
  path: ["/", "[^/]+", /[^!-~]|["#<>?`{}^]/],
  host: [" ", "[^.]+", /(?!)/],
  hash: [" ", ".+", /[^!-~]|["<>`]/],
};

const TOKENS = /\\.|\((?!\?)(?:\\.|[^()\\])+\)|:[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*|./gsu;
const TEXT = /^(\\.|[^\\:*+?{}(])$/su;
/** The expression that a pattern stands for; null where it is not well formed. */
export function compile(pattern: string, component: Component = "path"): RegExp | null {
  const [before, segment, encoded] = KINDS[component];
  const tokens = pattern.match(TOKENS) ?? [];
  const names: string[] = [];
  let at = 0;
  let source = "";
  const take = (kind: RegExp) => (kind.test(tokens[at] ?? "") ? (tokens[at++] as string) : "");
  const text = (one: string): string => {
    const raw = one.replace(/^\\(?=.)/s, "");
    if (encoded.test(raw)) return encodeURIComponent(raw);
    return (component === "host" ? raw.toLowerCase() : raw).replace(/\W/g, "\\$&");
  };
  const texts = () => {
    let found = "";
    for (let one = take(TEXT); one; one = take(TEXT)) found += text(one);
    return found;
  };
  const wildcard = () => {
    const name = take(/^:./);
    if (name) names.push(name);
    const own = take(/^\(./);
    return own ? own.replace("(", "(?:") : name ? segment : take(/^\*$/) && ".*";
  };
  try {
    while (at < tokens.length) {
      let part: string;
      if (take(/^\{$/)) {
        part = texts() + wildcard() + texts();
        if (!take(/^}$/)) return null;
      } else {
        const prefix = tokens[at] === before && /^([:(].|\*$)/.test(tokens[at + 1] ?? "") ? take(TEXT) : "";
        const wild = wildcard();
        const one = wild ? "" : take(TEXT);
        if (!wild && !one) return null;
        source += one && text(one);
        if (one) continue;
        part = text(prefix) + wild;
      }
      const modifier = take(/^[*+?]$/);
      source += modifier ? `(?:${part})${modifier}` : part;
    }
    return new Set(names).size < names.length ? null : RegExp(`^${source}$`);
  } catch {
    return null; // half a character
  }
}
