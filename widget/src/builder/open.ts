// The visual builder, on the team's own live application. Loaded only inside a builder session.
import { actionsOf, startRecording, wasRecording } from "./actions.ts";
import { type Build, type BuilderOptions, draw, look, replace } from "./build.ts";
import { begin } from "./draft.ts";
import { makeHost, watchPage } from "./host.ts";
import { leaveLook } from "./looks.ts";
import { makePanel } from "./panel.ts";
import { openStage, releaseKeys } from "./stage.ts";
import { loadDraft, startSync } from "./sync.ts";

export type { BuilderOptions } from "./build.ts";

/** Open the builder; the returned function takes it away without a trace. Throws where the draft can't be read. */
export async function openBuilder(options: BuilderOptions): Promise<() => void> {
  const start = await loadDraft(options.address, options.token);
  const present = await options.presentOf(start.document.kind);
  const ended = new AbortController();
  const { host, root } = makeHost();
  const close = (): void => {
    ended.abort();
    build.stage.clear();
    host.remove();
  };
  const actions = actionsOf(() => build, close);
  const build: Build = {
    options,
    host,
    root,
    panel: makePanel(actions),
    stage: openStage(present, actions.change, actions.select),
    sync: startSync(
      {
        address: options.address,
        token: options.token,
        start,
        told: (state) => {
          build.save = state;
          draw(build);
        },
        merged: (document) => replace(build, document),
      },
      ended.signal,
    ),
    editor: start.editor,
    ended: ended.signal,
    history: begin(start.document),
    save: { state: "saved" },
    recording: null,
    picking: false,
    certainty: null,
    repair: null,
    looking: null,
    kept: null,
    themes: new Map(start.theme ? [[start.document.theme ?? "", start.theme]] : []),
    found: new Map(),
    healed: new Set(),
  };
  root.append(build.panel.element);
  releaseKeys(host, () => leaveLook(build), ended.signal);
  watchPage(() => void look(build), host, ended.signal);
  if (start.unsent) build.sync.changed(start.document);
  draw(build);
  root.querySelector<HTMLElement>(".body .bar button")?.focus();
  if (wasRecording()) startRecording(build);
  else await look(build);
  return close;
}
