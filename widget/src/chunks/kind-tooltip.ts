export { present } from "../render/kinds/tooltip.ts";
