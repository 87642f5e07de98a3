import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The editor in the colours of tokens.css, which reach into its shadow root as custom properties. */
export const THEME = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: "var(--dense)", height: "100%" },
  "&.cm-focused": { outline: "var(--ring) solid var(--accent)", outlineOffset: "calc(-1 * var(--ring))" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "var(--leading)", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", minHeight: "var(--code-height)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-soft)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--hover) 50%, transparent)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--accent-pale) !important" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "var(--hair) solid var(--rule)",
    borderRadius: "var(--radius)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--hover)", border: "0", color: "var(--ink-soft)" },
});

export const HIGHLIGHT = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent-ink)" },
  { tag: tags.string, color: "var(--ink)" },
  { tag: tags.number, color: "var(--amber-ink)" },
  { tag: [tags.bool, tags.null], color: "var(--amber-ink)" },
  { tag: tags.punctuation, color: "var(--ink-soft)" },
]);
