// Page patterns as most guides have them: fixed text, `*` and `:name`. Where a release has others (needs.py says so),
// the rules chunk brings the parser for all that the URLPattern standard allows, urlpattern.ts.
import { type Component, more } from "./more.ts";

/** What `:name` stands for. */
const SEGMENT: Record<Component, string> = { path: "[^/]+", host: "[^.]+", hash: ".+" };

const expressions = new Map<string, RegExp | null>();

/** True where a URL's component fits the pattern; a pattern that is not well formed fits nothing. */
export function fits(pattern: string, component: Component, value: string): boolean {
  const key = component + pattern;
  const expression = expressions.get(key) ?? (more.compile ?? readPlain)(pattern, component);
  expressions.set(key, expression);
  return !!expression?.test(value);
}

export const readPlain = (pattern: string, component: Component): RegExp =>
  RegExp(
    `^${(component === "host" ? pattern.toLowerCase() : pattern).replace(/:\w+|\W/g, (part) =>
      part === "*" ? ".*" : part[1] ? SEGMENT[component] : `\\${part}`,
    )}$`,
  );
