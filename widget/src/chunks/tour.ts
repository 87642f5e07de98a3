// What a page needs to show a guide: the scheduler, the player with exact locating and rendering, and the sender.
// What is used most comes first: it compresses best so.
import "../locate.ts";
import "../render/style.css";

export { openMain } from "../scheduler.ts";
export { openSender } from "../send.ts";
