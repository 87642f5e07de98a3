// As whom the page is seen in a preview or a test: facts in place of the visitor's. Real visitors never load this.
import type { Runtime } from "./runtime.ts";
import type { Traits } from "./visitor.ts";

export interface Persona {
  traits?: Traits;
  account?: Traits;
  language?: string;
}

let own: Runtime["visitor"]["kept"] | null = null;

export function playAs({ mode, visitor }: Runtime, { traits, account, language }: Persona): void {
  Object.assign(mode, { traits, language });
  const kept = own ?? visitor.kept;
  own = kept;
  visitor.kept = account ? () => ({ ...kept(), account_traits: account }) : kept;
}
