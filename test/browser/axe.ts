import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/**
 * What axe has against a page as it is now, a text for each element. Colours that are still on their
 * way from one scheme to the other are waited for.
 */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(settled);
  // As a debugger's script, because the page's own policy rightly refuses any other.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`),
  );
}

async function settled(): Promise<void> {
  // What a change of scheme sets going begins with the next frame.
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}
