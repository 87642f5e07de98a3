// The built module `locate.mjs`: describe an element as a target, and find a target's element again.
import { healNow } from "./heal.ts";
import { honoured, locateExact } from "./locate.ts";
import { found } from "./located.ts";
import { refine } from "./refine.ts";
import type { Located } from "./seams.ts";
import type { Target } from "./wire.ts";

export { capture } from "./builder/capture.ts";
export { repairOf } from "./builder/repair.ts";

/** Find a target's element: exactly where that is possible, by score where not, never by a guess. */
export function locate(target: Target, document: Document): Located {
  const exact = refine(locateExact(target, document));
  if (exact.element || exact.reason === "hidden" || honoured(target)) return exact;
  const healed = healNow(target, document);
  if (healed.element) return refine(found("healed", healed.element, healed));
  return exact.state === "ambiguous" ? exact : healed;
}
