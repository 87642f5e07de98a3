export { readAddress } from "../address.ts";
