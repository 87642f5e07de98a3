// For a target, or an element that a rule asks for, that is not there or not in view yet.
export { refine } from "../refine.ts";
export { wait } from "../wait.ts";
export { watchPage } from "../watch.ts";
