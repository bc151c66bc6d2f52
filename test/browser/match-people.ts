import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { eventually } from "./people.ts";
import type { Site } from "./site.ts";
import type { Window } from "./window.ts";

/** What somebody who calls lets the page use. */
export const permissions = ["camera", "microphone"];

/** A guest who has confirmed the rules and has a profile: all it takes but the camera. */
export async function guest(
  site: Site,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const window = await site.open("/health", { permissions, ...options });
  await prepare(site, window, name);
  return window;
}

/**
 * The same for a window that is at a page of the site already. What the forms would send is sent
 * with the window's own cookies; that the forms do so has tests of its own.
 */
export async function prepare(site: Site, { page }: Window, name: string): Promise<void> {
  const api = async (method: string, path: string, data: object) => {
    const response = await page.request.fetch(`${site.url}/v1/${path}`, { method, data });
    if (!response.ok()) throw new Error(`${path} was answered ${response.status()}`);
  };
  await api("POST", "auth/guest", { name });
  await api("POST", "match/consent", { rulesVersion, adult: true, keepsRules: true });
  const profile = { name, ageRange: "25-34", languages: ["en"], interests: ["chess"] };
  await api("PUT", "match/profile", profile);
  await page.goto(`${site.url}/match`);
  await page.getByRole("heading", { name: "Whom would you like to meet?" }).waitFor();
}

/** The same, with the camera on, in the lobby. */
export async function ready(
  site: Site,
  name: string,
  options: BrowserContextOptions = {},
): Promise<Window> {
  const window = await guest(site, name, options);
  await switchOn(window);
  return window;
}

/** Camera and microphone on, and in the lobby. */
export async function switchOn({ page }: Window): Promise<void> {
  await page.getByRole("button", { name: "Switch them on" }).click();
  await page.getByLabel("Camera", { exact: true }).waitFor();
  await page.getByText("Connected", { exact: true }).waitFor();
}

export async function search({ page }: Window): Promise<void> {
  await page.getByRole("button", { name: "Find somebody" }).click();
}

/** Two people who have found each other, and see each other. */
export async function pair(
  site: Site,
  names: readonly [string, string] = ["Ada", "Grace"],
): Promise<[Window, Window]> {
  const ada = await ready(site, names[0]);
  const grace = await ready(site, names[1]);
  await search(ada);
  await ada.page.getByRole("heading", { name: "Looking for somebody" }).waitFor();
  await search(grace);
  await inCall(ada, names[1]);
  await inCall(grace, names[0]);
  return [ada, grace];
}

/** In a call with somebody whose picture moves. */
export async function inCall({ page }: Window, partner: string): Promise<void> {
  const stage = page.getByRole("region", { name: `Call with ${partner}` });
  await stage.getByText("Connected", { exact: true }).waitFor();
  const from = await framesOf(page, partner);
  await expect.poll(() => framesOf(page, partner), eventually).toBeGreaterThan(from + 10);
}

/** How many frames of the partner's picture this window has shown since the call began here. */
export function framesOf(page: Page, partner: string): Promise<number> {
  return page.evaluate((label) => {
    const video = document.querySelector<HTMLVideoElement>(`video[aria-label="${label}"]`);
    return video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  }, `Picture of ${partner}`);
}
