export { refine } from "../refine.ts";
export { openStarts } from "../starts.ts";
