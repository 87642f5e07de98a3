export { act, goTo } from "../deeds.ts";
