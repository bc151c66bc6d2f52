import type { Page } from "playwright-core";
import { findChromium, launchChromium } from "../chromium.ts";
import type { AnalyticsStack } from "./stack.ts";

const loads = 11;

/** From the navigation to the first frame that shows all of it, in milliseconds. */
export interface PageLoads {
  readonly overview_ms: readonly number[];
  readonly levels_ms: readonly number[];
}

/**
 * Loads a game's page again and again, as somebody does who has it open each day: code in the
 * browser's cache, reports of ninety days as they are. The roll-ups must be there.
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
    const overview_ms = await loadsOf(page, address("overview"), async () => {
      await page.locator(".uplot canvas").nth(1).waitFor();
    });
    const levels_ms = await loadsOf(page, address("levels"), async () => {
      await page.getByText("stage 500", { exact: true }).waitFor();
    });
    return { overview_ms, levels_ms };
  } finally {
    await browser.close();
  }
}

/** The first load brings the code, and is not counted. */
async function loadsOf(page: Page, url: string, shown: () => Promise<void>): Promise<number[]> {
  const took_ms: number[] = [];
  for (let load = 0; load <= loads; load += 1) {
    await page.goto(url, { waitUntil: "commit" });
    await shown();
    // Two frames later what was drawn is on the screen; the clock begins with the navigation.
    const shown_ms = await page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
        ),
    );
    if (load > 0) took_ms.push(shown_ms);
  }
  return took_ms;
}

function hasChromium(): boolean {
  try {
    findChromium();
    return true;
  } catch {
    return false;
  }
}
