// The chunks that a guide needs before its first step is drawn: a plain tour on a desktop needs none.

import { interrupts } from "./interrupting.ts";
import { isNarrow } from "./render/stand.ts";
import type { Runtime } from "./runtime.ts";
import type { Chunk } from "./wire.ts";

/** Load them; raises where one can't be had. */
export async function loadNeeds(
  { loadChunk }: Runtime,
  { kind, parts = ["advance", "deeds", "rich", "rules", "wait"] }: Chunk,
): Promise<void> {
  const names: string[] = [...parts];
  if (!interrupts({ kind })) names.push(`kind-${kind}`);
  if (isNarrow()) names.push("sheet");
  await Promise.all(names.map((name) => loadChunk(name)));
}
