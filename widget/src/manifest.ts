// The compiled release, fetched; where that fails, the last one that came: guides go on while the server is down.
import type { Runtime } from "./runtime.ts";
import type { Listed, Manifest } from "./wire.ts";

const PATIENCE_MS = 10_000;
/** A larger manifest is not worth its place in the host's storage. */
const LONGEST_KEPT = 200_000;

export async function loadManifest(runtime: Runtime): Promise<Manifest | null> {
  const { store } = runtime;
  try {
    const manifest = checked(await fetchJson(`${runtime.root}/v1/${runtime.env}/manifest.json`));
    if (
      store.read<Manifest>("manifest")?.release !== manifest.release &&
      JSON.stringify(manifest).length < LONGEST_KEPT
    )
      store.write("manifest", manifest);
    return manifest;
  } catch (error) {
    runtime.problem(error instanceof SyntaxError ? "manifest_malformed" : "manifest_unreachable", String(error));
    try {
      return checked(store.read<unknown>("manifest"));
    } catch {
      return null;
    }
  }
}

export async function fetchJson<T>(address: string, headers?: Record<string, string>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(address, { credentials: "omit", signal, ...(headers && { headers }) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Take what is whole; a guide that is not is left out, not the others with it. */
function checked(given: unknown): Manifest {
  const manifest = given as Manifest | null;
  if (manifest?.format !== 1 || !Array.isArray(manifest.guides) || !manifest.settings) throw new SyntaxError("shape");
  const whole = (guide: Listed | null) => !!guide && typeof guide.key === "string" && typeof guide.chunks === "object";
  return { ...manifest, guides: manifest.guides.filter(whole) };
}
