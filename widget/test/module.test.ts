// The ES module in Node, where there is no page: a server that renders imports it and nothing happens.
import assert from "node:assert/strict";
import { test } from "node:test";

test("the module can be imported and called without a page", async () => {
  Object.assign(globalThis, { __BUILD__: "test", __CHUNKS__: "" }); // what the build writes in their place
  const handrail = await import("../src/module.ts");
  assert.equal(typeof globalThis.document, "undefined");
  handrail.load({ environment: "pk_test", origin: "https://guides.example.com" });
  handrail.identify("ann", { plan: "trial" });
  handrail.track("invoice_sent");
  handrail.on("step_shown", () => {})();
  assert.equal(await handrail.start("welcome"), false);
  assert.equal(await handrail.show({ steps: [{ title: "Hello" }] }), false);
  assert.deepEqual(handrail.state(), { ready: false, environment: "", release: null, visitor: null, open: [] });
  assert.deepEqual(handrail.explain(), []);
  handrail.destroy();
});
