export { askServer } from "../identity.ts";
export { tokenOf } from "../token.ts";
