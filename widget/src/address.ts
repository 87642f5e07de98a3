// What the address asks for: `?handrail=KEY` starts a guide, `handrail_code=…` begins a preview; neither stays there.
import { openPreview } from "./preview.ts";
import type { Runtime } from "./runtime.ts";

const PARAMETER = /([?#&])(handrail|handrail_code)=([^&#]+)&?/;

/** `address`: as it was when the parameter was seen there. `fresh`: the tab's preview, if it has one, is not open yet. */
export async function readAddress(runtime: Runtime, address: string, fresh: boolean): Promise<void> {
  const [whole = "", before = "", name, value = ""] = PARAMETER.exec(address) ?? [];
  if (whole) history.replaceState(history.state, "", location.href.replace(whole, before).replace(/[?&#]$/, ""));
  if (name === "handrail") void runtime.start(value);
  const code = name === "handrail_code" ? value : null;
  if (code || (fresh && runtime.tab.read("preview"))) await openPreview(runtime, code);
}
