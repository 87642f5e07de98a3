// What a page needs to show a guide: the player with exact locating and rendering, and the sender.
export { openPlayer } from "../player.ts";
export { openSender } from "../send.ts";
