export { openStarts } from "../starts.ts";
