// The JSON view: the plain text field becomes an editor with completion from the schema and problems as one types.
// The editor itself is a chunk of its own; until it is there, and without it, the text field does the work.
const form = document.querySelector<HTMLFormElement>("[data-json-form]");
if (form) void import("./code/editor.ts").then(({ openCode }) => openCode(form));
