// For guides that show again, but not too soon and not too often.
import { caps } from "../caps.ts";

export const rare = { caps };
