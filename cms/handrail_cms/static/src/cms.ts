// Every page: menus that close, the command palette, the shortcut sheet, copying. The pages work without any of it.
import { openCopying } from "./parts/copying.ts";
import { openFirstMinutes } from "./parts/first.ts";
import { openMenus } from "./parts/menus.ts";
import { openPalette } from "./parts/palette.ts";
import { askWhatIsSaid } from "./parts/said.ts";
import { watchSeen } from "./parts/seen.ts";

document.documentElement.classList.add("js");
openMenus();
openPalette();
openCopying();
watchSeen();
askWhatIsSaid();
openFirstMinutes();
