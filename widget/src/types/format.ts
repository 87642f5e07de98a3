// Generated from guides/handrail_guides/schema by `npm run types`: change the schemas, not this file.

export type Key = string;
/**
 * A Markdown subset: paragraphs, bold, italics, code, links, lists, uploaded images. `{name|there}` is a placeholder with its default.
 */
export type Text = string;
/**
 * A BCP 47 language tag.
 */
export type LanguageTag = string;
export type Page =
  | Pattern
  | {
      path?: Pattern;
      host?: Pattern;
      hash?: Pattern;
      /**
       * Query parameters that must have these values (`*`: any).
       */
      query?: {
        [k: string]: string;
      };
    };
/**
 * A WHATWG URLPattern component: `/invoices/*`, `/invoices/:id`, `/invoices/:id(\d+)`, `/a{/b}?`.
 */
export type Pattern = string;
/**
 * A targeting expression. Evaluated identically in Python and in the widget; the verdict names the deciding clause and the value it saw.
 */
export type Rule =
  | AllClause
  | AnyClause
  | NotClause
  | TraitClause
  | AccountClause
  | EventClause
  | GuideClause
  | SegmentClause
  | LanguageClause
  | DeviceClause
  | PathClause
  | HostClause
  | QueryClause
  | HashClause
  | ElementClause
  | TimeClause
  | ShareClause;
/**
 * A trait of the visitor.
 */
export type TraitClause = Comparison & RuleTrait;
/**
 * Text, a number, true, false or null.
 */
export type Scalar = string | number | boolean | null;
/**
 * ISO 8601 duration of weeks, days, hours, minutes, seconds.
 */
export type GuidePeriod = string;
/**
 * A trait of the visitor's account.
 */
export type AccountClause = Comparison & RuleAccount;
export type DeviceName = "desktop" | "tablet" | "phone";
/**
 * A query parameter of the page.
 */
export type QueryClause = Comparison & RuleQuery;
export type ClockTime = string;
/**
 * What makes the guide start on a page where it may show.
 */
export type Start =
  | {
      on: "load";
      delay?: GuidePeriod;
    }
  | {
      on: "element";
      target: Target;
    }
  | {
      on: "event";
      event: EventName;
    }
  | {
      on: "idle";
      after?: GuidePeriod;
    }
  | {
      on: "manual";
    }
  | {
      on: "struggle";
      /**
       * Which kinds of struggle; any, where it is missing.
       *
       * @minItems 1
       */
      kinds?: (
        "rage_click" | "dead_click" | "error_click" | "page_loop" | "repeated_step" | "form_abandoned" | "hesitation"
      )[];
    };
export type EventName = string;
/**
 * Where the popover stands beside its target; start and end are logical.
 */
export type Place =
  | "auto"
  | "top"
  | "top-start"
  | "top-end"
  | "bottom"
  | "bottom-start"
  | "bottom-end"
  | "left"
  | "left-start"
  | "left-end"
  | "right"
  | "right-start"
  | "right-end"
  | "center";
/**
 * none: the page is free. spotlight: the page is dimmed, the target usable. blocking: neither the page nor the target takes a click.
 */
export type Overlay = "none" | "spotlight" | "blocking";
/**
 * What a click outside the popover and the target does.
 */
export type Outside = "ignore" | "close" | "next";
/**
 * What takes the visitor past this step.
 */
export type Advance =
  | {
      on: "next";
    }
  | {
      on: "click";
      target?: Target;
    }
  | {
      on: "input";
      /**
       * A regular expression that the whole value must match; any non-empty value, where it is missing.
       */
      pattern?: string;
    }
  | {
      on: "element";
      target: Target;
      /**
       * Waits until the element is there, or is gone.
       */
      is?: "present" | "absent";
    }
  | {
      on: "event";
      event: EventName;
    }
  | {
      on: "path";
      path: Pattern;
    }
  | {
      on: "delay";
      after: GuidePeriod;
    };
/**
 * next, back, close; skip: end the tour as dismissed; snooze: later; never: do not show again. Or: to a step, start a guide, open a link, emit an event to the host page.
 */
export type Action =
  | ("next" | "back" | "close" | "skip" | "snooze" | "never")
  | {
      to: Key;
    }
  | {
      start: Key;
    }
  | {
      /**
       * The address of the link.
       */
      open: string;
      /**
       * In a tab of its own.
       */
      new_tab?: boolean;
    }
  | {
      emit: EventName;
    };
/**
 * Tooltip and hotspot: what opens it. Hover includes focus and tap. First item of a checklist: click begins folded.
 */
export type OpensOn = "hover" | "focus" | "click" | "load";
export type ThemeColour = string;
/**
 * Epoch milliseconds.
 */
export type Time = number;
export type VisitorId = string;
export type Uuid = string;
export type Sha256 = string;
/**
 * The widget's chunks on demand that this needs; all of them, where it is missing.
 */
export type Parts = ("advance" | "caps" | "deeds" | "rich" | "rules" | "wait")[];
export type Node =
  | string
  | {
      /**
       * A tag; `value` is a placeholder: a.name, a.default; `plural`: a.name, and c holds {t: fragment, a: {when}} forms.
       */
      t: "fragment" | "p" | "strong" | "em" | "code" | "a" | "ul" | "ol" | "li" | "br" | "img" | "value" | "plural";
      /**
       * The tag's attributes.
       */
      a?: {
        [k: string]: string;
      };
      /**
       * What is inside.
       */
      c?: Node[];
    };
export type EventKey = string;

export interface Format {
  guide?: Guide;
  rule?: Rule;
  target?: Target;
  theme?: Theme;
  segment?: Segment;
  environment?: Environment;
  event?: EventBatch;
  manifest?: Manifest;
  task?: Task;
  manifest_chunk?: Chunk;
  event_event?: WireEvent;
}
/**
 * One authored piece of guidance. The same file in the CMS, in Git, in the API and in an export.
 */
export interface Guide {
  /**
   * For editors; not part of the guide.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format: 1;
  key: Key;
  /**
   * What the guide looks like and how it behaves.
   */
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal" | "checklist";
  /**
   * For authors.
   */
  name: string;
  title?: Text;
  /**
   * What the visitor wants to get done.
   */
  job?: string;
  language: LanguageTag;
  where?: Where;
  audience?: Rule;
  start?: Start;
  frequency?: Frequency;
  /**
   * Among guides that want to start at once, the highest goes first.
   */
  priority?: number;
  goal?: Goal;
  theme?: Key;
  /**
   * The screens, in order.
   *
   * @minItems 1
   * @maxItems 60
   */
  steps: Step[];
  /**
   * Per language: text path -> translated text and the source text it was made from.
   */
  translations?: {
    [k: string]: {
      [k: string]: Translation;
    };
  };
  test?: GuideTest;
  /**
   * Advice codes that this guide turns off.
   */
  lint?: {
    /**
     * Codes of docs/lint.md.
     */
    off?: string[];
  };
}
/**
 * The pages on which the guide may show; every page, where it is missing. A string is a path pattern.
 */
export interface Where {
  /**
   * The guide may show on pages that fit one of these.
   *
   * @minItems 1
   * @maxItems 50
   */
  any?: Page[];
  /**
   * Never on pages that fit one of these.
   *
   * @maxItems 50
   */
  not?: Page[];
}
/**
 * True when every clause is true; an empty list is true.
 */
export interface AllClause {
  /**
   * The clauses.
   *
   * @maxItems 50
   */
  all: Rule[];
}
/**
 * True when one clause is true; an empty list is false.
 */
export interface AnyClause {
  /**
   * The clauses.
   *
   * @maxItems 50
   */
  any: Rule[];
}
/**
 * True when the clause is false.
 */
export interface NotClause {
  not: Rule;
}
/**
 * Exactly one comparison per clause.
 */
export interface Comparison {
  is?: Scalar;
  is_not?: Scalar;
  /**
   * The value is one of these.
   *
   * @minItems 1
   * @maxItems 1000
   */
  in?: Scalar[];
  /**
   * The value is none of these; a missing value is none of them.
   *
   * @minItems 1
   * @maxItems 1000
   */
  not_in?: Scalar[];
  /**
   * There is a value, or there is none.
   */
  exists?: boolean;
  /**
   * A greater number.
   */
  more_than?: number;
  /**
   * This number or a greater one.
   */
  at_least?: number;
  /**
   * A smaller number.
   */
  less_than?: number;
  /**
   * This number or a smaller one.
   */
  at_most?: number;
  /**
   * The text has this in it, or the list has it as an item.
   */
  contains?: string;
  /**
   * The text begins so.
   */
  starts_with?: string;
  /**
   * The text ends so.
   */
  ends_with?: string;
  /**
   * ISO 8601 date or date-time.
   */
  before?: string;
  /**
   * ISO 8601 date or date-time.
   */
  after?: string;
  within?: GuidePeriod;
  [k: string]: unknown;
}
export interface RuleTrait {
  /**
   * The trait's name.
   */
  trait: string;
  [k: string]: unknown;
}
export interface RuleAccount {
  /**
   * The name of the account's trait.
   */
  account: string;
  [k: string]: unknown;
}
/**
 * The visitor did something: at least once, or as often as `count` says, ever or within the last period.
 */
export interface EventClause {
  /**
   * The event's name.
   */
  event: string;
  within?: GuidePeriod;
  /**
   * How often; at least once, where it is missing.
   */
  count?: {
    /**
     * So often or more often.
     */
    at_least?: number;
    /**
     * So often or less often.
     */
    at_most?: number;
    /**
     * Exactly so often.
     */
    is?: number;
  };
}
/**
 * What became of another guide for this visitor.
 */
export interface GuideClause {
  /**
   * The other guide's key.
   */
  guide: string;
  /**
   * never: not shown. seen: shown at least once. Otherwise how its last run ended.
   */
  state: "never" | "seen" | "open" | "completed" | "dismissed" | "failed" | "superseded" | "abandoned";
  within?: GuidePeriod;
}
/**
 * A named rule, kept as its own document.
 */
export interface SegmentClause {
  /**
   * The segment's key.
   */
  segment: string;
}
/**
 * The visitor's language, matched by RFC 4647 basic filtering: `ko` matches `ko-KR`.
 */
export interface LanguageClause {
  /**
   * One language range, or several of which one must match.
   */
  language: string | string[];
}
/**
 * The kind of device.
 */
export interface DeviceClause {
  /**
   * One kind of device, or several.
   */
  device: DeviceName | DeviceName[];
}
/**
 * The page's path fits the pattern.
 */
export interface PathClause {
  path: Pattern;
}
/**
 * The page's host name, without its port, fits the pattern.
 */
export interface HostClause {
  host: Pattern;
}
export interface RuleQuery {
  /**
   * The parameter's name.
   */
  query: string;
  [k: string]: unknown;
}
/**
 * What stands after # fits the pattern.
 */
export interface HashClause {
  hash: Pattern;
}
/**
 * An element is, or is not, on the page now.
 */
export interface ElementClause {
  element: Target;
  /**
   * On the page, or not.
   */
  is?: "present" | "absent";
}
/**
 * How a step finds its element in the host page: several independent signals, never one selector alone. A target with `css` alone is honoured exactly.
 */
export interface Target {
  /**
   * A CSS selector, evaluated in the innermost root named by `within`.
   */
  css?: string;
  /**
   * Selectors of the shadow hosts and same-origin iframes to pass through, outermost first.
   *
   * @maxItems 8
   */
  within?: string[];
  /**
   * Stable attributes: test ids, name, aria-*, type, href without volatile parts.
   */
  attributes?: {
    [k: string]: string;
  };
  /**
   * The element's tag, in lower case.
   */
  tag?: string;
  /**
   * The type of a form control.
   */
  type?: string;
  /**
   * The computed ARIA role.
   */
  role?: string;
  /**
   * The accessible name.
   */
  name?: string;
  /**
   * The element's own text.
   */
  text?: string;
  /**
   * The text of its label, for a form control.
   */
  label?: string;
  /**
   * Texts of the nearest headings, landmarks and neighbours, nearest first.
   *
   * @maxItems 8
   */
  near?: string[];
  /**
   * What the picture in it is called: an icon's class, file or reference.
   */
  icon?: string;
  /**
   * The structural path from the nearest root: tag names with stable ids, classes and positions.
   */
  path?: string;
  /**
   * Left and top in the page, width and height, as shares of the viewport when captured.
   *
   * @minItems 4
   * @maxItems 4
   */
  box?: unknown[];
  /**
   * Names of the signals that other elements of the page had too when it was captured: they do not tell it apart.
   *
   * @maxItems 8
   */
  shared?: string[];
  /**
   * Position among equals, when the page repeats the element on purpose.
   */
  nth?: number;
}
/**
 * A window in the visitor's time zone. `from` and `to` are dates or local date-times (`to` exclusive); `days` are weekdays; `hours` are `HH:MM` bounds and may cross midnight.
 */
export interface TimeClause {
  time: TimeWindow;
}
/**
 * The window; all its parts must hold.
 */
export interface TimeWindow {
  /**
   * From this moment on.
   */
  from?: string;
  /**
   * Until just before this moment.
   */
  to?: string;
  /**
   * On these weekdays.
   *
   * @minItems 1
   */
  days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
  /**
   * Between these times of day.
   */
  hours?: {
    from: ClockTime;
    to: ClockTime;
  };
}
/**
 * A stable share of visitors, 0 to 1. The place of a visitor is FNV-1a (32 bits) over the UTF-8 of `salt:visitor id`, finished as MurmurHash3 does (fmix32), over 2^32; the clause is true where it is below the share. Not SHA-256: it must be synchronous and small in the widget.
 */
export interface ShareClause {
  /**
   * The share, 0 to 1.
   */
  share: number;
  /**
   * Sets shares apart: the same salt picks the same visitors.
   */
  salt: string;
}
export interface Frequency {
  /**
   * once: shown one time. until_completed: until it was finished. until_dismissed: until it was finished or closed. always: whenever it matches.
   */
  repeat?: "once" | "until_completed" | "until_dismissed" | "always";
  every?: GuidePeriod;
  /**
   * A limit on how often it is shown.
   */
  at_most?: {
    /**
     * So many times.
     */
    times: number;
    per?: GuidePeriod;
  };
  snooze?: GuidePeriod;
}
/**
 * The event that proves that the guide did its job.
 */
export interface Goal {
  event: EventName;
  within?: GuidePeriod;
}
export interface Step {
  id: Key;
  target?: Target;
  on?: StepPage;
  title?: Text;
  body?: Text;
  media?: Media;
  place?: Place;
  overlay?: Overlay;
  outside?: Outside;
  advance?: Advance;
  /**
   * In place of the usual ones (back, next).
   *
   * @maxItems 5
   */
  buttons?: Button[];
  if_missing?: IfMissing;
  /**
   * Branches, first match wins; otherwise the next step in the list.
   *
   * @maxItems 20
   */
  then?: Branch[];
  /**
   * Other tones of the same text, first match wins.
   *
   * @maxItems 3
   */
  variants?: Variant[];
  open?: OpensOn;
  banner?: Banner;
  done?: Rule;
  test?: StepTest;
}
/**
 * The page where this step lives; multi-page tours resume here.
 */
export interface StepPage {
  path?: Pattern;
  /**
   * The address to go to, where the pattern alone does not say it.
   */
  open?: string;
}
export interface Media {
  /**
   * A picture or a film.
   */
  type?: "image" | "video";
  /**
   * An uploaded file, by its path under the widget's origin.
   */
  src: string;
  /**
   * What it shows; empty for decoration.
   */
  alt: string;
  /**
   * Captions of a film (WebVTT), by path.
   */
  captions?: string;
  /**
   * Pixels; keeps the place free while it loads.
   */
  width?: number;
  /**
   * Pixels.
   */
  height?: number;
}
export interface Button {
  id?: Key;
  /**
   * What stands on it.
   */
  text: string;
  /**
   * How much it stands out.
   */
  look?: "primary" | "secondary" | "link";
  action: Action;
}
export interface IfMissing {
  wait?: GuidePeriod;
  /**
   * skip: go to the next step. end: end the guide as failed. centre: show the step without its element.
   */
  then?: "skip" | "end" | "centre";
}
export interface Branch {
  if?: Rule;
  to: Key;
}
export interface Variant {
  /**
   * The tone of this version of the text.
   */
  tone: "neutral" | "celebrating" | "apologising";
  if: Rule;
  title?: Text;
  body?: Text;
}
export interface Banner {
  /**
   * Where it stands.
   */
  edge?: "top" | "bottom";
  /**
   * push: the page moves aside. overlay: it lies over the page.
   */
  mode?: "push" | "overlay";
}
/**
 * What the QA walker does here.
 */
export interface StepTest {
  /**
   * Text to type into the target.
   */
  fill?: string;
  /**
   * The option to choose in the target.
   */
  choose?: string;
  /**
   * Check the target, or uncheck it.
   */
  check?: boolean;
  /**
   * A key to press, such as Enter.
   */
  press?: string;
  emit?: EventName;
  expect_failure?: ExpectedFailure;
}
export interface ExpectedFailure {
  /**
   * The finding that is expected.
   */
  code: string;
  /**
   * Why it is expected.
   */
  reason: string;
  /**
   * The day from which it counts again.
   */
  until: string;
}
export interface Translation {
  /**
   * The translated text.
   */
  text: string;
  /**
   * The source text that was translated.
   */
  of: string;
}
/**
 * What the QA walker needs for the whole guide.
 */
export interface GuideTest {
  /**
   * The page to start on.
   */
  open?: string;
  /**
   * Traits of the visitor that the walker plays.
   */
  persona?: {
    [k: string]: unknown;
  };
  /**
   * Ways through the guide to walk, each a list of step ids.
   */
  branches?: Key[][];
  expect_failure?: ExpectedFailure;
  /**
   * Why this guide can't be walked.
   */
  skip?: string;
}
/**
 * The look of every guide that uses it: tokens for light, and what differs in dark.
 */
export interface Theme {
  /**
   * For editors; not part of the theme.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The name that guides and environments use.
   */
  key: string;
  /**
   * For authors.
   */
  name: string;
  /**
   * system: light or dark as the visitor has it.
   */
  scheme?: "system" | "light" | "dark";
  light: ThemeColours;
  dark?: ThemeColours;
  /**
   * What light and dark share.
   */
  shape?: {
    /**
     * A CSS font-family list; the host page's own fonts may be named.
     */
    font?: string;
    /**
     * The size of the text.
     */
    size_px?: number;
    /**
     * How round corners are.
     */
    radius_px?: number;
    /**
     * The popover at its widest.
     */
    width_px?: number;
    /**
     * Room inside the popover.
     */
    padding_px?: number;
    /**
     * The shadow under it.
     */
    shadow?: "none" | "small" | "large";
    /**
     * How long movements take; 0 for none.
     */
    motion_ms?: number;
    /**
     * Room between the target and the dimmed page.
     */
    spotlight_padding_px?: number;
    /**
     * How round the spotlight is.
     */
    spotlight_radius_px?: number;
    /**
     * z-index, where the browser has no top layer.
     */
    layer?: number;
  };
}
export interface ThemeColours {
  background?: ThemeColour;
  text?: ThemeColour;
  muted?: ThemeColour;
  accent?: ThemeColour;
  on_accent?: ThemeColour;
  border?: ThemeColour;
  overlay?: ThemeColour;
  focus?: ThemeColour;
}
/**
 * A named rule, which audiences use by its key. With a `persona` it is a person to design for: a segment with a job to be done.
 */
export interface Segment {
  /**
   * For editors; not part of the segment.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The name that rules use.
   */
  key: string;
  /**
   * For authors.
   */
  name: string;
  /**
   * For authors: who these people are.
   */
  description?: string;
  rule: Rule;
  persona?: Persona;
}
/**
 * What makes the segment a persona.
 */
export interface Persona {
  /**
   * What these people want to get done.
   */
  job: string;
  /**
   * Traits of a typical member, which previews and walks use.
   */
  traits?: {
    [k: string]: unknown;
  };
  /**
   * Traits of a typical member's account.
   */
  account?: {
    [k: string]: unknown;
  };
  /**
   * A typical member's language.
   */
  language?: string;
  /**
   * A typical member's device.
   */
  device?: "desktop" | "tablet" | "phone";
}
/**
 * An environment as a document: what a release in it depends on, and nothing secret. Keys and secrets stay on the server.
 */
export interface Environment {
  /**
   * For editors; not part of the environment.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The environment's name in commands and addresses.
   */
  key: string;
  /**
   * For authors.
   */
  name: string;
  /**
   * Origins of the host application whose events are taken.
   *
   * @maxItems 100
   */
  origins?: string[];
  /**
   * An IANA time zone: reports count its days.
   */
  time_zone?: string;
  settings?: EnvironmentSettings;
  /**
   * Guide key -> the version that is live. `pull` writes it; `apply` carries it to another environment.
   */
  live?: {
    [k: string]: number;
  };
}
/**
 * What the widget is told with the manifest.
 */
export interface EnvironmentSettings {
  /**
   * Whether events of an identified visitor need a token.
   */
  identity?: "optional" | "required";
  /**
   * The languages that guides are compiled in; all, where it is missing.
   */
  languages?: string[];
  /**
   * Language -> the languages to try next, in order; the guide's own language is always last.
   */
  fallback?: {
    [k: string]: string[];
  };
  /**
   * At most this many interrupting guides start by themselves.
   */
  budget?: {
    /**
     * In one session.
     */
    session?: number;
    /**
     * In one day.
     */
    day?: number;
  };
  /**
   * Query parameters that may be recorded in an event's page.
   */
  query?: string[];
  /**
   * Whether signs of struggle are looked for.
   */
  struggle?: boolean;
  /**
   * ask: nothing is stored or sent before handrail.consent(true).
   */
  consent?: "given" | "ask";
  /**
   * The default theme's key.
   */
  theme?: string;
}
/**
 * What the widget sends to POST /v1/{key}/events: one visitor, one context, up to 500 events. `#/$defs/event` checks one event by itself, so that a bad one never rejects its neighbours.
 */
export interface EventBatch {
  sent_at: Time;
  /**
   * Who it was, at the time the events were queued.
   */
  visitor: {
    id: VisitorId;
    /**
     * The visitor's account.
     */
    account?: string;
    /**
     * An identity token, signed by the host.
     */
    token?: string;
    /**
     * True while the visitor is known by the browser's own id only.
     */
    anonymous?: boolean;
  };
  /**
   * What was so at the time the events were queued.
   */
  context: {
    session: Uuid;
    /**
     * The release whose manifest the widget had.
     */
    release: number | null;
    /**
     * The widget's build.
     */
    build: string;
    /**
     * The language that the visitor asked for: the page's, else the browser's first. A guide that lacks it was read in another one.
     */
    language: string;
    /**
     * The kind of device.
     */
    device: "desktop" | "tablet" | "phone";
    /**
     * The browser is headless or driven.
     */
    automated?: boolean;
    /**
     * What kind of traffic; null for real people.
     */
    mark?: null | "walk" | "preview" | "usability" | "simulated";
  };
  /**
   * The events, each checked by itself.
   *
   * @minItems 1
   * @maxItems 500
   */
  events: {
    [k: string]: unknown;
  }[];
}
/**
 * What the widget loads: the compiled release. No step content, no author-only field. `#/$defs/chunk` is one compiled guide in one language.
 */
export interface Manifest {
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The release's number.
   */
  release: number;
  /**
   * The environment's key.
   */
  environment: string;
  settings: Settings;
  /**
   * The rules of the segments that live guides name.
   */
  segments?: {
    [k: string]: Rule;
  };
  /**
   * Theme key -> chunk address.
   */
  themes?: {
    [k: string]: Sha256;
  };
  /**
   * What is live.
   */
  guides: LiveGuide[];
  parts?: Parts;
}
export interface Settings {
  /**
   * Where events go: an absolute address, or a path under the widget's origin.
   */
  collect: string;
  /**
   * Whether events of an identified visitor need a token.
   */
  identity?: "optional" | "required";
  /**
   * The languages that guides are compiled in; all, where it is missing.
   */
  languages?: string[];
  /**
   * Language -> the languages to try next, in order; the guide's own language is always last.
   */
  fallback?: {
    [k: string]: string[];
  };
  /**
   * At most this many interrupting guides start by themselves.
   */
  budget?: {
    /**
     * In one session.
     */
    session?: number;
    /**
     * In one day.
     */
    day?: number;
  };
  /**
   * Query parameters that may be recorded in an event's page.
   */
  query?: string[];
  /**
   * Whether signs of struggle are looked for.
   */
  struggle?: boolean;
  /**
   * ask: nothing is stored or sent before handrail.consent(true).
   */
  consent?: "given" | "ask";
  /**
   * The default theme's key.
   */
  theme?: string;
}
export interface LiveGuide {
  /**
   * The guide's key.
   */
  key: string;
  /**
   * Its version.
   */
  version: number;
  hash: Sha256;
  /**
   * What the guide looks like and how it behaves.
   */
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal" | "checklist";
  rule?: Rule;
  where?: Where;
  start?: Start;
  frequency?: Frequency;
  /**
   * Among guides that want to start at once, the highest goes first.
   */
  priority?: number;
  /**
   * Path patterns of the pages its steps live on.
   */
  resume?: Pattern[];
  /**
   * Its theme's key.
   */
  theme?: string;
  /**
   * The language the guide is written in: the last fallback.
   */
  language: string;
  /**
   * Language -> chunk address.
   */
  chunks: {
    [k: string]: Sha256;
  };
}
/**
 * A usability task: what a participant is asked to do, where it begins, and what proves that it is done.
 */
export interface Task {
  /**
   * Where this schema is, for editors.
   */
  $schema?: string;
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The task's name in addresses and files.
   */
  key: string;
  /**
   * What the participant is asked to do, in their own words; never how.
   */
  goal: string;
  /**
   * The page where the task begins: an address within the application.
   */
  open: string;
  /**
   * What proves that the task is done: an event that the application tracks, a path that is reached, or an element that appears.
   */
  success:
    | {
        event: string;
      }
    | {
        path: string;
      }
    | {
        css: string;
      };
  /**
   * The guide that helps; null for the task without help.
   */
  guide?: string | null;
  /**
   * A selector of the right first click.
   */
  first_click?: string;
  /**
   * The time after which the task counts as not done.
   */
  minutes?: number;
  /**
   * Which tone of the guide's texts is shown, where a step has it.
   */
  tone?: "neutral" | "celebrating" | "apologising";
  /**
   * The language of the guide's texts.
   */
  language?: string;
}
export interface Chunk {
  /**
   * The version of this format.
   */
  format: 1;
  /**
   * The guide's key.
   */
  guide: string;
  /**
   * Its version.
   */
  version: number;
  hash: Sha256;
  /**
   * What the guide looks like and how it behaves.
   */
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal" | "checklist";
  /**
   * The language of its texts.
   */
  language: string;
  /**
   * The direction of that language.
   */
  direction?: "ltr" | "rtl";
  /**
   * The widget's own words in this language: next, back, close, done, later, never, skip, progress ({n} of {of}), step.
   */
  words?: {
    [k: string]: string;
  };
  frequency?: Frequency;
  parts?: Parts;
  title?: Node;
  /**
   * The screens, in order.
   */
  steps: CompiledStep[];
}
/**
 * A step of the guide document, with title, body and button texts compiled to nodes and author-only fields gone. Other fields keep the guide document's names and meaning; a field at its default is left out.
 */
export interface CompiledStep {
  id: Key;
  target?: Target;
  on?: StepPage;
  title?: Node;
  body?: Node;
  media?: Media;
  place?: Place;
  overlay?: Overlay;
  outside?: Outside;
  advance?: Advance;
  /**
   * In place of the usual ones.
   */
  buttons?: CompiledButton[];
  if_missing?: IfMissing;
  /**
   * Branches, first match wins.
   */
  then?: Branch[];
  /**
   * Other tones of the same text, first match wins.
   */
  variants?: CompiledVariant[];
  open?: OpensOn;
  banner?: Banner;
  done?: Rule;
}
export interface CompiledButton {
  id?: Key;
  text: Node;
  /**
   * How much it stands out.
   */
  look?: "primary" | "secondary" | "link";
  action: Action;
}
export interface CompiledVariant {
  /**
   * The tone of this version of the text.
   */
  tone: "neutral" | "celebrating" | "apologising";
  if: Rule;
  title?: Node;
  body?: Node;
}
export interface WireEvent {
  id: Uuid;
  /**
   * What happened.
   */
  type:
    | "run_requested"
    | "target_missing"
    | "step_shown"
    | "step_passed"
    | "step_skipped"
    | "step_back"
    | "step_left"
    | "step_opened"
    | "step_acted"
    | "run_ended"
    | "run_resumed"
    | "decision"
    | "track"
    | "identify"
    | "answer"
    | "struggle";
  at: Time;
  run?: Uuid;
  /**
   * Counts within the run.
   */
  seq?: number;
  guide?: EventKey;
  /**
   * The guide's version.
   */
  version?: number;
  step?: EventKey;
  /**
   * The path of the page, without its query unless the environment allows a parameter.
   */
  page?: string;
  /**
   * What the type needs.
   */
  data?: {
    [k: string]: unknown;
  };
}
