// Agreement between tabs. Who plays a guide holds its lock; what happened is said on a channel. Where the browser has
// no locks (a page without https), whoever plays answers the question "who has it?" instead. Both are given up when
// the page is hidden for good, so that the back/forward cache can keep it.
import type { Runtime } from "./runtime.ts";

export interface Message {
  type: "who" | "mine" | "ended" | "taken";
  guide: string;
}

export interface Tabs {
  /** True where no other tab plays the guide; from then on it is ours until `leave`. */
  claim(guide: string): Promise<boolean>;
  /** Take it whoever has it: an explicit start. */
  take(guide: string): void;
  leave(guide: string, ended: boolean): void;
}

interface AskChunk {
  ask(channel: BroadcastChannel | null, guide: string): Promise<boolean>;
}

export function openTabs(runtime: Runtime, heard: (message: Message) => void): Tabs {
  const name = `handrail ${runtime.env}`;
  const held = new Map<string, (() => void) | undefined>();
  const { signal } = runtime.listening;
  let channel: BroadcastChannel | null = null;

  const say = (type: Message["type"], guide: string) => channel?.postMessage({ type, guide });
  const open = () => {
    if (channel || signal.aborted) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === "who" && held.has(data.guide)) say("mine", data.guide);
      heard(data);
    };
  };
  const close = () => {
    channel?.close();
    channel = null;
    for (const release of held.values()) release?.();
    held.clear();
  };
  const locked = (guide: string): Promise<boolean> =>
    new Promise((settle) => {
      const hold = (lock: Lock | null) => {
        settle(!!lock);
        return lock && new Promise<void>((release) => held.set(guide, release));
      };
      navigator.locks.request(`${name} ${guide}`, { ifAvailable: true }, hold).catch(() => settle(true));
    });
  const asked = async (guide: string) => (await runtime.loadChunk<AskChunk>("ask")).ask(channel, guide);

  addEventListener("pagehide", close, { signal });
  addEventListener("pageshow", open, { signal });
  signal.addEventListener("abort", close);
  open();
  return {
    async claim(guide) {
      const free = held.has(guide) || (await (navigator.locks ? locked(guide) : asked(guide)));
      if (free) held.set(guide, held.get(guide));
      return free;
    },
    take(guide) {
      say("taken", guide);
      held.set(guide, held.get(guide));
    },
    leave(guide, ended) {
      held.get(guide)?.();
      held.delete(guide);
      if (ended) say("ended", guide);
    },
  };
}
