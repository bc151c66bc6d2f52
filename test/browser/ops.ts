import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { opsToken, type Site } from "./site.ts";

/** Opens the operations page with a token, whatever it may be. */
async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByLabel("Operator token").fill(token);
  await page.getByRole("button", { name: "Open" }).click();
}

/** The operations page, opened, with all that it loads. */
export async function openOperations(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.url}/ops`);
  await giveToken(page, opsToken);
  await page.getByText("Everything answers").waitFor();
  await page.getByRole("heading", { name: "The meter" }).waitFor();
}

/** What operators see, and nobody else. */
export function opsSuite(site: () => Site): void {
  describe("the operations page", () => {
    afterEach(() => site().closeWindows());

    test("opens for the token alone, and forgets it when told to", async () => {
      const { page, expectError } = await site().open("/ops");
      expectError(/401/);
      await giveToken(page, "not-the-right-token");
      await page.getByText("This token opens nothing here").waitFor();
      await page.getByRole("button", { name: "Enter another" }).click();
      await page.getByText("This token opens nothing here.").waitFor();
      await giveToken(page, opsToken);
      await page.getByText("Everything answers").waitFor();
      await page.reload();
      await page.getByText("Everything answers").waitFor();
      await page.getByRole("button", { name: "Leave" }).click();
      await page.getByLabel("Operator token").waitFor();
      await page.reload();
      await page.getByLabel("Operator token").waitFor();
    });

    test("shows the requests that were made, once they are counted", async () => {
      const { page } = await site().open("/watch");
      await openOperations(page, site());
      const meter = page.getByRole("region", { name: "The meter" });
      // Counts are written after ten seconds, and the page looks again every fifteen.
      await meter.getByText(/ops \d+/).waitFor({ timeout: 60_000 });
      await meter.getByLabel("Unit").selectOption({ label: "Object writes (class A)" });
      await meter.getByText("Object writes (class A): none yet").waitFor();
    });

    test("asks Postgres for dead jobs only when somebody wants to see them", async () => {
      const { page } = await site().open("/watch");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await openOperations(page, site());
      expect(asked).not.toContain("/v1/jobs");
      await page.getByRole("button", { name: "Show" }).click();
      await page.getByText("No dead jobs").waitFor();
      expect(asked).toContain("/v1/jobs");
    });
  });
}
