export { takePart } from "../task.ts";
