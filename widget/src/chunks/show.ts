export { compile } from "../show.ts";
