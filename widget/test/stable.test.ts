import assert from "node:assert/strict";
import { test } from "node:test";
import { generated, stableClasses, stableHref, stableId } from "../src/stable.ts";

// covers L1
test("ids that people chose are kept", () => {
  for (const id of ["id_title", "save-button", "changelist-filter", "n2", "qp1", "header--button-login", "invoices"])
    assert.equal(stableId(id), true, id);
});

// covers L1
test("ids that tools number or hash are left out", () => {
  for (const id of [
    ":r1:",
    "radix-:r2f:",
    "react-aria4797075862-:r27:",
    "mat-input-4",
    "ember1047",
    "ext-gen1001",
    "item-1048",
    "headlessui-menu-button-3",
    "b1946ac9-2d9f-4b7a-9d2e-000000000001",
    "",
  ])
    assert.equal(stableId(id), false, id);
});

// covers L1
test("of a list of classes, names remain; utilities, states and hashes do not", () => {
  const kept: [string, string[]][] = [
    ["btn btn-primary", ["btn", "btn-primary"]],
    ["addlink css-1x8cf1d edgvbvh10", ["addlink"]],
    ["flex items-center px-4 hover:bg-blue-500 text-sm", []],
    ["sc-bdVaJa kLmNpQ toolbar", ["toolbar"]],
    ["Button_root__x7Y2z", ["Button_root"]],
    ["block__element block__element--wide", ["block__element", "block__element--wide"]],
    ["nav-link active is-open", ["nav-link"]],
    ["st-emotion-cache-1legitb stButton", ["stButton"]],
  ];
  for (const [classes, names] of kept) assert.deepEqual(stableClasses(classes), names, classes);
});

// covers L1
test("addresses lose what changes from visit to visit", () => {
  assert.equal(stableHref("http://127.0.0.1:8000/invoices?status=open&token=x"), "/invoices?status=open");
  assert.equal(stableHref("/runs?id=123456789&page=2"), "/runs?page=2");
  assert.equal(stableHref("javascript:void(0)"), "");
  assert.equal(stableHref("#"), "");
  assert.equal(stableHref("#/models"), "#/models");
});

test("words are not taken for hashes", () => {
  for (const word of ["strengths", "rhythm", "toolbar", "dashboard", "JavaScript", "iPhone", "stNumberInput"])
    assert.equal(generated(word), false, word);
});
