import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { messagesIn } from "../../protocol/room.ts";
import { anchorSchema } from "../../protocol/watch/anchor.ts";
import { holdBackClip } from "./elsewhere.ts";
import { closeDialog, eventually, joinRoom, playing, seated, seekTo, startRoom } from "./people.ts";
import type { Site } from "./site.ts";
import { expectInStep } from "./step.ts";
import type { Window } from "./window.ts";

/** How long the gate may hold a start back, and what a busy machine may add until its alarm rings. */
const gate_ms_max = 5_000;
const alarmLate_ms_max = 2_000;
/** What two windows of a stream may be apart. */
const apart_ms_max = 150;

const anchorSaid = z.object({
  type: z.literal("anchor"),
  anchor: anchorSchema,
  server_ms: z.number(),
});
type AnchorSaid = z.infer<typeof anchorSaid>;

/** What players of different kinds do: slow ones, streams, and screens of people who want no motion. */
export function watchPlayerSuite(site: () => Site): void {
  describe("players of every kind", () => {
    afterEach(() => site().closeWindows());

    test("the ready gate names whom it waits for, starts without them in time, and they catch up", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await site().open("/health");
      const letGo = await holdBackClip(grace.page.context());
      await goIn(grace, ada, "Grace");
      const said = anchorsOf(ada);
      await ada.page.reload();
      await seated(ada);
      await ada.page.getByRole("button", { name: "The room’s settings" }).click();
      await ada.page.getByRole("switch", { name: "Wait for slow players" }).click();
      await expect
        .poll(
          () => ada.page.getByRole("switch", { name: "Wait for slow players" }).isChecked(),
          eventually,
        )
        .toBe(true);
      await closeDialog(ada);
      // A place that has not arrived at Grace's.
      await seekTo(ada, 40_000);
      await standsAt(ada, 40_000);
      await ada.page.keyboard.press("k");
      await ada.page.getByText("Waiting for Grace, 5 seconds at most").waitFor();
      await grace.page.getByText("Waiting for you, 5 seconds at most").waitFor();
      await playing(ada);
      await ada.page.getByText(/^Waiting for Grace/).waitFor({ state: "detached" });
      const closed = said.find(({ anchor }) => anchor.waitingFor !== undefined);
      const opened = said.find(({ anchor }) => anchor.playing);
      expect(closed?.anchor.waitingFor).toHaveLength(2);
      const waited_ms = (opened?.server_ms ?? Number.NaN) - (closed?.server_ms ?? 0);
      console.log(`the gate waited for ${waited_ms} ms`);
      expect(waited_ms).toBeLessThanOrEqual(gate_ms_max + alarmLate_ms_max);

      letGo();
      await playing(grace);
      await expectInStep("after the gate", [ada, grace]);
    });

    test("reactions rise over the video, and stay in their place for who wants no motion", async () => {
      const ada = await startRoom(site(), "Ada");
      const still = await joinRoom(site(), ada.page.url(), "Grace", { reducedMotion: "reduce" });
      for (const window of [ada, still]) await window.page.evaluate(noteReactions);
      await ada.page.getByRole("button", { name: "React over the video" }).click();
      await ada.page.getByRole("button", { name: "React with party" }).click();
      for (const [window, rises] of [
        [ada, true],
        [still, false],
      ] as const) {
        const flown = await window.page.waitForFunction(reactionFlight);
        const flight = await flown.jsonValue();
        if (flight === undefined) throw new Error("no reaction was seen");
        const { name, travelled_px } = flight;
        expect(name).toBe(rises ? "reaction-rise" : "reaction-stay");
        if (rises) expect(travelled_px).toBeGreaterThan(20);
        else expect(travelled_px).toBe(0);
        await window.page.locator(".floating-reaction").waitFor({ state: "detached" });
      }
    });

    test("a stream plays in step, by the browser itself and by the page's own player", async () => {
      const ada = await site().open("/watch");
      await ada.page.getByLabel("Title of the room").fill("Tides");
      await ada.page.getByLabel("Your name").fill("Ada");
      await ada.page.getByLabel("Clip", { exact: true }).selectOption({ label: tides });
      await ada.page.getByRole("button", { name: "Start a room" }).click();
      await seated(ada);
      const grace = await site().open("/health");
      await grace.page.addInitScript(knowNoStreams);
      await goIn(grace, ada, "Grace");
      console.log(`a stream: Ada by ${await pathOf(ada)}, Grace by ${await pathOf(grace)}`);
      expect(await pathOf(grace)).toBe("the page’s player");
      const own = await ada.page.evaluate(
        () => document.createElement("video").canPlayType("application/vnd.apple.mpegurl") !== "",
      );
      expect(await pathOf(ada)).toBe(own ? "the browser" : "the page’s player");

      await grace.page.getByRole("button", { name: "Play for everybody" }).click();
      await Promise.all([playing(ada), playing(grace)]);
      await expect.poll(() => apart_ms(ada, grace), eventually).toBeLessThanOrEqual(apart_ms_max);
      await seekTo(ada, 14_000);
      await expect.poll(() => position_ms(grace), eventually).toBeGreaterThan(14_000);
      await Promise.all([playing(ada), playing(grace)]);
      await expect.poll(() => apart_ms(ada, grace), eventually).toBeLessThanOrEqual(apart_ms_max);
    });
  });
}

const tides = "Tides, 24 seconds as a stream";

/** Follows a room's link in a window that is open already. */
async function goIn(window: Window, host: Window, name: string): Promise<void> {
  await window.page.goto(host.page.url());
  await window.page.getByLabel("Your name").fill(name);
  await window.page.getByRole("button", { name: "Join the room" }).click();
  await seated(window);
}

/** Every anchor that the room tells a page from its next socket on. */
function anchorsOf({ page }: Window): readonly AnchorSaid[] {
  const said: AnchorSaid[] = [];
  page.on("websocket", (socket) =>
    socket.on("framereceived", ({ payload }) => {
      if (!String(payload).startsWith("{")) return;
      for (const message of messagesIn(JSON.parse(String(payload)))) {
        const parsed = anchorSaid.safeParse(message);
        if (parsed.success) said.push(parsed.data);
      }
    }),
  );
  return said;
}

async function standsAt({ page }: Window, wanted_ms: number): Promise<void> {
  await page.waitForFunction((at_ms) => {
    const video = document.querySelector("video");
    return video?.currentTime === at_ms / 1000 && !video.seeking && video.readyState >= 3;
  }, wanted_ms);
}

interface Flight {
  readonly name: string;
  readonly travelled_px: number;
}

/** Watches the first reaction that appears, from its first frame on. */
function noteReactions(): void {
  const seen = globalThis as unknown as { flight: Flight | undefined };
  new MutationObserver((_changes, observer) => {
    const reaction = document.querySelector(".floating-reaction");
    if (reaction === null) return;
    observer.disconnect();
    const from_px = reaction.getBoundingClientRect().y;
    const name = getComputedStyle(reaction).animationName;
    let travelled_px = 0;
    const look = () => {
      if (!reaction.isConnected) seen.flight = { name, travelled_px };
      else {
        const way_px = Math.abs(reaction.getBoundingClientRect().y - from_px);
        travelled_px = Math.max(travelled_px, way_px);
        requestAnimationFrame(look);
      }
    };
    look();
  }).observe(document.body, { childList: true, subtree: true });
}

function reactionFlight(): Flight | undefined {
  return (globalThis as unknown as { flight: Flight | undefined }).flight;
}

/** Stands in for a browser that cannot play HLS by itself. */
function knowNoStreams(): void {
  const { canPlayType } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.canPlayType = function (type) {
    return /mpegurl/i.test(type) ? "" : canPlayType.call(this, type);
  };
}

/** The page's player feeds the video from memory, under a `blob:` address. */
async function pathOf({ page }: Window): Promise<string> {
  const address = await page.evaluate(() => document.querySelector("video")?.currentSrc ?? "");
  return address.startsWith("blob:") ? "the page’s player" : "the browser";
}

function position_ms({ page }: Window): Promise<number> {
  return page.evaluate(() => (document.querySelector("video")?.currentTime ?? 0) * 1000);
}

/** How far two playing windows are apart, each carried to the same moment of the machine's clock. */
async function apart_ms(one: Window, other: Window): Promise<number> {
  const starts = [one, other].map(({ page }) =>
    page.evaluate(
      () =>
        (document.querySelector("video")?.currentTime ?? Number.NaN) * 1000 -
        (performance.timeOrigin + performance.now()),
    ),
  );
  const [first = Number.NaN, second = Number.NaN] = await Promise.all(starts);
  return Math.abs(first - second);
}
