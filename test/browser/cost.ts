import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { type Summary, summaryOf } from "../../cost/summary.ts";
import { easyMeasurement } from "../../cost/testing/easy.ts";
import type { Site } from "./site.ts";
import { wait_ms_max } from "./window.ts";

const easy = summaryOf(easyMeasurement);
const poll = <Value>(read: () => Value) => expect.poll(read, { timeout: wait_ms_max });

/** Opens the page as if this had been measured, whatever the site was built with. */
export async function openCost(
  site: Site,
  page: Page,
  { query = "", measured = easy }: { query?: string; measured?: Summary | null } = {},
): Promise<void> {
  await page.route("**/measured.json", (route) => route.fulfill({ json: measured }));
  await page.goto(`${site.url}/cost${query}`);
  await page.getByRole("heading", { level: 1, name: "What it costs" }).waitFor();
  // The bills come after the heading, and all that can be opened with them.
  if (measured !== null) await verdict(page).waitFor();
}

const verdict = (page: Page) => page.getByRole("heading", { name: /cheaper by|cost the same/ });
const edgeBill = (page: Page) => page.getByRole("region", { name: "Offrail at the edge" });

/** The page on which people decide where to host. */
export function costSuite(site: () => Site): void {
  describe("the page of costs", () => {
    afterEach(() => site().closeWindows());

    test("a slider moved by keyboard changes the verdict, and the address keeps it", async () => {
      const { page } = await site().open("/health");
      await openCost(site(), page, { query: "?people=10" });
      const before = await verdict(page).textContent();
      const slider = page.getByRole("slider", { name: /People at once/ });
      await slider.focus();
      await page.keyboard.press("End");
      expect(await slider.getAttribute("aria-valuetext")).toBe("1,000,000 people");
      await poll(() => verdict(page).textContent()).not.toBe(before);
      await poll(() => page.url()).toContain("people=1000000");
      const after = await verdict(page).textContent();
      await page.reload();
      await verdict(page).waitFor();
      expect(await verdict(page).textContent()).toBe(after);
      await page.getByText(/Extrapolated: measured with up to/).waitFor();
    });

    test("a container that is cheaper is said to be so", async () => {
      const { page } = await site().open("/health");
      const own = "own.memory=0.1&own.cpu=0.01&own.egress=0&own.volume=0";
      await openCost(site(), page, { query: `?people=100000&${own}` });
      await page.getByRole("heading", { name: /^The container is cheaper by \$/ }).waitFor();
      await page.getByRole("region", { name: "Your Railway bill" }).waitFor();
      await page.getByRole("switch", { name: "Compare with what I use now" }).uncheck();
      await page.getByRole("heading", { name: /^The edge is cheaper by \$/ }).waitFor();
    });

    test("another price changes the bill, and a reset brings the old one back", async () => {
      const { page } = await site().open("/health");
      await openCost(site(), page, { query: "?people=50000" });
      const requests = edgeBill(page).getByRole("row", { name: /^Worker requests/ });
      const before = await requests.textContent();
      await page.getByText("Prices", { exact: true }).click();
      await page.getByLabel("Worker requests, $ a million").fill("3");
      await poll(() => requests.textContent()).not.toBe(before);
      await poll(() => page.url()).toContain("price.cloudflare.workerRequests=3");
      await page.getByLabel("Worker requests, $ a million").fill("three");
      await poll(() =>
        page.getByLabel("Worker requests, $ a million").getAttribute("aria-invalid"),
      ).toBe("true");
      await page.getByRole("button", { name: "Reset 1" }).click();
      await poll(() => requests.textContent()).toBe(before);
      await poll(() => page.url()).not.toContain("price.");
    });

    test("the bill can be taken along, as a link and as a table", async () => {
      const { page } = await site().open("/health");
      await openCost(site(), page, { query: "?people=20&modules=all" });
      await page.getByRole("radio", { name: "Office hours" }).check({ force: true });
      await page.getByRole("button", { name: "Copy link" }).click();
      await page.getByText(/^Link copied/).waitFor();
      const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
      expect(Object.fromEntries(link.searchParams)).toEqual({
        modules: "all",
        day: "office",
        people: "20",
      });
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download CSV" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("offrail-bill-all-office-20.csv");
      expect(await readFile(await download.path(), "utf8")).toMatch(/^edge,,Total,/m);
    });

    test("where nothing was measured it says so and how to, and shows the prices still", async () => {
      const { page } = await site().open("/health");
      await openCost(site(), page, { measured: null });
      await page.getByText("Nothing has been measured yet").waitFor();
      await page.getByText("npm run -s bench -- all").waitFor();
      await page.getByRole("link", { name: "Railway pricing plans" }).waitFor();
      expect(await verdict(page).count()).toBe(0);
    });

    test("the site carries what was measured when it was built, or says that nothing was", async () => {
      const { page } = await site().open("/cost");
      await page
        .getByText(/cheaper by|cost the same|Nothing has been measured yet/)
        .first()
        .waitFor();
    });

    test("a measurement that does not load can be asked for again", async () => {
      const window = await site().open("/health");
      const { page } = window;
      window.expectError(/Failed to load resource|net::ERR/);
      await page.route("**/measured.json", (route) => route.abort());
      await page.goto(`${site().url}/cost`);
      await page.getByText("What was measured could not be loaded").waitFor();
      await page.unrouteAll();
      await openCostAgain(page);
      await verdict(page).waitFor();
    });
  });
}

async function openCostAgain(page: Page): Promise<void> {
  await page.route("**/measured.json", (route) => route.fulfill({ json: easy }));
  await page.getByRole("button", { name: "Try again" }).click();
}
