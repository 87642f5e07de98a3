/** What the server answers to a save. */
export interface Told {
  panel: string;
  field: string;
  level: "error" | "advice";
  text: string;
}

export interface Saved {
  revision: number;
  key: string;
  address: string;
  panel: string;
  said: string;
  merged: boolean;
  audience: string;
  document: Draft;
  steps: { id: string; name: string; target: string }[];
  problems: Told[];
}

export interface Draft {
  kind: string;
  language: string;
  steps: DraftStep[];
  translations?: { [language: string]: unknown };
  [name: string]: unknown;
}

export interface DraftStep {
  id: string;
  title?: string;
  body?: string;
  target?: { css?: string; role?: string; name?: string; text?: string };
  [name: string]: unknown;
}

/** What the editor tells the page in its preview frame. */
export interface ToStage {
  handrail: "draft";
  draft: Draft;
  panel: string;
  scheme: string;
  language: string;
  traits: { [name: string]: unknown };
  account?: { [name: string]: unknown };
  theme?: { [name: string]: unknown } | null;
}

/** Send the form; the answer is the saved draft, or what kept it from being saved. */
export async function send(form: HTMLFormElement, signal: AbortSignal): Promise<Response> {
  const body = new FormData(form);
  body.set("do", "save");
  return fetch(form.action, { method: "POST", body, signal, headers: { Accept: "application/json" } });
}
