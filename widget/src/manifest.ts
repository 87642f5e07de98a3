// The compiled release, fetched; where that fails, the last one that came: guides go on while the server is down.
import type { Runtime } from "./runtime.ts";
import type { Manifest } from "./wire.ts";

const PATIENCE_MS = 10_000;
/** A larger manifest is not worth its place in the host's storage. */
const LONGEST_KEPT = 200_000;

/** Raises where guides need a chunk and it can't be had: without it they would show to the wrong people. */
export async function loadManifest({ store, root, env, problem, loadChunk }: Runtime): Promise<Manifest | null> {
  const before = store.read<Manifest>("manifest");
  let manifest = before;
  try {
    manifest = await fetchJson<Manifest>(`${root}/v1/${env}/manifest.json`);
    if (manifest.format !== 1 || !manifest.settings) throw new SyntaxError("manifest");
    // A guide that is not whole is left out, not the others with it.
    manifest.guides = manifest.guides.filter((guide) => guide?.chunks && typeof guide.key === "string");
    if (before?.release !== manifest.release && JSON.stringify(manifest).length < LONGEST_KEPT)
      store.write("manifest", manifest);
  } catch (error) {
    problem("manifest", String(error));
    manifest = before;
  }
  if (manifest) await Promise.all((manifest.parts ?? ["caps", "rules"]).map((name) => loadChunk(name)));
  return manifest;
}

export async function fetchJson<T>(address: string, headers = {}, patience_ms = PATIENCE_MS): Promise<T> {
  const signal = AbortSignal.timeout(patience_ms);
  const answer = await fetch(address, { credentials: "omit", signal, headers });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}
