// A hotspot: a quiet, pulsing dot at the corner of its target; its words open from the dot.
import type { Present } from "../../seams.ts";
import { make } from "../frame.ts";
import { plainText } from "../texts.ts";
import { presentPoint } from "./point.ts";

export const present: Present = (request) => {
  const { title, body } = request.step;
  const dot = make("button", "dot");
  dot.type = "button";
  dot.ariaLabel = plainText(title ?? body, request);
  dot.ariaExpanded = "false";
  return presentPoint({ request: { ...request, position: null, step: { buttons: [], ...request.step } }, dot });
};
