import type { Locator, Page } from "playwright-core";
import { findChromium, launchChromium } from "../chromium.ts";
import type { AnalyticsStack } from "./stack.ts";

const loads = 11;

/** From the navigation to a frame that shows it, in milliseconds. */
export interface PageLoads {
  readonly overview_ms: readonly number[];
  /** The first screen of levels, and all five hundred. */
  readonly levels_ms: readonly number[];
  readonly levelsWhole_ms: readonly number[];
  /** The same by somebody whose browser has no file of the site yet. */
  readonly overviewCold_ms: readonly number[];
  readonly levelsCold_ms: readonly number[];
}

/**
 * Loads a game's page again and again, reports of ninety days as they are: as somebody does who has it
 * open each day, with code in the browser's cache, and with that cache emptied before each load. It is
 * one window all the time: a new one has Chromium load hundreds of scripts of its own beside the page.
 * The roll-ups must be there.
 * @returns undefined where there is no Chromium
 */
export async function pageLoads_ms(stack: AnalyticsStack): Promise<PageLoads | undefined> {
  if (!hasChromium()) return undefined;
  const browser = await launchChromium();
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.addCookies([...stack.cookies]);
    const page = await context.newPage();
    const address = (part: string) =>
      `${stack.stack.url}/analytics/${stack.gameId}/${part}?env=sandbox&days=90`;
    const charts = page.locator(".uplot canvas").nth(1);
    const rows = page.locator(".levels tbody tr");
    const overview = await loadsOf(page, address("overview"), [charts]);
    const levels = await loadsOf(page, address("levels"), [rows.nth(20), rows.nth(499)]);
    const browserOf = await context.newCDPSession(page);
    const forget = () => browserOf.send("Network.clearBrowserCache");
    const overviewCold = await loadsOf(page, address("overview"), [charts], forget);
    const levelsCold = await loadsOf(page, address("levels"), [rows.nth(20)], forget);
    const at = (all: readonly (readonly number[])[], place: number) =>
      all.map((load) => load[place] ?? Number.NaN);
    return {
      overview_ms: at(overview, 0),
      levels_ms: at(levels, 0),
      levelsWhole_ms: at(levels, 1),
      overviewCold_ms: at(overviewCold, 0),
      levelsCold_ms: at(levelsCold, 0),
    };
  } finally {
    await browser.close();
  }
}

/** When each of some things was seen, load by load. The first load brings the code, and is left out. */
async function loadsOf(
  page: Page,
  url: string,
  things: readonly Locator[],
  before: () => Promise<unknown> = async () => {},
): Promise<number[][]> {
  const took_ms: number[][] = [];
  for (let load = 0; load <= loads; load += 1) {
    await before();
    await page.goto(url, { waitUntil: "commit" });
    const seen_ms: number[] = [];
    for (const thing of things) {
      await thing.waitFor();
      seen_ms.push(await nextFrame_ms(page));
    }
    if (load > 0) took_ms.push(seen_ms);
  }
  return took_ms;
}

/** Two frames later what was drawn is on the screen; the clock begins with the navigation. */
async function nextFrame_ms(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
      ),
  );
}

function hasChromium(): boolean {
  try {
    findChromium();
    return true;
  } catch {
    return false;
  }
}
