// Runs the example suite on a running Ledger: LEDGER_URL=http://localhost:8001 npx playwright test -c examples
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// Debian's package where Playwright's own browser is not installed.
const system = process.env.HANDRAIL_CHROMIUM ?? "/usr/bin/chromium";

// biome-ignore lint/style/noDefaultExport: Playwright reads its settings so.
export default defineConfig({
  testDir: "ledger",
  testMatch: "*.spec.ts",
  reporter: "line",
  outputDir: process.env.PLAYWRIGHT_OUTPUT ?? "test-results",
  use: {
    baseURL: process.env.LEDGER_URL ?? "http://localhost:8001",
    launchOptions: { args: ["--no-sandbox"], ...(existsSync(system) && { executablePath: system }) },
  },
});
