import type { Runtime } from "./runtime.ts";

/** The identity token, made anew by the host where it gave a function; none where that fails. */
export async function tokenOf({ visitor, problem }: Pick<Runtime, "visitor" | "problem">): Promise<string | undefined> {
  const { token } = visitor;
  try {
    return typeof token === "function" ? await token() : token;
  } catch (error) {
    problem("token_failed", String(error));
    return undefined;
  }
}
