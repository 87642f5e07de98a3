// The one file a host page names: `<script async src="…/widget/handrail.js" data-env="pk_…">`. Makes the global, plays
// back what the stub queued, and never throws.
import { openApi } from "./api.ts";
import { boot } from "./boot.ts";
import { BUILD, serveFrom } from "./chunks.ts";

interface Page {
  handrail?: { [name: string]: unknown; calls?: [name: string, given: unknown[]][] } | undefined;
}

try {
  const page = window as Page;
  const queued = page.handrail?.calls;
  // A script that was added late, or is a module, is not the current one: it is found by what it says.
  const script = (document.currentScript ?? document.querySelector("script[data-env]")) as HTMLScriptElement;
  const { env } = script.dataset;
  // A second copy of the script finds the first one at work and leaves it alone.
  if (env && (queued || !page.handrail)) {
    const api = { ...openApi(boot({ env, root: serveFrom(script.src), build: BUILD }), () => delete page.handrail) };
    page.handrail = api;
    for (const [name, given] of queued ?? [])
      (api as unknown as Record<string, (...given: unknown[]) => void>)[name]?.(...given);
  }
} catch {
  // Nothing of ours may break the page: it stays as it is, without guides.
}
