export { armRare } from "../advance.ts";
