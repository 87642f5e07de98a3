// What of a page's names was chosen by a person, and what a tool made up. Pure.

/** Class names that lay out or colour: of utility frameworks, and of grids. */
const UTILITY =
  /^-?(?:[mp][trblxyse]?|w|h|min|max|gap|size|flex|grid|cols?|rows?|text|bg|border|rounded|shadow|font|leading|tracking|items|justify|self|space|inset|top|left|right|bottom|z|opacity|overflow|cursor|transition|duration|ease|translate|rotate|scale|select|ring|outline|divide|whitespace|break|order|place|content|align|aspect|object|fill|stroke|animate|pointer|float|display|offset|d|g|gx|gy|position|underline|decoration)-\S|^(?:flex|grid|block|inline|inline-block|inline-flex|relative|absolute|fixed|sticky|static|truncate|container|row|col|group|peer|clearfix|uppercase|lowercase|capitalize|italic|antialiased|underline|transform|transition|border|rounded|shadow)$/;
/** Class names that say how things stand now. */
const STATE =
  /^(?:is|has|was)-|^(?:active|inactive|open|opened|closed|show|shown|hide|hidden|visible|invisible|in|out|fade|selected|checked|disabled|enabled|hover|focus|focused|focus-visible|current|collapsed|collapse|expanded|loading|loaded|dirty|pristine|valid|invalid|touched|first|last|odd|even|ready|dragging)$|(?:focus|hover|selected|disabled|active|expanded|collapsed|checked)(?:ed|Visible)?$/i;
/** Ids and classes of tools that number or hash what they make. */
const FRAMEWORK =
  /^(?:css|sc|jss|emotion|svelte|jsx|st-emotion-cache)-[a-z0-9-]{4,}$|^st-[a-z0-9]{2}$|^(?:radix|headlessui|react-aria|react-select|rc|ember|ext-gen|ext-comp|yui|mat|cdk|mui|chakra|mantine|tippy|popper|floating-ui|downshift|select2|ui-id|__BVID_|aria|menu|tooltip)[-_:]*[a-z_-]*\d[\w:-]*$|^e[0-9a-z]{5,8}\d{1,2}$/i;
const HASHED_END = /^(.{2,}[^_-])[_-]+([a-zA-Z0-9]{5,12})$/;

/** True for text no person would type: digits among letters, capitals in the middle, next to no vowels. */
function random(part: string): boolean {
  if (part.length < 5) return false;
  if (/^[0-9a-f]{6,}$/i.test(part) && /\d/.test(part)) return true;
  if (/[a-z]\d+[a-z]|\d[a-z]+\d/i.test(part)) return true;
  const letters = part.replace(/[^a-z]/gi, "");
  const vowels = letters.replace(/[^aeiouy]/gi, "").length;
  if (/[a-z][A-Z]+[a-z]*[A-Z]|[A-Z]{2,}[a-z]+[A-Z]/.test(part) && vowels / letters.length < 0.25) return true;
  return letters.length >= 6 && vowels / letters.length < 0.1;
}

/** True where a tool made the id, class or attribute value up, so that the next build may make up another. */
export function generated(token: string): boolean {
  if (token.length > 60 || !/[a-z]/i.test(token)) return true;
  if (/[«»]|:r?[0-9a-z]+:|\d{3,}|[0-9a-f]{8}-[0-9a-f]{4}/i.test(token) || FRAMEWORK.test(token)) return true;
  return token.split(/[-_:.\s/]+/).some(random);
}

/** True for an id that also is no running number. */
export const stableId = (id: string): boolean => !!id && !generated(id) && !/(?:[-_:]\d+|\d{2,})$/.test(id);

/** The class names worth keeping; of a CSS module's name, the part before its hash. */
export function stableClasses(classes: string | null): string[] {
  const kept: string[] = [];
  for (const token of (classes ?? "").split(/\s+/)) {
    if (FRAMEWORK.test(token)) continue;
    const [, stem = "", end = ""] = HASHED_END.exec(token) ?? [];
    const name = end && (random(end) || /\d.*\D|[a-z][A-Z].*[A-Z]/.test(end)) ? stem : token;
    if (name.length < 2 || /[[\]:!/@]/.test(name) || UTILITY.test(name) || STATE.test(name) || generated(name))
      continue;
    if (!/-\d+$/.test(name)) kept.push(name);
  }
  return kept;
}

/** An address without what changes from visit to visit: tokens, the origin; "" where the path itself has a made-up part. */
export function stableHref(href: string): string {
  if (/^(?:javascript:|#?$|blob:|data:)/.test(href)) return "";
  const [path = "", query = ""] = href.replace(/^[a-z]+:\/\/(?:localhost|127\.[\d.]+)(?::\d+)?/, "").split(/\?(.*)/s);
  if (/\d{5,}|[0-9a-f]{12,}/i.test(path)) return "";
  const kept = query
    .split("&")
    .filter((pair) => pair && !/=.*(?:\d{5,}|[0-9a-f]{12,})|token|nonce|csrf|=.{40,}/i.test(pair));
  return `${path}${kept.length ? `?${kept.join("&")}` : ""}`.slice(0, 120);
}
