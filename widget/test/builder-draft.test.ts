// The builder's draft and its history.  covers A4
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addStep,
  begin,
  changeStep,
  freeStepId,
  moveStep,
  record,
  redo,
  removeStep,
  select,
  stepFor,
  undo,
} from "../src/builder/draft.ts";
import type { Guide } from "../src/types/format.ts";

const guide = {
  format: 1,
  key: "first-invoice",
  kind: "tour",
  name: "First invoice",
  language: "en",
  steps: [
    { id: "one", title: "One", then: [{ to: "three" }] },
    { id: "two", title: "Two" },
    { id: "three", title: "Three" },
  ],
} as Guide;
const draft = { document: guide, selected: 0 };

test("a step is added after the chosen one and becomes the chosen one", () => {
  const added = addStep(draft, { id: "new", title: "New" });
  assert.deepEqual(
    added.document.steps.map((step) => step.id),
    ["one", "new", "two", "three"],
  );
  assert.equal(added.selected, 1);
  assert.equal(guide.steps.length, 3, "the document before it is left as it was");
});

test("removing a step removes the branches that lead to it", () => {
  const left = removeStep(draft, 2).document.steps;
  assert.deepEqual(
    left.map((step) => step.id),
    ["one", "two"],
  );
  assert.equal(left[0]?.then, undefined);
});

test("the last step of a guide can't be removed", () => {
  const single = { document: { ...guide, steps: [guide.steps[1]] } as Guide, selected: 0 };
  assert.equal(removeStep(single, 0), single);
});

test("a step moves within the list and not past its ends", () => {
  assert.deepEqual(
    moveStep(draft, 0, 2).document.steps.map((step) => step.id),
    ["two", "three", "one"],
  );
  assert.equal(moveStep(draft, 0, -1), draft);
  assert.equal(moveStep(draft, 2, 3), draft);
});

test("a field that is emptied leaves the document", () => {
  const changed = changeStep(draft, 0, { then: undefined, title: "First" }).document.steps[0];
  assert.deepEqual(changed, { id: "one", title: "First" });
});

test("undo and redo walk the whole history back and forth", () => {
  let history = begin(guide);
  for (const title of ["a", "b", "c"]) history = record(history, changeStep(history.present, 0, { title }));
  const last = history.present;
  history = undo(undo(undo(history)));
  assert.equal(history.present.document, guide);
  assert.equal(undo(history), history);
  history = redo(redo(redo(history)));
  assert.equal(history.present, last);
});

test("typing in one field is one undo, typing in another begins a new one", () => {
  let history = begin(guide);
  for (const title of ["H", "He", "Hey"])
    history = record(history, changeStep(history.present, 0, { title }), "one/title");
  history = record(history, changeStep(history.present, 0, { body: "Text" }), "one/body");
  assert.equal(history.past.length, 2);
  assert.equal(undo(history).present.document.steps[0]?.title, "Hey");
});

test("choosing another step is no change to undo", () => {
  const history = record(begin(guide), select(draft, 2));
  assert.equal(history.past.length, 0);
  assert.equal(history.present.selected, 2);
});

for (const [text, id] of [
  ["New invoice", "new-invoice"],
  ["새 청구서", "step"],
  ["One", "one-2"],
  ["end", "end-2"],
  ["  --- ", "step"],
  ["Ünïcödé wörds", "unicode-words"],
] as const)
  test(`a step named “${text}” gets the id ${id}`, () => assert.equal(freeStepId(guide, text), id));

test("a picked element becomes a step that lives on this page", () => {
  const step = stepFor(guide, { role: "button", name: "Send" }, "/invoices", "");
  assert.deepEqual(step, {
    id: "send",
    target: { role: "button", name: "Send" },
    on: { path: "/invoices" },
    title: "Send",
  });
});
