import assert from "node:assert/strict";
import { test } from "node:test";
import {
  absentScore,
  identified,
  isTranslated,
  likeness,
  pathLikeness,
  SIGNALS,
  scoreOf,
  textLikeness,
  unspoken,
  WEIGHTS,
} from "../src/score.ts";
import type { Target } from "../src/wire.ts";

const SAVE: Target = {
  tag: "button",
  role: "button",
  name: "Save draft",
  attributes: { id: "save", class: "action-save" },
  near: ["Publish", "Page"],
  path: "main#content>form>footer>button.action-save",
  box: [0.1, 0.9, 0.1, 0.05],
};
const NOBODY = new Map<string, number>();

// covers L2
test("an element is most like itself", () => {
  const own = scoreOf(likeness(SAVE, SAVE, NOBODY));
  const others: Target[] = [
    { ...SAVE, name: "Publish" },
    { ...SAVE, attributes: {} },
    { ...SAVE, near: [] },
    { ...SAVE, path: "body>div>div>button" },
    { ...SAVE, tag: "div", role: "" },
  ];
  for (const other of others) assert.ok(scoreOf(likeness(SAVE, other, NOBODY)) < own, JSON.stringify(other));
});

// covers L2
test("every likeness is between -1 and 1, whatever is compared", () => {
  const odd: Target[] = [{ tag: "a" }, { name: "" }, { near: [], path: "" }, { box: [0, 0, 0, 0] }, SAVE];
  for (const one of odd)
    for (const other of odd)
      for (const value of Object.values(likeness(one, other, NOBODY)))
        assert.ok(value >= -1 && value <= 1 && !Number.isNaN(value));
});

test("texts are compared by letters, not by case or punctuation", () => {
  assert.equal(textLikeness("Save", "Save"), 1);
  assert.ok(textLikeness("Search:", "search") > 0.95);
  assert.ok(textLikeness("Save account details", "Save") > 0.5);
  assert.ok(textLikeness("Save", "Delete") < 0.3);
  assert.equal(textLikeness("저장", "삭제"), 0);
});

test("a path that gained a wrapper is still much alike", () => {
  const path = "main#content>form>footer>button";
  assert.equal(pathLikeness(path, path), 1);
  assert.ok(pathLikeness(path, "main#content>div>form>footer>button") > 0.8);
  assert.ok(pathLikeness(path, "nav>ul>li>a") < 0.2);
});

test("what a candidate has instead speaks against it, what it lacks does not", () => {
  const { id: without } = likeness(SAVE, { ...SAVE, attributes: {} }, NOBODY);
  const { id: other } = likeness(SAVE, { ...SAVE, attributes: { id: "delete" } }, NOBODY);
  assert.equal(without, 0);
  assert.equal(other, -1);
});

test("a class that many have says little", () => {
  const target: Target = { attributes: { class: "btn row-delete" } };
  const common = new Map([["btn", 40]]);
  assert.ok((likeness(target, { attributes: { class: "btn" } }, common).class ?? 1) < 0);
  assert.ok((likeness(target, { attributes: { class: "row-delete" } }, common).class ?? 0) > 0.9);
});

// covers L5
test("a page that says nothing of what the target says is taken for a translation", () => {
  const korean: Target = { ...SAVE, name: "임시 저장", near: ["게시"] };
  const like = likeness(SAVE, korean, NOBODY);
  assert.equal(isTranslated([like]), true);
  assert.equal(unspoken(like).name, undefined);
  assert.equal(isTranslated([like, likeness(SAVE, SAVE, NOBODY)]), false);
});

test("what says which element it is is told apart from what kind it is", () => {
  assert.equal(identified({ id: 1 }, []), 1);
  assert.equal(identified({ named: 1 }, []), 1);
  assert.equal(identified({ named: 1 }, ["named"]), 0);
  assert.equal(identified({ icon_alone: 1 }, ["icon"]), 0);
  assert.equal(identified({ tag: 1, role: 1, name: 1 }, []), 0);
});

test("what stood beside the target is another element, whatever it looks like", () => {
  const near = { ...SAVE, near: ["Save as…", "Print"] };
  assert.equal(likeness(near, { ...SAVE, name: "Print" }, NOBODY).other, -1);
  assert.equal(likeness(near, { ...SAVE, name: "Keep", near: [SAVE.name ?? ""] }, NOBODY).other, -1);
  assert.equal(likeness(near, { ...SAVE, near: ["Open"] }, NOBODY).other, -0);
});

test("a shortcut in brackets is no part of a name", () => {
  assert.ok(textLikeness("Insert a cell below", "Insert a cell below (B)") > 0.95);
});

test("the more a target tells, the more has to agree", () => {
  const little = absentScore(likeness({ tag: "button" }, SAVE, NOBODY));
  assert.ok(absentScore(likeness(SAVE, SAVE, NOBODY)) > little);
});

test("no weight is negative, and no share of absence larger than its weight", () => {
  for (const signal of SIGNALS) {
    const [weight, absent = 0, against = 0] = WEIGHTS[signal];
    assert.ok(weight >= 0 && against >= 0 && absent >= 0 && absent <= weight + 0.05, signal);
  }
});
