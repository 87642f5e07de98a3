// The built module `locate.mjs`: describe an element as a target, and find a target's element again.
export { capture } from "./builder/capture.ts";
export { heal, locate } from "./heal.ts";
