// Page patterns as most guides have them: fixed text, `*` and `:name`, of a path. Where a release has others (needs.py says
// so), the rules chunk brings the parser for all that the URLPattern standard allows, urlpattern.ts.
import { more } from "./more.ts";

const expressions = new Map<string, RegExp | null>();

/** True where a path fits the pattern; a pattern that is not well formed fits nothing. */
export function fits(pattern: string, path: string): boolean {
  const expression = expressions.get(pattern) ?? (more.compile ?? readPlain)(pattern);
  expressions.set(pattern, expression);
  return !!expression?.test(path);
}

export const readPlain = (pattern: string): RegExp =>
  RegExp(`^${pattern.replace(/:\w+|\W/g, (part) => (part === "*" ? ".*" : part[1] ? "[^/]+" : `\\${part}`))}$`);
