// Handrail in a Playwright Test suite: copy this file beside your tests.
//
//   import { test, expect } from "./handrail.playwright";
//
//   test.use({ guides: "off" });                      // keeps tours out of the way: the one line a suite needs
//
//   test("the first invoice is guided", async ({ page, handrail }) => {
//     await handrail.set({ animate: false });
//     await page.goto("/");
//     await handrail.start("first-invoice");
//     await expect(handrail.step("start-here")).toBeVisible();
//     await handrail.next();
//   });
import { test as base, type Locator, type Page, type Request } from "@playwright/test";

export { expect } from "@playwright/test";

/** What `handrail.test()` takes; see docs/widget.md. */
export interface GuideOptions {
  off?: boolean;
  guide?: string;
  step?: string;
  persona?: { traits?: Record<string, unknown>; language?: string };
  clock?: number | string;
  animate?: boolean;
  events?: "none" | "walk";
}

export interface GuideEvent {
  type: string;
  at: number;
  guide?: string;
  step?: string;
  data?: Record<string, unknown>;
}

interface Widget {
  test(options: GuideOptions): Promise<void>;
  start(guide: string): Promise<boolean>;
  next(): void;
  back(): void;
  close(): void;
  state(): { ready: boolean; open: { guide: string; step: string }[] };
}

/** The page's own window, as functions that Playwright evaluates there see it. */
declare const window: { top: unknown; handrail: Widget };

/** The queue that takes calls until the widget has arrived. */
const stub = () => {
  const page: { handrail?: unknown } = window;
  if (page.handrail) return;
  const calls: [string, unknown[]][] = [];
  const names = "identify account track start stop reset destroy on consent next back close show test".split(" ");
  const queue = names.map((name) => [name, (...given: unknown[]) => void calls.push([name, given])] as const);
  page.handrail = { calls, state: () => ({ ready: false, open: [] }), explain: () => [], ...Object.fromEntries(queue) };
};

export class Handrail {
  private readonly sent: GuideEvent[] = [];
  private options: GuideOptions = {};

  constructor(private readonly page: Page) {
    page.on("request", (request) => this.hear(request));
  }

  /** Nothing is shown or recorded from now on. */
  off = (): Promise<void> => this.set({ off: true });

  /** Give options to this page and to those that follow. */
  async set(options: GuideOptions): Promise<void> {
    this.options = { ...this.options, ...options };
    const call = `(${stub})(); if (window === window.top) window.handrail.test(${JSON.stringify(this.options)});`;
    await this.page.addInitScript(call);
    if (this.page.url().startsWith("http")) await this.page.evaluate(call);
  }

  /** Start a guide, once the widget is ready; an error where there is no such guide. */
  async start(guide: string): Promise<void> {
    await this.page.waitForFunction(() => window.handrail?.state().ready);
    const started = await this.page.evaluate((key) => window.handrail.start(key), guide);
    if (!started) throw new Error(`The guide “${guide}” did not start.`);
  }

  /** The popover of a step, for `expect(…).toBeVisible()` and `toContainText()`. */
  step = (step: string): Locator => this.page.locator(`handrail-guide[data-step="${step}"]`).getByRole("dialog");

  state = (): Promise<ReturnType<Widget["state"]>> => this.page.evaluate(() => window.handrail.state());
  next = (): Promise<void> => this.page.evaluate(() => window.handrail.next());
  back = (): Promise<void> => this.page.evaluate(() => window.handrail.back());
  close = (): Promise<void> => this.page.evaluate(() => window.handrail.close());

  /** The events that the page has sent so far; ask for them with `set({ events: "walk" })`. */
  events = (type?: string): GuideEvent[] => this.sent.filter((event) => type === undefined || event.type === type);

  private hear(request: Request): void {
    if (request.method() !== "POST" || !/\/v1\/[^/]+\/events$/.test(request.url())) return;
    const batch = request.postDataJSON() as { events?: GuideEvent[] } | null;
    this.sent.push(...(batch?.events ?? []));
  }
}

interface Fixtures {
  handrail: Handrail;
}
interface Choices {
  guides: "on" | "off";
}

export const test = base.extend<Fixtures & Choices>({
  guides: ["on", { option: true }],
  handrail: [
    async ({ page, guides }, use) => {
      const handrail = new Handrail(page);
      if (guides === "off") await handrail.off();
      await use(handrail);
    },
    { auto: true },
  ],
});
