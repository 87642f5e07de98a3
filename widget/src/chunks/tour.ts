// What a page needs to show a guide: the scheduler, the player with exact locating and rendering, and the sender.
// The style and what is used most come first: it compresses best so.
import "../render/style.css";
import "../locate.ts";

export { openMain } from "../scheduler.ts";
export { openSender } from "../send.ts";
