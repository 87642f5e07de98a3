export { covers, css, drawSheet } from "../render/sheet.ts";
