// The chunks on demand that a guide at work uses once they are here. Types only.
export interface Parts {
  advance?: typeof import("./chunks/advance.ts");
  deeds?: typeof import("./chunks/deeds.ts");
  rich?: typeof import("./chunks/rich.ts");
  sheet?: typeof import("./chunks/sheet.ts");
  starts?: typeof import("./chunks/starts.ts");
  theme?: typeof import("./chunks/theme.ts");
  wait?: typeof import("./chunks/wait.ts");
  [name: string]: unknown;
}
