// A tooltip: a few words about its target, on hover, focus, tap or click.
import type { Present } from "../../seams.ts";
import { presentPoint } from "./point.ts";

export const present: Present = (request) =>
  presentPoint({ request: { ...request, position: null, step: { buttons: [], ...request.step } }, dot: null });
