// For a step that opens while the visitor is typing.
export { announce } from "../render/live.ts";
