// A theme's tokens become custom properties of the frame, set one by one: a value can't leave its property.
import type { Theme } from "../wire.ts";

type Colours = Record<string, string | undefined>;

const SHADOWS: Record<string, string> = { none: "none", large: "0 2px 6px #0002,0 16px 48px #0004" };

export function applyTheme(host: HTMLElement, { style }: HTMLElement, theme: Theme): void {
  const { scheme = "system", shape = {} } = theme;
  const light: Colours = { ...theme.light };
  const dark: Colours = { ...light, ...theme.dark };
  // A theme that says nothing of the dark is a light one.
  style.colorScheme = scheme !== "system" ? scheme : theme.dark ? "light dark" : "light";
  for (const name in dark) style.setProperty(`--${name}`, `light-dark(${light[name] ?? dark[name]},${dark[name]})`);
  for (const [name, value] of Object.entries(shape)) {
    const text = name === "shadow" ? (SHADOWS[value] ?? "") : `${value}${/_(px|ms)$/.exec(name)?.[1] ?? ""}`;
    style.setProperty(`--${name}`, text);
  }
  if (shape.layer) host.style.setProperty("--layer", String(shape.layer));
}
