export { askServer } from "../identity.ts";
