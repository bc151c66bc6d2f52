import { afterEach, describe, expect, test } from "vitest";
import {
  comeBack,
  joinRoom,
  peopleIn,
  playing,
  seated,
  seekTo,
  startRoom,
  stopped,
} from "./people.ts";
import type { Site } from "./site.ts";
import { expectInStep } from "./step.ts";
import { sight, spreadOf } from "./timecode.ts";
import type { Window } from "./window.ts";

/** Two people and more watch one video, in real windows, through the pages alone. */
export function watchSuite(site: () => Site): void {
  describe("watching together", () => {
    afterEach(() => site().closeWindows());

    test("two windows, and later a third, are in step after play, seek and a late join", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await ada.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      await expectInStep("after play", [ada, grace]);

      await seekTo(grace, 30_000);
      await expect.poll(async () => (await sight(ada.page)).current_ms).toBeGreaterThan(29_000);
      await Promise.all([playing(ada), playing(grace)]);
      await expectInStep("after seek", [ada, grace]);

      const linus = await joinRoom(site(), ada.page.url(), "Linus");
      await playing(linus);
      await expectInStep("after a late join", [ada, grace, linus]);
    });

    test("a pause stops everybody on the same frame, and play goes on from there", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await ada.page.keyboard.press("k");
      await Promise.all([playing(ada), playing(grace)]);
      await grace.page.getByRole("button", { name: "Pause for everybody" }).click();
      await Promise.all([stopped(ada), stopped(grace)]);
      // A seek is over a little before its frame is on the screen.
      await expect
        .poll(() => spreadOf([ada.page, grace.page]))
        .toEqual({ burned_ms: 0, current_ms: 0 });
      const stood = await sight(ada.page);

      await ada.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      await expectInStep("after going on", [ada, grace]);
      expect((await sight(ada.page)).burned_ms).toBeGreaterThanOrEqual(stood.burned_ms);
    });

    test("a reload is the same person, at the place where the room is", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await seekTo(ada, 20_000);
      await expect.poll(async () => (await sight(grace.page)).current_ms).toBe(20_000);
      await ada.page.reload();
      await seated(ada);
      await stopped(ada);
      await expect.poll(async () => (await sight(ada.page)).burned_ms).toBe(20_000);
      expect(await peopleIn(ada)).toEqual(["Ada host, you", "Grace"]);

      await grace.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      await grace.page.reload();
      await seated(grace);
      await playing(grace);
      await expectInStep("after a reload while it plays", [ada, grace]);
    });

    test("a browser that forbids sound before a tap still shows the picture in step", async () => {
      const ada = await startRoom(site(), "Ada");
      await ada.page.keyboard.press("k");
      await playing(ada);
      const again = await comeBack(site(), ada);
      await playing(again);
      await expectInStep("before the tap for sound", [ada, again]);
      expect(await isMuted(again)).toBe(true);
      await again.page.getByRole("button", { name: "Tap for sound" }).click();
      await expect.poll(() => isMuted(again)).toBe(false);
      await playing(again);
      await expectInStep("after the tap for sound", [ada, again]);
    });

    test("a browser that forbids all playback asks for a tap, and then joins in step", async () => {
      const ada = await startRoom(site(), "Ada");
      await ada.page.keyboard.press("k");
      await playing(ada);
      const again = await comeBack(site(), ada, forbidPlayback);
      await again.page.getByRole("button", { name: "Tap to join playback" }).click();
      await playing(again);
      await expectInStep("after the tap", [ada, again]);
    });

    test("while it plays in step nobody sends anything", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      const sent: string[] = [];
      grace.page.on("websocket", (socket) =>
        socket.on("framesent", ({ payload }) => sent.push(String(payload))),
      );
      await grace.page.reload();
      await seated(grace);
      await ada.page.getByRole("button", { name: "Play for everybody" }).click();
      await playing(grace);
      const clock_probes_max = 16;
      await expect.poll(() => sent.length).toBeGreaterThan(0);
      const from_ms = (await sight(grace.page)).current_ms;
      await expect
        .poll(async () => (await sight(grace.page)).current_ms, { timeout: 20_000 })
        .toBeGreaterThan(from_ms + 6_000);
      // At the join the clock is asked for, and how slow the line is told once.
      const others = sent.filter((frame) => !frame.includes('"clock"'));
      expect(others.filter((frame) => !frame.includes('"hello"'))).toEqual([]);
      expect(others.length).toBeLessThanOrEqual(1);
      expect(sent.length - others.length).toBeLessThanOrEqual(clock_probes_max);
    });

    test("a lost connection is shown, tried again, and comes back in step", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await ada.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      grace.expectError(/ERR_INTERNET_DISCONNECTED|Failed to load resource/);
      await grace.page.context().setOffline(true);
      await grace.page.getByText("Reconnecting", { exact: true }).waitFor();
      await grace.page.getByText(/Connection lost\. Trying again in \d+ s\./).waitFor();
      // The place is kept, and nobody is troubled with a short loss.
      expect((await peopleIn(ada)).length).toBe(2);
      await seekTo(ada, 5_000);
      await grace.page.context().setOffline(false);
      await seated(grace);
      await playing(grace);
      await expectInStep("after a lost connection", [ada, grace]);
      expect(await peopleIn(ada)).toEqual(["Ada host, you", "Grace"]);
    });

    test("the keyboard does what the buttons do", async () => {
      const ada = await startRoom(site(), "Ada");
      const { page } = ada;
      await page.keyboard.press("ArrowRight");
      await expect.poll(async () => (await sight(page)).current_ms).toBe(5_000);
      await page.keyboard.press("ArrowLeft");
      await expect.poll(async () => (await sight(page)).current_ms).toBe(0);
      await page.keyboard.press("m");
      await page.getByRole("button", { name: "Sound on" }).waitFor();
      await page.keyboard.press("f");
      await page.getByRole("button", { name: "Leave full screen" }).waitFor();
      await page.keyboard.press("f");
      await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
      await page.getByRole("heading", { level: 1 }).click();
      await page.keyboard.press(" ");
      await playing(ada);
      await page.keyboard.press(" ");
      await stopped(ada);
    });

    test("at its end the video stops for everybody and can be played again", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await seekTo(ada, 58_500);
      await ada.page.keyboard.press("k");
      await grace.page.getByRole("button", { name: "Play again for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      await expectInStep("after playing again", [ada, grace]);
      expect((await sight(ada.page)).current_ms).toBeLessThan(30_000);
    });
  });
}

function isMuted({ page }: Window): Promise<boolean | undefined> {
  return page.evaluate(() => document.querySelector("video")?.muted);
}

/** Stands in for a browser whose autoplay policy refuses even silent video until somebody taps. */
function forbidPlayback(): void {
  const { play } = HTMLMediaElement.prototype;
  let tapped = false;
  document.addEventListener("pointerdown", () => (tapped = true), { capture: true });
  HTMLMediaElement.prototype.play = function () {
    if (tapped) return play.call(this);
    return Promise.reject(new DOMException("play() needs a tap", "NotAllowedError"));
  };
}
