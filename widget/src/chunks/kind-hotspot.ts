export { present } from "../render/kinds/hotspot.ts";
