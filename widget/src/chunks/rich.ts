export { css, drawRich, media } from "../render/rich.ts";
