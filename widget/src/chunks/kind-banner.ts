export { present } from "../render/kinds/banner.ts";
