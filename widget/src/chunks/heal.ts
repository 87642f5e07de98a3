// The healing chunk, loaded only where the exact tier finds nothing.
export { heal } from "../heal.ts";
