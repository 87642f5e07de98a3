export { present } from "../render/kinds/checklist.ts";
