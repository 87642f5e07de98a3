export { act, goOn, outside } from "../deeds.ts";
