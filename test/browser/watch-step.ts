import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { messagesIn } from "../../protocol/room.ts";
import { type Anchor, anchorSchema, positionAt_ms } from "../../protocol/watch/anchor.ts";
import { joinRoom, playing, seated, seekTo, startRoom, stopped } from "./people.ts";
import type { Site } from "./site.ts";
import type { Window } from "./window.ts";

/** What the four windows may be off the room in 95 of 100 samples. */
const drift_p95_ms_max = 80;
const sampleEvery_ms = 100;
/** After each command, and after a reload, a player finds its place; from then on it counts. */
const settling_ms = 2_500;
/** The four watch for so long, in seconds, between one act and the next. */
const watch_s = {
  afterPlay: 16,
  afterPause: 3,
  goingOn: 10,
  afterSeek: 12,
  afterReload: 8,
  back: 12,
};

/** One look at a video: where it stood, and when by the machine's clock. */
interface Sample {
  readonly at_ms: number;
  readonly position_ms: number;
  readonly moving: boolean;
}

/** An anchor, and when the room said it by its own clock, which here is the machine's. */
interface Said {
  readonly anchor: Anchor;
  readonly server_ms: number;
}

const saidSchema = z.object({
  type: z.enum(["welcome", "anchor"]),
  anchor: anchorSchema,
  server_ms: z.number(),
});

/** Four windows on one video, held against the room's own word for more than a minute. */
export function watchStepSuite(site: () => Site): void {
  describe("a minute together", () => {
    afterEach(() => site().closeWindows());

    test("four windows, one on a slow line, keep within 80 ms of the room", async () => {
      const said: Said[] = [];
      const ada = await startRoom(site(), "Ada");
      const link = ada.page.url();
      const grace = await joinRoom(site(), link, "Grace");
      const linus = await joinRoom(site(), link, "Linus");
      const slow = await joinRoom(site(), link, "Sam");
      await slowDown(slow.page);
      const windows = [ada, grace, linus, slow];
      for (const { page } of windows) await record(page);
      listen(ada.page, said);
      // Its next welcome tells where the room stands; from then on every anchor is heard.
      await ada.page.reload();
      await seated(ada);

      await press(ada, "Play for everybody");
      await watch(ada, watch_s.afterPlay);
      await press(slow, "Pause for everybody");
      await Promise.all(windows.map(stopped));
      await watch(ada, watch_s.afterPause);
      await press(grace, "Play for everybody");
      await watch(ada, watch_s.goingOn);
      await seekTo(linus, 24_000);
      await watch(ada, watch_s.afterSeek);
      const before = await samplesOf(grace.page);
      await grace.page.reload();
      await seated(grace);
      const reloadedAt_ms = Date.now();
      await watch(ada, watch_s.afterReload);
      await seekTo(slow, 2_000);
      await watch(ada, watch_s.back);
      await Promise.all(windows.map(playing));

      const off_ms: number[] = [];
      for (const [name, window] of Object.entries({ ada, grace, linus, slow })) {
        const from_ms = window === grace ? reloadedAt_ms + settling_ms : 0;
        const later = (await samplesOf(window.page)).filter(({ at_ms }) => at_ms > from_ms);
        const samples = window === grace ? [...before, ...later] : later;
        const own_ms = driftsOf(samples, said);
        console.log(`${name}: ${own_ms.length} samples, drift ${textOf(own_ms)}`);
        expect(own_ms.length, `${name} was seen playing`).toBeGreaterThan(200);
        off_ms.push(...own_ms);
      }
      console.log(`four windows: ${off_ms.length} samples, drift ${textOf(off_ms)}`);
      expect(percentile(off_ms, 0.95), "drift_p95_ms").toBeLessThanOrEqual(drift_p95_ms_max);
    }, 240_000);
  });
}

/** A line of 150 ms and 4 Mbit/s, as a phone has it. */
async function slowDown(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 150,
    downloadThroughput: 500_000,
    uploadThroughput: 125_000,
  });
}

/** Writes down where the video stands, ten times a second, in the page itself, reloads included. */
async function record(page: Page): Promise<void> {
  await page.addInitScript(keepSamples, sampleEvery_ms);
  await page.evaluate(keepSamples, sampleEvery_ms);
}

function keepSamples(every_ms: number): void {
  const samples: Sample[] = [];
  Object.assign(globalThis, { stepSamples: samples });
  setInterval(() => {
    const video = document.querySelector("video");
    if (video === null) return;
    samples.push({
      at_ms: performance.timeOrigin + performance.now(),
      position_ms: video.currentTime * 1000,
      moving: !video.paused && !video.seeking && video.readyState >= 3,
    });
  }, every_ms);
}

function samplesOf(page: Page): Promise<readonly Sample[]> {
  return page.evaluate(() => (globalThis as unknown as { stepSamples: Sample[] }).stepSamples);
}

/** Hears every anchor that the room tells a page from its next socket on. */
function listen(page: Page, said: Said[]): void {
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (!String(payload).startsWith("{")) return;
      for (const message of messagesIn(JSON.parse(String(payload)))) {
        const parsed = saidSchema.safeParse(message);
        if (parsed.success) said.push(parsed.data);
      }
    }),
  );
}

async function press({ page }: Window, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Lets time pass in a page; what is watched is the video, so nothing else can be waited for. */
async function watch({ page }: Window, for_s: number): Promise<void> {
  const until_ms = Date.now() + for_s * 1000;
  await page.waitForFunction((end_ms) => Date.now() >= end_ms, until_ms, {
    timeout: for_s * 1000 + 20_000,
    polling: 200,
  });
}

/** How far each look at a moving video was from where the room then had it; nothing while it settles. */
function driftsOf(samples: readonly Sample[], said: readonly Said[]): number[] {
  return samples.flatMap(({ at_ms, position_ms, moving }) => {
    const standing = said.findLast(({ server_ms }) => server_ms <= at_ms);
    // Whatever was said a moment later may already be on its way to somebody.
    if (standing === undefined || !moving) return [];
    const { anchor } = standing;
    if (!anchor.playing || at_ms < anchor.anchorServer_ms + settling_ms) return [];
    return [Math.abs(position_ms - positionAt_ms(anchor, at_ms))];
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function textOf(values: readonly number[]): string {
  const at = (share: number) => Math.round(percentile(values, share));
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`;
}
