import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { signUp } from "./accounts.ts";
import { violationsOn } from "./axe.ts";
import { openCost } from "./cost.ts";
import { matchPages } from "./match-pages.ts";
import { openOperations } from "./ops.ts";
import { startRoom } from "./people.ts";
import { takePicture } from "./pictures.ts";
import type { Site } from "./site.ts";
import type { Window } from "./window.ts";

const schemes = ["light", "dark"] as const;
const phone = { width: 390, height: 844 } as const;
/** As a phone first: there a page has tabs to open, and on a desktop what they show stands beside it. */
const sizes = { phone, desktop: { width: 1280, height: 800 } } as const;

/** Every page there is: how to get there on a phone, and what shows that one is there. */
const pages: Readonly<Record<string, (site: Site, window: Window) => Promise<unknown>>> = {
  home: (site, { page }) => to(page, `${site.url}/`, "Five backends"),
  watch: (site, { page }) => to(page, `${site.url}/watch`, "Watch together"),
  docs: async (site, { page }) => {
    await to(page, `${site.url}/docs`, "API reference");
    await page.getByText("/v1/watch/rooms", { exact: true }).first().click();
    await page.getByText("room.maxParticipants").first().waitFor();
  },
  "not-found": (site, { page }) => to(page, `${site.url}/no/such/page`, "There is no page here"),
  "watch-room-missing": (site, window) => {
    window.expectError(/Failed to load resource/);
    return to(window.page, `${site.url}/watch/room-that-never-was`, "Room not found");
  },
  "watch-join": async (site, { page }) => {
    const host = await startRoom(site, "Ada");
    await to(page, host.page.url(), "Friday film");
    await page.getByRole("button", { name: "Join the room" }).waitFor();
  },
  "watch-room": async (site, { page }) => {
    const host = await startRoom(site, "Ada");
    await to(page, host.page.url(), "Friday film");
    await page.getByLabel("Your name").fill("Grace");
    await page.getByRole("button", { name: "Join the room" }).click();
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.getByLabel("Message", { exact: true }).fill("@Ada hello, see https://example.com");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "React to Grace’s message" }).waitFor();
    await page.getByText("@Ada", { exact: true }).waitFor();
  },
  "watch-people": async (site, { page }) => {
    await roomOfMine(site, page);
    await openTab(page, "People");
    await page.getByText(/The room's clock is known/).waitFor();
  },
  "watch-queue": async (site, { page }) => {
    await roomOfMine(site, page);
    await openTab(page, "Queue");
    for (const clip of [1, 2]) {
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByLabel("Clip", { exact: true }).selectOption({ index: clip });
      await page.getByRole("button", { name: "Add it" }).click();
    }
    await page.getByRole("button", { name: "Move Tides, 24 seconds as a stream up" }).waitFor();
  },
  "watch-settings": async (site, { page }) => {
    await roomOfMine(site, page);
    await page.getByRole("button", { name: "The room’s settings" }).click();
    await page.getByRole("switch", { name: "Locked" }).waitFor();
  },
  "watch-add": async (site, { page }) => {
    await roomOfMine(site, page);
    await openTab(page, "Queue");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("A link", { exact: true }).click();
    await page.getByLabel("Link to a video").fill("http://films.example/film.mp4");
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByText("Only links that begin with https").waitFor();
  },
  "watch-options": async (site, { page }) => {
    await to(page, `${site.url}/watch`, "Watch together");
    await page.getByText("Options", { exact: true }).click();
    await page.getByRole("switch", { name: "Public" }).waitFor();
  },
  "watch-recent": async (site, { page }) => {
    await to(page, `${site.url}/`, "Five backends");
    await page.getByLabel("Title of the room").fill("Friday film");
    await page.getByLabel("Your name").fill("Ada");
    await page.getByRole("button", { name: "Start a room" }).click();
    await page.getByText("Connected", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Watch", exact: true }).click();
    await page.getByRole("link", { name: "Open Friday film" }).waitFor();
  },
  "sign-in": (site, { page }) => to(page, `${site.url}/sign-in`, "Sign in"),
  "sign-up": (site, { page }) => to(page, `${site.url}/sign-up`, "Make an account"),
  "forgot-password": (site, { page }) =>
    to(page, `${site.url}/forgot-password`, "Forgot your password?"),
  account: async (site, { page }) => {
    await signUp(page, site, "Ada");
    await page.getByText("No keys yet").waitFor();
    await page.getByText("This one").waitFor();
  },
  ...matchPages,
  cost: async (site, { page }) => {
    const query = "?people=3000&modules=all&own.memory=1.2&own.cpu=0.2";
    await openCost(site, page, { query });
    for (const fold of await page.locator("main summary").all()) await fold.click();
    await page.getByLabel("Worker requests, $ a million").waitFor();
  },
  "cost-unmeasured": async (site, { page }) => {
    await openCost(site, page, { measured: null });
    await page.getByText("Nothing has been measured yet").waitFor();
  },
  "ops-token": (site, { page }) => to(page, `${site.url}/ops`, "Operations"),
  ops: (site, { page }) => openOperations(page, site),
  "status-dialog": async (site, { page }) => {
    await to(page, `${site.url}/`, "Five backends");
    await page.getByRole("button", { name: "Status: up" }).click();
    await page.getByRole("rowheader", { name: "Postgres" }).waitFor();
  },
};

/** A room of this window's own person, with all that a host can do. */
async function roomOfMine(site: Site, page: Page): Promise<void> {
  await to(page, `${site.url}/`, "Five backends");
  await page.getByLabel("Title of the room").fill("Friday film");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Start a room" }).click();
  await page.getByText("Connected", { exact: true }).waitFor();
}

/** On a phone what stands beside the picture has a tab; on a desktop it is there anyway. */
async function openTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("tab", { name });
  if (await tab.isVisible()) await tab.click();
}

async function to(page: Page, url: string, heading: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** Every page, in both schemes and both sizes: accessible, and nothing wider than the screen. */
export function pagesSuite(site: () => Site): void {
  describe.each(Object.keys(pages))("the page %s", (name) => {
    afterEach(() => site().closeWindows());

    test("passes axe in both schemes, on a phone and on a desktop", async () => {
      const window = await site().open("/health", { viewport: phone });
      await pages[name]?.(site(), window);
      const { page } = window;
      for (const [size, viewport] of Object.entries(sizes)) {
        await page.setViewportSize(viewport);
        for (const colorScheme of schemes) {
          await page.emulateMedia({ colorScheme });
          await takePicture(page, `${name}-${size}-${colorScheme}`);
          expect(await violationsOn(page), `${size}, ${colorScheme}`).toEqual([]);
          expect(await overflow_px(page), `${size}: wider than the screen`).toBe(0);
        }
      }
    });
  });
}

function overflow_px(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
