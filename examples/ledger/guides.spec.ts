// How a team tests its guides in its own Playwright suite, beside everything else.
import { expect, test } from "../handrail.playwright";

test.describe("the application itself", () => {
  test.use({ guides: "off" });

  test("a new invoice can be begun, and no guide is in the way", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("link", { name: "New invoice" }).click();
    await expect(page).toHaveURL(/\/invoices\/new/);
    await expect(page.locator("handrail-guide")).toHaveCount(0);
  });
});

test.describe("the guides", () => {
  test("the setting-up goes forth and back, and ends", async ({ page, handrail }) => {
    await handrail.set({ animate: false });
    await page.goto("/settings");
    await handrail.start("set-up-ledger");
    await expect(handrail.step("how-you-work")).toContainText("How do you work?");
    await handrail.next();
    await expect(handrail.step("company")).toBeVisible();
    await handrail.back();
    await expect(handrail.step("how-you-work")).toBeVisible();
    expect((await handrail.state()).open.map((one) => one.step)).toContain("how-you-work");
    await handrail.close();
    await expect(page.locator('handrail-guide[data-guide="set-up-ledger"]')).toHaveCount(0);
  });

  test("what is sent can be looked at, at a time that stands still", async ({ page, handrail }) => {
    await handrail.set({ events: "walk", clock: "2027-02-01T10:00:00Z" });
    await page.goto("/settings");
    await handrail.start("set-up-ledger");
    await expect(handrail.step("how-you-work")).toBeVisible();
    await handrail.close();
    await expect.poll(() => handrail.events("run_ended").length).toBe(1);
    expect(handrail.events("run_requested")[0]?.at).toBe(Date.parse("2027-02-01T10:00:00Z"));
  });

  test("a guide that does not exist is an error in the test", async ({ page, handrail }) => {
    await page.goto("/settings");
    await expect(handrail.start("no-such-guide")).rejects.toThrow("did not start");
  });
});
