// One component of a WHATWG URLPattern: fixed text, `:name`, `*`, `{groups}`, `(expressions)` without groups of their
// own, and the modifiers `?` `+` `*`. Verdicts are those of the standard (urlpattern.spec.whatwg.org). The browser's own
// URLPattern is not used: some lack it, and it takes more. Twin of guides/handrail_guides/urlpattern.py.

export type Component = "path" | "host" | "hash";

/** What a modifier takes along from before `:name` or `*`, what `:name` stands for, what a URL percent-encodes. */
const KINDS: Record<Component, readonly [before: string, segment: string, encoded: RegExp]> = {
  path: ["/", "[^/]+", /[^!-~]|["#<>?`{}^]/],
  host: [" ", "[^.]+", /(?!)/],
  hash: [" ", ".+", /[^!-~]|["<>`]/],
};

const TOKENS = /\\.|\((?!\?)(?:\\.|[^()\\])+\)|:[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*|./gsu;
const TEXT = /^(\\.|[^\\:*+?{}(])$/su;
const expressions = new Map<string, RegExp | null>();

/** True where a URL's component fits the pattern; a pattern that is not well formed fits nothing. */
export function fits(pattern: string, component: Component, value: string): boolean {
  const key = component + pattern;
  if (!expressions.has(key)) expressions.set(key, compile(pattern, component));
  return !!expressions.get(key)?.test(value);
}

/** The expression that a pattern stands for; null where it is not well formed. */
function compile(pattern: string, component: Component): RegExp | null {
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
