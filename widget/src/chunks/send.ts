// For a page that has something to send and nothing to show.
export { openSender } from "../send.ts";
