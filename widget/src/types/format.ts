// Generated from guides/handrail_guides/schema by `npm run types`: change the schemas, not this file.

export type Key = string;
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
 * A WHATWG URLPattern component.
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
       * @minItems 1
       */
      kinds?: (
        "rage_click" | "dead_click" | "error_click" | "page_loop" | "repeated_step" | "form_abandoned" | "hesitation"
      )[];
    };
export type EventName = string;
/**
 * A Markdown subset: paragraphs, bold, italics, code, links, lists, uploaded images. `{name|there}` is a placeholder with its default.
 */
export type Text = string;
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
      open: string;
      new_tab?: boolean;
    }
  | {
      emit: EventName;
    };
/**
 * Tooltip and hotspot: what opens it. Hover includes focus and tap.
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
export type Node =
  | string
  | {
      /**
       * A tag; `value` is a placeholder: a.name, a.default; `plural`: a.name, and c holds {t: fragment, a: {when}} forms.
       */
      t: "fragment" | "p" | "strong" | "em" | "code" | "a" | "ul" | "ol" | "li" | "br" | "img" | "value" | "plural";
      a?: {
        [k: string]: string;
      };
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
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal";
  /**
   * For authors.
   */
  name: string;
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
  /**
   * The event that proves that the guide did its job.
   */
  goal?: {
    event: EventName;
    within?: GuidePeriod;
  };
  theme?: Key;
  /**
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
    off?: string[];
  };
}
/**
 * The pages on which the guide may show; every page, where it is missing. A string is a path pattern.
 */
export interface Where {
  /**
   * @minItems 1
   * @maxItems 50
   */
  any?: Page[];
  /**
   * @maxItems 50
   */
  not?: Page[];
}
/**
 * True when every clause is true; an empty list is true.
 */
export interface AllClause {
  /**
   * @maxItems 50
   */
  all: Rule[];
}
/**
 * True when one clause is true; an empty list is false.
 */
export interface AnyClause {
  /**
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
   * @minItems 1
   * @maxItems 1000
   */
  in?: Scalar[];
  /**
   * @minItems 1
   * @maxItems 1000
   */
  not_in?: Scalar[];
  exists?: boolean;
  more_than?: number;
  at_least?: number;
  less_than?: number;
  at_most?: number;
  contains?: string;
  starts_with?: string;
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
  trait: string;
  [k: string]: unknown;
}
export interface RuleAccount {
  account: string;
  [k: string]: unknown;
}
/**
 * The visitor did something: at least once, or as often as `count` says, ever or within the last period.
 */
export interface EventClause {
  event: string;
  within?: GuidePeriod;
  count?: {
    at_least?: number;
    at_most?: number;
    is?: number;
  };
}
/**
 * What became of another guide for this visitor.
 */
export interface GuideClause {
  guide: string;
  state: "never" | "seen" | "open" | "completed" | "dismissed" | "failed" | "superseded" | "abandoned";
  within?: GuidePeriod;
}
/**
 * A named rule, kept as its own document.
 */
export interface SegmentClause {
  segment: string;
}
/**
 * The visitor's language, matched by RFC 4647 basic filtering: `ko` matches `ko-KR`.
 */
export interface LanguageClause {
  language: string | string[];
}
export interface DeviceClause {
  device: DeviceName | DeviceName[];
}
export interface PathClause {
  path: Pattern;
}
export interface HostClause {
  host: Pattern;
}
export interface RuleQuery {
  query: string;
  [k: string]: unknown;
}
export interface HashClause {
  hash: Pattern;
}
/**
 * An element is, or is not, on the page now.
 */
export interface ElementClause {
  element: Target;
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
   * The nearest landmark: its role and name.
   */
  landmark?: string;
  /**
   * The nearest heading, legend or caption before it.
   */
  heading?: string;
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
   * Position among equals, when the page repeats the element on purpose.
   */
  nth?: number;
}
/**
 * A window in the visitor's time zone. `from` and `to` are dates or local date-times (`to` exclusive); `days` are weekdays; `hours` are `HH:MM` bounds and may cross midnight.
 */
export interface TimeClause {
  time: {
    from?: string;
    to?: string;
    /**
     * @minItems 1
     */
    days?: ("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun")[];
    hours?: {
      from: ClockTime;
      to: ClockTime;
    };
  };
}
/**
 * A stable share of visitors, 0 to 1: the first 32 bits of SHA-256 of `salt:visitor id`, over 2^32, is below it.
 */
export interface ShareClause {
  share: number;
  salt: string;
}
export interface Frequency {
  /**
   * once: shown one time. until_completed: until it was finished. until_dismissed: until it was finished or closed. always: whenever it matches.
   */
  repeat?: "once" | "until_completed" | "until_dismissed" | "always";
  every?: GuidePeriod;
  at_most?: {
    times: number;
    per?: GuidePeriod;
  };
  snooze?: GuidePeriod;
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
  type?: "image" | "video";
  /**
   * An uploaded file, by its path under the widget's origin.
   */
  src: string;
  /**
   * What it shows; empty for decoration.
   */
  alt: string;
  captions?: string;
  width?: number;
  height?: number;
}
export interface Button {
  id?: Key;
  text: string;
  look?: "primary" | "secondary" | "link";
  action: Action;
}
export interface IfMissing {
  wait?: GuidePeriod;
  then?: "skip" | "end" | "centre";
}
export interface Branch {
  if?: Rule;
  to: Key;
}
export interface Variant {
  tone: "neutral" | "celebrating" | "apologising";
  if: Rule;
  title?: Text;
  body?: Text;
}
export interface Banner {
  edge?: "top" | "bottom";
  mode?: "push" | "overlay";
}
/**
 * What the QA walker does here.
 */
export interface StepTest {
  fill?: string;
  choose?: string;
  check?: boolean;
  press?: string;
  emit?: EventName;
  expect_failure?: ExpectedFailure;
}
export interface ExpectedFailure {
  code: string;
  reason: string;
  until: string;
}
export interface Translation {
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
  persona?: {
    [k: string]: unknown;
  };
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
  $schema?: string;
  format: 1;
  key: string;
  name: string;
  scheme?: "system" | "light" | "dark";
  light: ThemeColours;
  dark?: ThemeColours;
  shape?: {
    /**
     * A CSS font-family list; the host page's own fonts may be named.
     */
    font?: string;
    size_px?: number;
    radius_px?: number;
    width_px?: number;
    padding_px?: number;
    shadow?: "none" | "small" | "large";
    motion_ms?: number;
    spotlight_padding_px?: number;
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
  identity?: "optional" | "required";
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
    session?: number;
    day?: number;
  };
  /**
   * Query parameters that may be recorded in an event's page.
   */
  query?: string[];
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
  visitor: {
    id: VisitorId;
    account?: string;
    token?: string;
    /**
     * True while the visitor is known by the browser's own id only.
     */
    anonymous?: boolean;
  };
  context: {
    session: Uuid;
    release: number | null;
    build: string;
    language: string;
    device: "desktop" | "tablet" | "phone";
    automated?: boolean;
    mark?: null | "walk" | "preview" | "usability" | "simulated";
  };
  /**
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
  format: 1;
  release: number;
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
  guides: LiveGuide[];
}
export interface Settings {
  /**
   * Where events go: an absolute address, or a path under the widget's origin.
   */
  collect: string;
  identity?: "optional" | "required";
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
    session?: number;
    day?: number;
  };
  /**
   * Query parameters that may be recorded in an event's page.
   */
  query?: string[];
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
  key: string;
  version: number;
  hash: Sha256;
  /**
   * What the guide looks like and how it behaves.
   */
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal";
  rule?: Rule;
  where?: Where;
  start?: Start;
  frequency?: Frequency;
  priority?: number;
  /**
   * Path patterns of the pages its steps live on.
   */
  resume?: Pattern[];
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
export interface Chunk {
  format: 1;
  guide: string;
  version: number;
  hash: Sha256;
  /**
   * What the guide looks like and how it behaves.
   */
  kind: "tour" | "tooltip" | "hotspot" | "banner" | "modal";
  language: string;
  direction?: "ltr" | "rtl";
  /**
   * The widget's own words in this language: next, back, close, done, later, never, skip, progress ({n} of {of}), step.
   */
  words?: {
    [k: string]: string;
  };
  frequency?: Frequency;
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
  buttons?: CompiledButton[];
  if_missing?: IfMissing;
  then?: Branch[];
  variants?: CompiledVariant[];
  open?: OpensOn;
  banner?: Banner;
}
export interface CompiledButton {
  id?: Key;
  text: Node;
  look?: "primary" | "secondary" | "link";
  action: Action;
}
export interface CompiledVariant {
  tone: "neutral" | "celebrating" | "apologising";
  if: Rule;
  title?: Node;
  body?: Node;
}
export interface WireEvent {
  id: Uuid;
  type:
    | "run_requested"
    | "target_missing"
    | "step_shown"
    | "step_passed"
    | "step_skipped"
    | "step_back"
    | "step_left"
    | "run_ended"
    | "run_resumed"
    | "decision"
    | "track"
    | "identify"
    | "answer"
    | "struggle";
  at: Time;
  run?: Uuid;
  seq?: number;
  guide?: EventKey;
  version?: number;
  step?: EventKey;
  page?: string;
  data?: {
    [k: string]: unknown;
  };
}
