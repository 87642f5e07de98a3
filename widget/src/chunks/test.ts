export { applyTest } from "../test.ts";
