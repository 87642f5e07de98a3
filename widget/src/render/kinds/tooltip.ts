// A tooltip: a few words about its target, on hover, focus, tap or click.
import type { Present } from "../../seams.ts";
import type { Kit } from "../kit.ts";
import { presentPoint } from "./point.ts";

export const present =
  (kit: Kit): Present =>
  (request) =>
    presentPoint({ kit, request: { ...request, position: null, step: { buttons: [], ...request.step } }, dot: null });
