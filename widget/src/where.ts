// Whether a page is one of a guide's `where`. Apart from the rules, so that a page on which no guide may show needs only this
// much. Twin of `place_matches` in handrail_guides/targeting.py.
import { more, type Place } from "./more.ts";
import { fits } from "./pattern.ts";
import type { Page, Where } from "./types/format.ts";

/** True where a page is one that a guide's `where` names; no `where` means every page. */
export function placeMatches(where: Where | undefined, at: Place): boolean {
  const isHere = (wanted: Page) => (more.isPage ?? isPath)(wanted, at);
  return !where?.not?.some(isHere) && (!where?.any || where.any.some(isHere));
}

const isPath = (wanted: Page, { pathname }: Place): boolean =>
  fits((wanted as { path?: string }).path ?? (wanted as string), pathname);
