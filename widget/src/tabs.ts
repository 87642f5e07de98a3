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

const ANSWER_MS = 60;

export function openTabs(runtime: Runtime, heard: (message: Message) => void): Tabs {
  const name = `handrail ${runtime.env}`;
  const held = new Map<string, (() => void) | null>();
  const { signal } = runtime.end;
  let channel: BroadcastChannel | null = null;
  let waiting: ((message: Message) => void) | null = null;

  const say = (type: Message["type"], guide: string) => channel?.postMessage({ type, guide });
  const open = () => {
    if (channel || !("BroadcastChannel" in window)) return;
    channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === "who" && held.has(data.guide)) say("mine", data.guide);
      else waiting?.(data);
      heard(data);
    };
  };
  const close = () => {
    channel?.close();
    channel = null;
    for (const release of held.values()) release?.();
  };

  const locked = (guide: string): Promise<boolean> =>
    new Promise((settle) => {
      const hold = (lock: Lock | null) =>
        new Promise<void>((release) => {
          if (lock) held.set(guide, release);
          settle(!!lock);
          if (!lock) release();
        });
      navigator.locks.request(`${name} ${guide}`, { ifAvailable: true }, hold).catch(() => settle(true));
    });
  const asked = (guide: string): Promise<boolean> =>
    new Promise((settle) => {
      waiting = ({ type, guide: theirs }) => {
        if (type === "mine" && theirs === guide) settle(false);
      };
      say("who", guide);
      setTimeout(() => settle(true), ANSWER_MS);
    });

  addEventListener("pagehide", close, { signal });
  addEventListener("pageshow", open, { signal });
  signal.addEventListener("abort", close);
  open();
  return {
    async claim(guide) {
      if (held.has(guide)) return true;
      const free = await (navigator.locks ? locked(guide) : asked(guide));
      if (free && !held.has(guide)) held.set(guide, null);
      return free;
    },
    take(guide) {
      say("taken", guide);
      held.set(guide, held.get(guide) ?? null);
    },
    leave(guide, ended) {
      held.get(guide)?.();
      held.delete(guide);
      if (ended) say("ended", guide);
    },
  };
}
