// The editor: saves by itself, keeps the steps, the preview and the problems in step, moves steps by mouse and keys.
// Without it the same form does the same work, one page at a time.
import { openEditor } from "./editor/editor.ts";

openEditor();
