// The visual builder, for an author's builder session only.
import { type BuilderOptions, openBuilder } from "../builder/open.ts";
import { say } from "../builder/words.ts";
import { heal } from "../heal.ts";
import { locateExact } from "../locate.ts";
import { refine } from "../refine.ts";
import { kit } from "../render/kit.ts";
import { present } from "../render/present.ts";
import type { Runtime } from "../runtime.ts";
import type { Located, Present } from "../seams.ts";
import { isFound } from "../seek.ts";
import type { Chunk, Kind, Listed, Target, Theme } from "../wire.ts";

export interface BuilderSession {
  token: string;
  /** Key of the guide being built. */
  guide: string;
  /** Forget the session in this tab. */
  leave(): void;
}

/** What GET /v1/{key}/preview/{guide} answers. */
interface Preview {
  guide: Listed;
  chunks: Record<string, Chunk>;
  theme?: Theme;
}

/** Open the builder on this page; the returned function takes it away. */
export function openBuilding(runtime: Runtime, { token, guide, leave }: BuilderSession): Promise<() => void> {
  const address = (room: string): string => `${runtime.root}/v1/${runtime.env}/${room}/${guide}`;
  const options: BuilderOptions = {
    address: address("drafts"),
    looks: address("looks"),
    token,
    presentOf: (kind) => presentOf(runtime, kind),
    find,
    leave,
    isHere: runtime.matchesPath,
    play: (step) => playDraft(runtime, address("preview"), token, step),
  };
  return openBuilder(options);
}

/** What draws a kind for visitors; tours and modals are drawn by what is here already. */
async function presentOf(runtime: Runtime, kind: Kind): Promise<Present> {
  if (kind === "tour" || kind === "modal") return present;
  const drawn = await runtime.loadChunk<{ present(tools: typeof kit): Present }>(`kind-${kind}`);
  return drawn.present(kit);
}

/** As the widget looks for a step's target: exactly first, then among candidates. */
async function find(target: Target): Promise<Located> {
  const located = refine(locateExact(target, document));
  return isFound(located) ? located : heal(target, document);
}

/** Play the saved draft from a step, in the visitor's language; resolves when its run is over. */
async function playDraft(runtime: Runtime, address: string, token: string, step: string): Promise<void> {
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
  if (!answer.ok)
    throw new Error(say("The draft can't be played yet: the server answered {status}.", { status: answer.status }));
  const { guide, chunks, theme } = (await answer.json()) as Preview;
  const chunk = chunks[runtime.language()] ?? chunks[guide.language];
  if (!chunk) return;
  const main = await runtime.needMain();
  if (theme) await runtime.loadChunk("theme");
  const over = new Promise<void>((done) => {
    const stop = runtime.on("run_ended", () => {
      stop();
      done();
    });
  });
  void main.begin({ listed: guide, chunk, theme: theme ?? null, address: "" }, { step });
  await over;
}
