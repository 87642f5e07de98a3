// Preview and builder sessions, and usability tasks: a one-time code in the address becomes a session of this tab.
// Drafts take the place of what is live, everything is marked, nothing is visible to anybody else.
import { fetchJson } from "./manifest.ts";
import { type Persona, playAs } from "./persona.ts";
import type { Runtime } from "./runtime.ts";
import type { TaskSession } from "./task.ts";
import type { Chunk, Listed, Rule, Theme } from "./wire.ts";

type Session = { token: string; guide: string | null; expires_at: number } & (
  | { purpose: "preview" | "builder" }
  | ({ purpose: "task" } & TaskSession)
);

/** What `GET /v1/{key}/preview/{guide}` answers. */
interface Draft {
  guide: Listed;
  chunks: { [language: string]: Chunk };
  segments?: { [key: string]: Rule };
  theme?: Theme;
  /** As whom the author looks at it. */
  persona?: Persona;
}

/** Exchange the code, or go on with the tab's session; then show the draft, or open the builder. */
export async function openPreview(runtime: Runtime, code: string | null): Promise<void> {
  const { mode } = runtime;
  const name = `handrail:${runtime.env}:preview`;
  const session = code ? await exchange(runtime, code) : runtime.tab.read<Session>("preview");
  const ended = !session || session.expires_at < Date.now();
  const draft = !ended && session.guide ? await fetchDraft(runtime, session) : null;
  remember(name, ended || (session.purpose === "preview" && !draft) ? null : session);
  if (ended) return;
  if (session.purpose === "task") {
    // First the record, then the guide, whose overlay keeps clicks from whatever listens later.
    const { takePart } = await runtime.loadChunk<TaskChunk>("task");
    takePart(runtime, session, !!code, () => remember(name, null));
    if (draft) await play(runtime, draft, !!code);
    return;
  }
  if (!session.guide) return;
  mode.mark = "preview";
  mode.guide = session.guide;
  if (draft?.persona) playAs(runtime, draft.persona);
  if (session.purpose === "builder") await build(runtime, session.token, session.guide, () => remember(name, null));
  else if (draft) await play(runtime, draft, !!code);
}

async function exchange(runtime: Runtime, code: string): Promise<Session | null> {
  const answer = await fetch(`${runtime.root}/v1/${runtime.env}/sessions`, {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (answer.ok) return answer.json();
  runtime.fire("problem", { code: "preview_refused", detail: answer.status });
  return null;
}

async function fetchDraft(runtime: Runtime, { token, guide }: Session): Promise<Draft | null> {
  try {
    return await fetchJson(`${runtime.root}/v1/${runtime.env}/preview/${guide}`, { Authorization: `Bearer ${token}` });
  } catch (error) {
    runtime.fire("problem", { code: "preview_unreadable", detail: String(error) });
    return null;
  }
}

/** A session belongs to the tab, whatever the visitor's consent says: it is the author's own. */
function remember(name: string, session: Session | null): void {
  try {
    if (session) sessionStorage.setItem(name, JSON.stringify(session));
    else sessionStorage.removeItem(name);
  } catch {} // blocked storage: the session ends with this page
}

/** Put the draft among the live guides, its chunks under addresses of their own, and start it with a fresh code. */
async function play(runtime: Runtime, draft: Draft, fresh: boolean): Promise<void> {
  // The manifest says what the live guides need: a draft may need more.
  await Promise.all([runtime.ready, runtime.loadChunk("caps"), runtime.loadChunk("rules")]);
  const collect = `/v1/${runtime.env}/events`;
  runtime.manifest ??= { format: 1, release: 0, environment: "", settings: { collect }, guides: [] };
  const { manifest } = runtime;
  const { key } = draft.guide;
  const chunks: Listed["chunks"] = {};
  for (const [language, chunk] of Object.entries(draft.chunks)) {
    chunks[language] = `draft ${key} ${language}`;
    runtime.drafts.set(chunks[language], chunk);
  }
  const listed: Listed = { ...draft.guide, chunks };
  if (draft.theme) {
    listed.theme = `draft ${draft.theme.key}`;
    manifest.themes = { ...manifest.themes, [listed.theme]: listed.theme };
    runtime.drafts.set(listed.theme, draft.theme);
  }
  manifest.segments = { ...manifest.segments, ...draft.segments };
  manifest.guides = [...manifest.guides.filter((other) => other.key !== key), listed];
  if (fresh) await runtime.start(key);
}

async function build(runtime: Runtime, token: string, guide: string, leave: () => void): Promise<void> {
  await runtime.ready;
  const { openBuilding } = await runtime.loadChunk<BuilderChunk>("builder");
  const close = await openBuilding(runtime, { token, guide, leave });
  runtime.end.signal.addEventListener("abort", close);
}

interface BuilderChunk {
  openBuilding(runtime: Runtime, session: { token: string; guide: string; leave(): void }): Promise<() => void>;
}

interface TaskChunk {
  takePart(runtime: Runtime, session: TaskSession, fresh: boolean, leave: () => void): void;
}
