export { followHistory } from "../routes.ts";
