// What a page needs to show a guide: the scheduler, the player with exact locating and rendering, and the sender.
export { openMain } from "../scheduler.ts";
export { openSender } from "../send.ts";
