// Fetch what a guide needs to be played, all at once: its chunk in the visitor's language and its theme.
import { choose } from "./language.ts";
import type { Piece, Runtime } from "./runtime.ts";
import type { Chunk, Listed, Theme } from "./wire.ts";

/** `address`: the chunk that an open run began with; the guide's own for the visitor's language otherwise. */
export async function loadPiece(runtime: Runtime, listed: Listed, address?: string): Promise<Piece> {
  const { settings, themes } = runtime.manifest ?? {};
  const from = address ?? (listed.chunks[choose(listed, runtime.speaks(), settings)] as string);
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
  if (chunk?.format !== 1 || !chunk.steps?.[0] || !chunk.steps.every?.((step) => step?.id))
    throw new SyntaxError("chunk");
  return chunk;
}
