// Who plays a guide, where the browser has no locks (a page without https): whoever does answers the question.

// A tab in the background, on a busy machine, takes its time.
const ANSWER_MS = 250;

/** True where no other tab says that the guide is its own. */
export function ask(channel: BroadcastChannel | null, guide: string): Promise<boolean> {
  return new Promise((settle) => {
    const heard = ({ data }: MessageEvent) => {
      if (data.type === "mine" && data.guide === guide) settle(false);
    };
    channel?.addEventListener("message", heard);
    channel?.postMessage({ type: "who", guide });
    setTimeout(() => {
      channel?.removeEventListener("message", heard);
      settle(true);
    }, ANSWER_MS);
  });
}
