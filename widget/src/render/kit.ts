// What a kind on demand gets from the tour bundle, so that its own chunk holds only what is its own.
import { make, openFrame } from "./frame.ts";
import { activeElement } from "./path.ts";
import { drawPopover } from "./popover.ts";
import { stand } from "./stand.ts";
import { css } from "./style.css";
import { plainText } from "./texts.ts";

export const kit = { activeElement, css, drawPopover, make, openFrame, plainText, stand };
export type Kit = typeof kit;
