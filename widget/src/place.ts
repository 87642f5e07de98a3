// Pages that are more than a path, and the parts of an address that rules ask about. Of the rules chunk.
import type { Component, Place } from "./more.ts";
import type { Page } from "./types/format.ts";
import { compile } from "./urlpattern.ts";

interface Parts extends Partial<Record<Component, string>> {
  query?: URLSearchParams;
}

let last: [url: string, parts: Parts] = ["", {}];

/** The parts of an address; none of what is no address. */
export function parts(url = ""): Parts {
  if (url !== last[0]) {
    last = [url, {}];
    try {
      const { pathname, hostname, hash, searchParams } = new URL(url);
      last[1] = { path: pathname, host: hostname, hash: hash.slice(1), query: searchParams };
    } catch {} // not an address: its parts are missing
  }
  return last[1];
}

const expressions = new Map<string, RegExp | null>();

/** True where a part of an address fits the pattern; a pattern that is not well formed fits nothing. */
export function fits(pattern: string, component: Component, value: string): boolean {
  const key = component + pattern;
  const expression = expressions.get(key) ?? compile(pattern, component);
  expressions.set(key, expression);
  return !!expression?.test(value);
}

/** True where every part of an address that a page names is as it says. */
export function isPage(wanted: Page, { href }: Place): boolean {
  const page = typeof wanted === "string" ? { path: wanted } : wanted;
  const at = parts(href);
  return Object.entries(page).every(([name, pattern]) =>
    name === "query"
      ? Object.entries(pattern).every(
          ([key, value]) => at.query?.has(key) && (value === "*" || at.query.get(key) === value),
        )
      : fits(pattern as string, name as Component, at[name as Component] ?? ""),
  );
}
