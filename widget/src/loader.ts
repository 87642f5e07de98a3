// The one file a host page names: `<script async src="…/widget/handrail.js" data-env="pk_…">`. Makes the global, plays
// back what the stub queued, and never throws.
import { openApi } from "./api.ts";
import { boot } from "./boot.ts";
import { BUILD, serveFrom } from "./chunks.ts";

interface Stub {
  calls?: [name: string, given: unknown[]][];
}

/** A script that is a module, or was added late, has no `currentScript`: it is found by what it says. */
const script = (document.currentScript ??
  document.querySelector("script[data-env][src*='handrail']")) as HTMLScriptElement | null;
const page = window as unknown as { handrail?: Stub };

try {
  const env = script?.dataset.env;
  // A second copy of the script finds the first one at work and leaves it alone.
  if (script && env && (!page.handrail || page.handrail.calls)) {
    const queued = page.handrail?.calls ?? [];
    const booted = boot({ env, root: serveFrom(script.src), build: BUILD });
    const api = openApi(booted, () => {
      if (page.handrail === (api as Stub)) delete page.handrail;
    });
    page.handrail = api as Stub;
    for (const [name, given] of queued)
      (api as unknown as Record<string, (...given: unknown[]) => void>)[name]?.(...given);
  }
} catch {
  // Nothing of ours may break the page: it stays as it is, without guides.
}
