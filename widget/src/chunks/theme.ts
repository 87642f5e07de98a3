export { applyTheme } from "../render/theme.ts";
