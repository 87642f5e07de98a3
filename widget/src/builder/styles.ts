// The builder's own look; lives in its shadow root, as a constructed sheet, so that no style-src is needed.
export const STYLES = `
:host { all: initial; position: fixed; inset: 0; width: auto; height: auto; margin: 0; padding: 0; border: 0; background: none; overflow: visible; pointer-events: none; color-scheme: light dark;
  --ink: light-dark(#16232b, #e9eff2); --soft: light-dark(#51616b, #a9b8c0); --paper: light-dark(#fff, #182026); --line: light-dark(#d3dbe0, #35424b);
  --accent: light-dark(#0b6e6e, #4fc4c0); --on-accent: light-dark(#fff, #06201f); --bad: light-dark(#a5281b, #ff9d8f); --warn: light-dark(#7a4d00, #f2c15c);
  font: 14px/1.5 system-ui, "Pretendard", "Apple SD Gothic Neo", "Noto Sans KR", sans-serif; color: var(--ink); }
* { box-sizing: border-box; font: inherit; color: inherit; }
[hidden] { display: none !important; }
.panel { position: fixed; inset-block: 16px; inset-inline-end: 16px; width: min(340px, calc(100vw - 32px)); display: flex; flex-direction: column; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 8px 28px #0004; pointer-events: auto; overflow: hidden; word-break: keep-all; overflow-wrap: anywhere; }
.panel.other-side { inset-inline: 16px auto; }
.panel.small { inset-block-start: auto; }
header { display: flex; align-items: center; gap: 8px; padding: 12px; border-bottom: 1px solid var(--line); }
h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; line-height: 1.3; }
.body { overflow: auto; padding: 12px; display: grid; gap: 16px; }
.body > div:empty { display: none; }
.save { font-size: 13px; color: var(--soft); } .save.failed, .save.conflict { color: var(--bad); }
.bar { display: flex; flex-wrap: wrap; gap: 8px; }
button { min-height: 28px; padding: 3px 10px; border: 1px solid var(--line); border-radius: 6px; background: none; cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--soft); } button:disabled { opacity: .45; cursor: default; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button[aria-pressed=true] { background: var(--bad); border-color: var(--bad); color: var(--paper); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.steps { margin: 0; padding: 0; list-style: none; display: grid; gap: 4px; counter-reset: step; }
.steps li { display: flex; align-items: center; gap: 4px; border-radius: 6px; counter-increment: step; padding-inline-start: 8px; }
.steps li::before { content: counter(step); color: var(--soft); font-variant-numeric: tabular-nums; min-width: 1.4em; }
.steps li.chosen { background: color-mix(in oklab, var(--accent) 12%, transparent); }
.step-name { flex: 1; text-align: start; border: 0; min-height: 40px; min-width: 0; } .state { display: block; font-size: 13px; color: var(--soft); } .state.missing { color: var(--warn); }
.open-page { color: var(--accent); font-size: 13px; white-space: nowrap; }
.step-tools { display: flex; } .step-tools button { border: 0; min-width: 28px; padding: 3px; }
.properties { display: grid; gap: 12px; border-top: 1px solid var(--line); padding-top: 12px; }
.field { display: grid; gap: 4px; } label { font-weight: 600; font-size: 13px; } .hint, .target p { margin: 0; font-size: 13px; color: var(--soft); } .target .target-name { color: var(--ink); font-size: 14px; }
.target { display: grid; gap: 6px; justify-items: start; padding: 8px; border: 1px solid var(--line); border-radius: 6px; }
summary { cursor: pointer; font-size: 13px; } dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 8px; margin: 4px 0 0; font-size: 13px; } dt { color: var(--soft); } dd { margin: 0; }
input, select, textarea { width: 100%; min-height: 32px; padding: 4px 8px; border: 1px solid var(--soft); border-radius: 6px; background: var(--paper); } textarea { resize: vertical; }
.glass { position: fixed; inset: 0; pointer-events: auto; cursor: crosshair; outline: none; touch-action: none; }
.outline { position: fixed; border: 2px solid var(--accent); border-radius: 3px; background: color-mix(in oklab, var(--accent) 14%, transparent); pointer-events: none; }
.outline-label { position: fixed; max-width: 60vw; padding: 2px 8px; border-radius: 6px; background: var(--ink); color: var(--paper); font-size: 13px; pointer-events: none; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.help { margin: 0; font-size: 13px; color: var(--soft); }
.conflict-box { border: 1px solid var(--bad); border-radius: 6px; padding: 8px; display: grid; gap: 8px; } .conflict-box p, .repair-box p { margin: 0; }
.repair-box { border: 1px solid; border-radius: 6px; padding: 8px; display: grid; gap: 8px; }
.look { display: grid; gap: 12px; } h3, h4 { margin: 0; font-weight: 600; } h4, legend { font-size: 13px; font-weight: 600; padding: 0; } .look ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 6px; font-size: 13px; } .look .left { padding-inline-start: 16px; list-style: disc; color: var(--soft); }
.tokens { margin: 0; } .tokens dd { display: flex; align-items: center; gap: 6px; min-width: 0; } .swatch { flex: none; display: inline-block; width: 14px; height: 14px; border: 1px solid var(--soft); border-radius: 3px; vertical-align: -2px; margin-inline-end: 6px; } dd .swatch { margin: 0; }
.pairs li::before { content: "✓ "; color: var(--accent); } .pairs .too-close { display: grid; gap: 6px; justify-items: start; color: var(--bad); } .pairs .too-close::before { content: none; } .too-close button { color: var(--ink); }
fieldset { margin: 0; padding: 0; border: 0; display: grid; gap: 6px; min-width: 0; } .choice { display: flex; gap: 8px; align-items: start; font-weight: 400; font-size: 14px; } .choice input { width: auto; min-height: 0; margin-block-start: 4px; accent-color: var(--accent); }
.trouble { margin: 0; color: var(--bad); } .kept { margin: 0; font-size: 13px; } .kept a, .hint a { color: var(--accent); }
@media (max-width: 480px) { .panel { inset: auto 8px 8px; width: auto; max-height: 60vh; } }
@media print { :host { display: none; } }
`;
