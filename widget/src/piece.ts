// Fetch what a guide needs to be played, all at once: its chunk in the visitor's language and its theme.
import { choose, wanted } from "./language.ts";
import type { Piece, Runtime } from "./runtime.ts";
import type { Chunk, Listed, Theme } from "./wire.ts";

/** `address`: the chunk that an open run began with; the guide's own for the visitor's language otherwise. */
export async function loadPiece(runtime: Runtime, listed: Listed, address?: string): Promise<Piece> {
  const { settings, themes } = runtime.manifest ?? {};
  const from = address ?? (listed.chunks[choose(listed, wanted(runtime.mode.language), settings)] as string);
  const look = themes?.[listed.theme ?? settings?.theme ?? ""];
  const [chunk, theme] = await Promise.all([
    fetchAddress<Chunk>(runtime, from),
    // Without its theme a guide still reads well.
    look
      ? Promise.all([fetchAddress<Theme>(runtime, look), runtime.loadChunk("theme")]).then(
          ([theme]) => theme,
          () => null,
        )
      : null,
  ]);
  return { listed, chunk: checked(chunk), theme, address: from };
}

/** One file of the compiled release, or a draft, by its address. */
async function fetchAddress<T>({ drafts, root, env, fetchJson }: Runtime, address: string): Promise<T> {
  if (!drafts.has(address)) drafts.set(address, fetchJson(`${root}/v1/${env}/chunks/${address}.json`));
  try {
    return (await drafts.get(address)) as T;
  } catch (error) {
    drafts.delete(address);
    throw error;
  }
}

function checked(chunk: Chunk): Chunk {
  const whole = chunk?.format === 1 && Array.isArray(chunk.steps) && chunk.steps.length > 0;
  if (!whole || chunk.steps.some((step) => typeof step?.id !== "string")) throw new SyntaxError("chunk");
  return chunk;
}
