// The healing chunk, loaded only where the exact tier finds nothing. What is used most comes first: it compresses best so.
import "../signals.ts";

export { heal } from "../heal.ts";
