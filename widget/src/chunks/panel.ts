export { openPanel } from "../panel.ts";
