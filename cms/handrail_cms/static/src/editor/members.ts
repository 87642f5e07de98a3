// As whom the draft is previewed: a typical member of a segment, chosen by name, its traits open to change.
export interface Member {
  key: string;
  name: string;
  job: string;
  traits: { [name: string]: unknown };
  account: { [name: string]: unknown };
  language: string | null;
  device: string | null;
  fits: boolean;
}

/** What a preview on the host page is opened with. */
export interface SeenAs {
  traits?: { [name: string]: unknown };
  account?: { [name: string]: unknown };
  language?: string;
  theme?: string;
  scheme?: string;
}

export function readMembers(root: ParentNode): Member[] {
  return JSON.parse(root.querySelector("[data-members]")?.textContent ?? "[]") as Member[];
}

/** Fill the preview's controls with a member's traits, language and device; say what they are after. */
export function become(part: HTMLElement, member: Member | undefined): void {
  const control = <T extends HTMLElement>(name: string) => part.querySelector<T>(`#preview-${name}`);
  const traits = control<HTMLTextAreaElement>("persona");
  if (traits) traits.value = member ? linesOf(member.traits) : "";
  choose(control<HTMLSelectElement>("language"), member?.language);
  choose(control<HTMLSelectElement>("width"), member?.device ?? "desktop");
  const note = part.querySelector<HTMLElement>("[data-member-note]");
  if (!note) return;
  const said = member ? [member.job, member.fits ? "" : (note.dataset.unfit ?? "")].filter(Boolean) : [];
  note.textContent = said.join(" · ");
  note.hidden = said.length === 0;
}

function choose(select: HTMLSelectElement | null, value: string | null | undefined): void {
  const known = [...(select?.options ?? [])].map((option) => option.value);
  const near = known.find((one) => one === value) ?? known.find((one) => one === value?.split("-")[0]);
  if (select && near !== undefined) select.value = near;
}

/** Write traits as `plan = trial` lines; what would be read as something else is written as JSON. */
export function linesOf(traits: { [name: string]: unknown }): string {
  const shown = (value: unknown) =>
    typeof value === "string" && typedValue(value) === value ? value : JSON.stringify(value);
  return Object.entries(traits)
    .map(([name, value]) => `${name} = ${shown(value)}`)
    .join("\n");
}

/** Read `plan = trial` lines; JSON is what it says, anything else is text. */
export function traitsOf(text: string): { [name: string]: unknown } {
  const pairs = text.split("\n").map((line) => line.split(/[=:](.*)/s));
  return Object.fromEntries(
    pairs
      .filter(([name, value]) => name?.trim() && value?.trim())
      .map(([name, value]) => [name?.trim(), typedValue(value?.trim() ?? "")]),
  );
}

function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const SIZES: { [width: string]: string } = { phone: "width=390,height=844", tablet: "width=820,height=1180" };

/** Open the preview in a window of the chosen size; the page in it can't reach back to this one. */
export function openSized(form: HTMLFormElement, width: string): void {
  const size = SIZES[width];
  form.target = "_blank";
  const opened = size ? window.open("", "handrail-preview", `popup,${size}`) : null;
  if (!opened) return;
  opened.opener = null;
  form.target = "handrail-preview";
}
