// A hotspot: a quiet, pulsing dot at the corner of its target; its words open from the dot.
import type { Present } from "../../seams.ts";
import type { Kit } from "../kit.ts";
import { presentPoint } from "./point.ts";

export const present =
  (kit: Kit): Present =>
  (request) => {
    const { title, body } = request.step;
    const dot = kit.make("button", "dot");
    dot.type = "button";
    dot.ariaLabel = kit.plainText(title ?? body, request);
    dot.ariaExpanded = "false";
    return presentPoint({ kit, request: { ...request, position: null, step: { buttons: [], ...request.step } }, dot });
  };
