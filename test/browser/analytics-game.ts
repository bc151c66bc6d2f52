import type { Page } from "playwright-core";
import { expect } from "vitest";
import { makeWorld } from "../analytics-truth/world.ts";
import { AnalyticsUnderTest } from "../contract/analytics-read-world.ts";
import { signUp } from "./accounts.ts";
import type { Site } from "./site.ts";

const day_ms = 86_400_000;
const seen_ms_max = 6_000;
const believed_ms_max = 60_000;

/** Signs somebody up who then makes a game; ends on its overview. @returns the game's id */
export async function makeGame(site: Site, page: Page, name: string): Promise<string> {
  await signUp(page, site, "Ada");
  await page.goto(`${site.url}/analytics`);
  await page.getByText("No games yet").waitFor();
  await page.getByLabel("Name of the game").fill(name);
  await page.getByRole("button", { name: "Make the game" }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  return new URL(page.url()).pathname.split("/")[2] ?? "";
}

/** Lets a month of 300 players happen, up to yesterday. */
export async function fillGame(site: Site, gameId: string): Promise<void> {
  const firstDate = new Date(Date.now() - 31 * day_ms).toISOString().slice(0, 10);
  const world = makeWorld({ seed: 8, players: 300, firstDate });
  await AnalyticsUnderTest.over(site.db).takeInWorld({ gameId, env: "live" }, world);
}

/** A report of half a minute ago may still be believed, and then say of a filled game that it is new. */
export async function untilSeen(site: Site, page: Page, gameId: string): Promise<void> {
  const together = page.getByRole("heading", { level: 2, name: "Together", exact: true });
  const look = async () => {
    await page.goto(`${site.url}/analytics/${gameId}/overview`);
    const seen = together.waitFor({ timeout: seen_ms_max });
    return await seen.then(
      () => true,
      () => false,
    );
  };
  await expect.poll(look, { timeout: believed_ms_max, interval: 1_000 }).toBe(true);
}
