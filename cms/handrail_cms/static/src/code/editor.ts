import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  foldKeymap,
  forceParsing,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { linter, lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { checkWith } from "./check.ts";
import { completeFrom } from "./complete.ts";
import { HIGHLIGHT, THEME } from "./look.ts";

const PARSING_MS = 200;

/** Put the editor in the text field's place. It lives in a shadow root, where its styles need no exception in the CSP. */
export function openCode(form: HTMLFormElement): void {
  const area = form.querySelector<HTMLTextAreaElement>("textarea");
  if (!area) return;
  const host = document.createElement("div");
  host.className = "code-editor";
  const root = host.attachShadow({ mode: "open" });
  const readonly = area.readOnly;
  const caret = document.activeElement === area ? area.selectionStart : null;
  const view = new EditorView({
    root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        lineNumbers(),
        foldGutter(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        autocompletion({ override: [completeFrom(form.dataset.schema ?? "")] }),
        linter(checkWith(form), { delay: 500 }),
        lintGutter(),
        json(),
        syntaxHighlighting(HIGHLIGHT),
        syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
        THEME,
        EditorState.readOnly.of(readonly),
        EditorView.contentAttributes.of({
          "aria-label": area.labels[0]?.textContent ?? "JSON",
          spellcheck: "false",
          tabindex: "0",
        }),
        EditorView.lineWrapping,
        EditorView.updateListener.of((update) => {
          if (update.docChanged) area.value = update.state.doc.toString();
        }),
        keymap.of([
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...lintKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
      ],
    }),
  });
  // read to its end before it is drawn: the marks beside the lines would move where they came one after the other
  forceParsing(view, view.state.doc.length, PARSING_MS);
  root.append(view.dom);
  area.hidden = true;
  area.after(host);
  if (caret !== null) {
    // somebody is typing already: the editor takes over where they are
    view.dispatch({ selection: { anchor: caret } });
    view.focus();
  }
  goToLines(form, view);
  openSaveKey(form);
}

function goToLines(form: HTMLFormElement, view: EditorView): void {
  const page = form.ownerDocument;
  page.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>("[data-line]");
    if (!link) return;
    event.preventDefault();
    const line = view.state.doc.line(Math.min(Number(link.dataset.line), view.state.doc.lines));
    view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    view.focus();
  });
}

function openSaveKey(form: HTMLFormElement): void {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    form.requestSubmit();
  });
}
