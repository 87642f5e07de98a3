// The build's last step renames variables: the code must do the same, whatever the letters are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLetters, lettersOf, withLetters } from "../letters.mjs";

const CODE = `
let last = 0, count = 1;
const host = { last: "own", count };
function add(first, { second = first, third: [fourth, ...rest] = [], ...others } = {}) {
  const add2 = (value) => { last += value; return value + first; };
  for (let count = 0; count < 2; count++) { var seen = count + add2(1); }
  try { throw { message: "told" }; } catch ({ message }) { host.message = message; }
  const local = function again(n) { return n ? again(n - 1) + 1 : 0; };
  let given; ({ given = fourth } = others);
  return [first, second, fourth, rest, given, seen, local(3), typeof undefinedName, Math.max(1, 2)];
}
class Kept { static of(count) { return { count, last, Kept }; } }
const made = [add(1, { third: [4, 5], given: 6 }), add(2), Kept.of(7).count, host, last, count];
export { made, add as sum, last };
`;

const run = (code: string) => import(`data:text/javascript,${encodeURIComponent(code)}`);
const NAMES = [...new Set(CODE.match(/[A-Za-z]\w*/g))];

for (const letter of ["e", "i", "Math", "count"])
  test(`the code does the same where every variable asks for ${letter}`, async () => {
    const renamed = withLetters(CODE, Object.fromEntries(NAMES.map((name) => [name, letter])));
    const [before, after] = [await run(CODE), await run(renamed)];
    assert.deepEqual(Object.keys(after), Object.keys(before));
    assert.deepEqual(after.made, before.made);
    assert.deepEqual(after.sum(3, { given: 1 }), before.sum(3, { given: 1 }));
    assert.notEqual(renamed, CODE);
  });

test("a variable gets the letter that the table says", () => {
  const code = "const own=given=>given;export{own as f};";
  assert.equal(withLetters(code, { given: "q", own: "f" }), "const f=q=>q;export{f as f};");
  assert.throws(() => withLetters("export const f = 1;", {}), /exported by a list/);
});

test("the search finds a table that is no worse, and gives every name a letter", () => {
  const found = findLetters(CODE, () => {}, { last: "q" }, 500);
  assert.ok(withLetters(CODE, found).length <= withLetters(CODE, {}).length + 20);
  assert.ok("count" in found && /^\w$/.test(found.count as string));
});

test("the loader and the tour have their letters", () => {
  for (const chunk of ["loader", "tour", "heal"]) assert.ok(Object.keys(lettersOf(chunk) ?? {}).length > 100, chunk);
  assert.equal(lettersOf("advance"), undefined);
});
