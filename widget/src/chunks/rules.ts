// Clauses, comparisons and patterns that few guides have.
export { rare } from "../rare.ts";
