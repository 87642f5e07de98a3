// Compiled, never run: the module's calls are what handrail.d.ts promises.
import type * as made from "../module.ts";
import type * as promised from "./handrail.d.ts";

type Made = typeof made;
type Promised = typeof promised;
type Kept<Name extends keyof Promised> = Made[Name & keyof Made] extends Promised[Name] ? true : Name;

/** Each call that breaks its promise, or is not promised, shows up here as its name. */
type Broken = { [Name in keyof Promised]: Kept<Name> }[keyof Promised] | Exclude<keyof Made, keyof Promised>;
export const kept: true = true satisfies Broken;
