import type { Locator, Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { standInForFilms } from "./elsewhere.ts";
import {
  closeDialog,
  eventually,
  joinRoom,
  peopleIn,
  playing,
  say,
  seated,
  startRoom,
  stopped,
} from "./people.ts";
import type { Site } from "./site.ts";
import { sight } from "./timecode.ts";
import type { Window } from "./window.ts";
import { type StandInState, standInForYoutube } from "./youtube.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A message in the chat, by a part of its words. */
export function messageOf({ page }: Window, words: string): Locator {
  return page.getByRole("log", { name: "Messages" }).getByText(words);
}

/** What the chat shows, one text a message. */
export function chatOf({ page }: Window): Promise<string[]> {
  const items = page.getByRole("log", { name: "Messages" }).getByRole("listitem");
  return items.evaluateAll((all) =>
    all.map((item) => item.querySelector("p:last-of-type, p")?.textContent ?? ""),
  );
}

/** Adds one of the clips to the queue. */
async function addClip({ page }: Window, title: string): Promise<void> {
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByLabel("Clip", { exact: true }).selectOption({ label: title });
  await page.getByRole("button", { name: "Add it" }).click();
}

function upNext({ page }: Window): Promise<string[]> {
  const items = page.getByRole("list", { name: "Up next" }).getByRole("listitem");
  return items.evaluateAll((all) => all.map((item) => item.querySelector("p")?.textContent ?? ""));
}

const orbit = "Orbit, 30 seconds with subtitles";
const tides = "Tides, 24 seconds as a stream";
const timecode = "Timecode, 60 seconds";

/** The page of a room beyond the picture: what people say, and what comes next. */
export function watchPageSuite(site: () => Site): void {
  describe("the room's page", () => {
    afterEach(() => site().closeWindows());

    test("people talk: replies, mentions, reactions, safe links, and second thoughts", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await say(ada, "see https://example.com/a?b=1 and <b>javascript:alert(1)</b>");
      const link = grace.page.getByRole("link", { name: "https://example.com/a?b=1" });
      await link.waitFor();
      expect(await link.getAttribute("rel")).toMatch(/noopener.*nofollow/);
      await messageOf(grace, "<b>javascript:alert(1)</b>").waitFor();

      await grace.page.getByLabel("Message", { exact: true }).pressSequentially("hello @ad");
      await grace.page.getByRole("option", { name: "@Ada" }).waitFor();
      await grace.page.keyboard.press("Enter");
      await grace.page.keyboard.type("how are you");
      await ada.page.getByText("Grace is writing").waitFor();
      await grace.page.keyboard.press("Enter");
      await messageOf(ada, "hello @Ada how are you").waitFor();

      await messageOf(ada, "hello @Ada how are you").hover();
      await ada.page.getByRole("button", { name: "Reply to Grace" }).click();
      await say(ada, "very well");
      await grace.page.getByRole("button", { name: /In reply to Grace/ }).waitFor();

      await messageOf(grace, "very well").hover();
      await grace.page.getByRole("button", { name: "React to Ada’s message" }).last().click();
      await grace.page.getByRole("button", { name: "React with party" }).click();
      const party = (who: Window, pressed: boolean) =>
        who.page.getByRole("button", { name: "party, 1", pressed }).waitFor();
      await Promise.all([party(ada, false), party(grace, true)]);
      await grace.page.reload();
      await seated(grace);
      await party(grace, true);

      await messageOf(ada, "very well").hover();
      await ada.page.getByRole("button", { name: "Delete Ada’s message" }).last().click();
      await ada.page.getByRole("button", { name: "Undo" }).click();
      await messageOf(ada, "very well").hover();
      await ada.page.getByRole("button", { name: "Delete Ada’s message" }).last().click();
      await messageOf(grace, "Ada’s message was deleted").waitFor();
      expect((await chatOf(grace)).join()).not.toContain("very well");

      await grace.page.reload();
      await seated(grace);
      await messageOf(grace, "hello @Ada how are you").waitFor();
    });

    test("a queue is filled, put in order by keys and by hand, voted on, and goes on by itself", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await addClip(ada, orbit);
      await addClip(grace, tides);
      await addClip(grace, timecode);
      await expect.poll(() => upNext(ada), eventually).toEqual([orbit, tides, timecode]);
      await ada.page.getByRole("button", { name: `Move ${tides} up` }).click();
      await expect.poll(() => upNext(grace), eventually).toEqual([tides, orbit, timecode]);
      const rows = grace.page.getByRole("list", { name: "Up next" }).getByRole("listitem");
      await rows.nth(2).dragTo(rows.nth(0));
      await expect.poll(() => upNext(ada), eventually).toEqual([timecode, tides, orbit]);
      await grace.page.getByRole("button", { name: `Vote for ${orbit}, 0 so far` }).click();
      await expect.poll(() => upNext(ada), eventually).toEqual([orbit, timecode, tides]);

      await ada.page.getByRole("button", { name: `Take ${timecode} out` }).click();
      await ada.page.getByRole("button", { name: "Undo" }).click();
      await ada.page.getByRole("button", { name: `Take ${timecode} out` }).click();
      await expect.poll(() => upNext(grace), eventually).toEqual([orbit, tides]);

      await ada.page.getByRole("slider", { name: "Position in the video" }).fill("58500");
      await ada.page.keyboard.press("k");
      await Promise.all(
        [ada, grace].map(({ page }) => page.locator(`video[aria-label="${orbit}"]`).waitFor()),
      );
      await expect.poll(() => upNext(grace), eventually).toEqual([tides]);
      await ada.page.getByText("Shown before").click();
      await ada.page.getByRole("button", { name: `Add ${timecode} again` }).waitFor();

      await grace.page.getByRole("button", { name: /^Vote to skip/ }).click();
      await Promise.all(
        [ada, grace].map(({ page }) => page.locator(`video[aria-label="${tides}"]`).waitFor()),
      );
      await grace.page.waitForFunction(
        () => (document.querySelector("video")?.readyState ?? 0) >= 2,
      );
      await ada.page
        .getByRole("button", { name: "Play for everybody" })
        .or(ada.page.getByRole("button", { name: "Pause for everybody" }))
        .waitFor();
    });

    test("a YouTube video plays in step through its own player, and no script of YouTube's runs here", async () => {
      const ada = await site().open("/watch");
      const asked = await standInForYoutube(ada.page.context());
      await chooseLink(ada, "https://youtu.be/dQw4w9WgXcQ?t=4");
      await ada.page.getByText(/A film about dQw4w9WgXcQ, 1:00: it can be played/).waitFor();
      await start(ada);
      const grace = await site().open("/watch");
      await standInForYoutube(grace.page.context());
      await grace.page.goto(ada.page.url());
      await grace.page.getByLabel("Your name").fill("Grace");
      await grace.page.getByRole("button", { name: "Join the room" }).click();
      await connected(grace);
      await ada.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([inStep(ada), inStep(grace)]);
      await expect.poll(() => apart_ms([ada, grace]), { timeout: 20_000 }).toBeLessThan(400);
      await ada.page.getByRole("slider", { name: "Position in the video" }).fill("30000");
      await expect
        .poll(async () => (await standIn(grace)).position_ms, { timeout: 20_000 })
        .toBeGreaterThan(29_000);
      await grace.page.getByRole("button", { name: "Pause for everybody" }).click();
      await expect.poll(async () => (await standIn(ada)).playing, eventually).toBe(false);
      expect(asked.filter((address) => !address.includes("/embed/dQw4w9WgXcQ?"))).toEqual([]);
      const scripts = await ada.page.evaluate(() => Array.from(document.scripts, ({ src }) => src));
      expect(scripts.filter((src) => !src.startsWith(site().url))).toEqual([]);
    });

    test.each([
      ["https://www.youtube.com/watch?v=missing0000", /YouTube has no such video/],
      ["https://www.youtube.com/watch?v=closedvideo", /does not let other sites show it/],
      ["https://films.example/none.mp4", /It did not load/],
      ["https://films.example/broken.mp4", /does not know its format|did not load/],
      ["https://films.example/film.avi", /Use a link to an \.mp4/],
      ["http://films.example/film.mp4", /begin with https/],
    ])("the link %s is looked at before it is taken", async (link, words) => {
      const ada = await site().open("/watch");
      ada.expectError(/Failed to load resource|403|404/);
      await standInForYoutube(ada.page.context());
      await standInForFilms(ada.page.context());
      await chooseLink(ada, link);
      await ada.page.getByRole("button", { name: "Start a room" }).click();
      await ada.page.getByText(words).waitFor();
      expect(new URL(ada.page.url()).pathname).toBe("/watch");
    });

    test("a file somewhere else plays with its subtitles, for whoever wants them", async () => {
      const ada = await site().open("/watch");
      await standInForFilms(ada.page.context());
      await chooseLink(ada, "https://films.example/film.mp4");
      await ada.page.getByText(/film, 1:00: it can be played/).waitFor();
      await ada.page.getByRole("button", { name: "Add subtitles" }).click();
      await ada.page.getByLabel("Subtitles (.vtt)").fill("https://films.example/film.vtt");
      await ada.page.getByLabel("Language").fill("en");
      await start(ada);
      await seated(ada);
      expect(await subtitlesOf(ada.page)).toBeNull();
      await ada.page.keyboard.press("s");
      await expect.poll(() => subtitlesOf(ada.page), eventually).toBe("Somebody speaks");
      await ada.page.reload();
      await seated(ada);
      await expect.poll(() => subtitlesOf(ada.page), eventually).toBe("Somebody speaks");
      await ada.page.keyboard.press("k");
      await playing(ada);
      expect(await ada.page.evaluate(() => document.querySelector("video")?.paused)).toBe(false);
    });

    test("the speed is everybody's, the volume one's own", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await ada.page.getByRole("button", { name: "Speed and subtitles" }).click();
      await ada.page.getByLabel("Speed, for everybody").selectOption("1.5");
      await closeDialog(ada);
      await grace.page.getByRole("button", { name: "Speed and subtitles: 1.5 times" }).waitFor();
      await expect.poll(async () => (await sight(grace.page)).rate, eventually).toBe(1.5);
      await grace.page.keyboard.press("-");
      const volume = ({ page }: Window) =>
        page.evaluate(() => Math.round((document.querySelector("video")?.volume ?? 0) * 10));
      await expect.poll(() => volume(grace), eventually).toBe(9);
      expect(await volume(ada)).toBe(10);
      await grace.page.reload();
      await seated(grace);
      await expect.poll(() => volume(grace), eventually).toBe(9);
    });

    test("on a phone the picture, the chat, the queue and the people each have their place", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace", phone);
      await say(grace, "from my phone");
      await messageOf(ada, "from my phone").waitFor();
      await say(ada, "well seen");
      await messageOf(grace, "well seen").waitFor();
      await grace.page.getByRole("button", { name: "React to Ada’s message" }).tap();
      await grace.page.getByRole("button", { name: "Reply" }).tap();
      await say(grace, "and answered");
      await ada.page.getByRole("button", { name: /In reply to Ada/ }).waitFor();
      await grace.page.getByRole("tab", { name: "Queue" }).tap();
      await addClip(grace, orbit);
      await addClip(grace, tides);
      await grace.page.getByRole("button", { name: `Move ${tides} up` }).tap();
      await expect.poll(() => upNext(ada), eventually).toEqual([tides, orbit]);
      await grace.page.getByRole("tab", { name: "People 2" }).tap();
      expect(await peopleIn(grace)).toEqual(["Ada host", "Grace you"]);
      await grace.page.getByRole("button", { name: "React over the video" }).tap();
      await grace.page.getByRole("button", { name: "React with applause" }).tap();
      await ada.page.locator(".floating-reaction").first().waitFor();
      await grace.page.getByRole("button", { name: "Play for everybody" }).tap();
      await playing(ada);
      await grace.page.getByRole("button", { name: "Pause for everybody" }).tap();
      await stopped(ada);
    });

    test.each(["desktop", "phone"])("nothing jumps while a room loads, on a %s", async (size) => {
      const ada = await startRoom(site(), "Ada");
      const window = await site().open("/health", size === "phone" ? phone : {});
      await window.page.addInitScript(sumShifts);
      for (const path of ["/watch", new URL(ada.page.url()).pathname]) {
        await window.page.goto(new URL(path, site().url).href);
        await window.page.getByRole("heading", { level: 1 }).waitFor();
        if (path !== "/watch") {
          await window.page.getByLabel("Your name").fill("Grace");
          await window.page.getByRole("button", { name: "Join the room" }).click();
          await seated(window);
          await window.page.reload();
          await seated(window);
        }
        await window.page.waitForLoadState("networkidle");
        expect(await shifts(window.page), `${path} moved`).toBeLessThan(0.05);
      }
    });
  });
}

async function chooseLink({ page }: Window, link: string): Promise<void> {
  await page.getByLabel("Title of the room").fill("Friday film");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByText("A link", { exact: true }).click();
  await page.getByLabel("Link to a video").fill(link);
}

async function start(window: Window): Promise<void> {
  await window.page.getByRole("button", { name: "Start a room" }).click();
  await connected(window);
}

function connected({ page }: Window): Promise<void> {
  return page.getByText("Connected", { exact: true }).waitFor();
}

function inStep({ page }: Window): Promise<void> {
  return page.getByText(/^(In step|Catching up)$/).waitFor();
}

/** What the stand-in in a window says of itself. */
async function standIn({ page }: Window): Promise<StandInState> {
  const frame = page.frames().find((one) => one.url().includes("youtube-nocookie"));
  if (frame === undefined) throw new Error("there is no embedded player");
  return frame.evaluate<StandInState>("standIn()");
}

async function apart_ms(windows: readonly Window[]): Promise<number> {
  const seen = await Promise.all(windows.map(standIn));
  const positions = seen.map(({ position_ms }) => position_ms);
  return Math.max(...positions) - Math.min(...positions);
}

/** The words of the subtitle on the screen; null without one. */
function subtitlesOf(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const tracks = Array.from(document.querySelector("video")?.textTracks ?? []);
    const cue = tracks.find(({ mode }) => mode === "showing")?.activeCues?.[0];
    return cue instanceof VTTCue ? cue.text : null;
  });
}

/** Sums the page's layout shifts, as the browser itself scores them. */
function sumShifts(): void {
  const scored = window as unknown as { shifted: number };
  scored.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) scored.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

function shifts(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { shifted: number }).shifted);
}
