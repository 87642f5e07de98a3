// Firefox over WebDriver BiDi, told what to do by lines of JSON on standard input, one answer a line.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: process.argv[2],
  headless: true,
  protocolTimeout: 60_000,
});
const page = await browser.newPage();
await page.setViewport({ width: 1000, height: 640 });

const COMMANDS = {
  open: ({ url }) => page.goto(url, { waitUntil: "load" }),
  evaluate: ({ script }) => page.evaluate(script),
  click: ({ x, y }) => page.mouse.click(x, y),
  press: ({ key }) => page.keyboard.press(key),
};

console.log(JSON.stringify({ ready: await browser.version() }));
for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    const value = await COMMANDS[command](given);
    console.log(JSON.stringify({ value: command === "evaluate" ? (value ?? null) : null }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
await browser.close();
