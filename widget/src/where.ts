// Whether a page is one of a guide's `where`, and the parts of its address that rules ask about. Apart from the rules, so
// that a page on which no guide may show needs only this much. Twin of `place_matches` in handrail_guides/targeting.py.
import type { Component } from "./more.ts";
import { fits } from "./pattern.ts";
import type { Page, Where } from "./types/format.ts";

/** True where a page is one that a guide's `where` names; no `where` means every page. */
export function placeMatches(where: Where | undefined, url: string): boolean {
  const isHere = (wanted: Page) => isPage(wanted, parts(url));
  return !where?.not?.some(isHere) && (!where?.any || where.any.some(isHere));
}

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

function isPage(wanted: Page, at: Parts): boolean {
  const page = typeof wanted === "string" ? { path: wanted } : wanted;
  return Object.entries(page).every(([name, pattern]) =>
    name === "query"
      ? Object.entries(pattern).every(
          ([key, value]) => at.query?.has(key) && (value === "*" || at.query.get(key) === value),
        )
      : fits(pattern as string, name as Component, at[name as Component] ?? ""),
  );
}
