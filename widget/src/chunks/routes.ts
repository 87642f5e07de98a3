export { wrapHistory } from "../routes.ts";
