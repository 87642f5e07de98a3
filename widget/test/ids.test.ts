// covers E2
import assert from "node:assert/strict";
import { test } from "node:test";
import { uuid7 } from "../src/ids.ts";

test("an id is a UUIDv7 of its time, later than every one before it", () => {
  const at = 1795340000001;
  const ids = Array.from({ length: 4000 }, (_, n) => uuid7(at + Math.floor(n / 2000)));
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(Number.parseInt((ids[0] as string).replace("-", "").slice(0, 12), 16), at);
});
