export { watchStruggle } from "../struggle-watch.ts";
