import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import type { Page } from "playwright-core";

/** A folder for a picture of every page; without it none is taken. */
const folder = process.env.OFFRAIL_SCREENSHOTS;

/** Keeps how a page looks, where somebody asked for that with `OFFRAIL_SCREENSHOTS=folder`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  // With colours at rest, however lately the scheme was changed.
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
