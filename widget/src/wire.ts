// The wire's types, generated from the schemas, under the names that the widget uses.
import type {
  Action,
  Advance,
  Chunk,
  CompiledButton,
  CompiledStep,
  Frequency,
  Guide,
  LiveGuide,
  Manifest,
  Node,
  Rule,
  Settings,
  Start,
  Target,
  Theme,
  Where,
  WireEvent,
} from "./types/format.ts";

export type { Action, Advance, Chunk, Frequency, Guide, Manifest, Rule, Settings, Start, Target, Theme, Where };

/** A compiled text: nothing but this is ever drawn. */
export type TextNode = Node;
export type Button = CompiledButton;
/** One step of a compiled guide. */
export type ChunkStep = CompiledStep;
/** A guide as the manifest lists it. */
export type Listed = LiveGuide;
export type EventType = WireEvent["type"];
export type { WireEvent };
export type Kind = Chunk["kind"];
