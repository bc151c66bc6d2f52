import { afterEach, describe, expect, test } from "vitest";
import { joinRoom, startRoom } from "./people.ts";
import type { Site } from "./site.ts";

/** Chromium's own line about an answer that is not a success. */
const refusedLoad = /Failed to load resource/;

/** What people see when something is wrong: what it is, and what to do. */
export function troubleSuite(site: () => Site): void {
  describe("when something is wrong", () => {
    afterEach(() => site().closeWindows());

    test.each(["/watch/room-that-never-was", "/watch/a b"])(
      "%s leads to a new room",
      async (path) => {
        const window = await site().open(path);
        window.expectError(refusedLoad);
        await window.page.getByRole("heading", { name: "Room not found" }).waitFor();
        await window.page.getByRole("link", { name: "Start a new room" }).click();
        await window.page.getByRole("heading", { name: "Watch together" }).waitFor();
      },
    );

    test("an address that does not exist leads on", async () => {
      const { page } = await site().open("/no/such/page");
      await page.getByRole("heading", { name: "There is no page here" }).waitFor();
      await page.getByRole("link", { name: "Watch together" }).click();
      await page.getByRole("heading", { name: "Watch together" }).waitFor();
    });

    test("a form says at its fields what is missing", async () => {
      const { page } = await site().open("/watch");
      await page.getByRole("button", { name: "Start a room" }).click();
      await page.getByText("Give the room a title.").waitFor();
      await page.getByText("Say who you are.").waitFor();
      expect(await page.getByLabel("Your name").getAttribute("aria-invalid")).toBe("true");
    });

    test("a server that cannot be reached is told apart from a room that is not there", async () => {
      const ada = await startRoom(site(), "Ada");
      const window = await site().open("/watch");
      window.expectError(refusedLoad);
      await window.page.route("**/v1/watch/**", (route) => route.abort());
      await window.page.goto(ada.page.url());
      await window.page.getByRole("heading", { name: "The room did not answer" }).waitFor();
      await window.page.unroute("**/v1/watch/**");
      await window.page.getByRole("button", { name: "Try again" }).click();
      await window.page.getByRole("button", { name: "Join the room" }).waitFor();
    });

    test.each([
      [4503, /This room is full/, "Try again"],
      [4409, /You opened this room somewhere else/, "Use it here"],
    ])(
      "a room that closes with %i is left alone until a person tries again",
      async (code, words, action) => {
        const ada = await startRoom(site(), "Ada");
        const grace = await site().open("/watch");
        let opened = 0;
        await grace.page.routeWebSocket(/\/parties\//, (socket) => {
          opened++;
          if (opened > 1) socket.connectToServer();
          else void socket.close({ code });
        });
        await grace.page.goto(ada.page.url());
        await grace.page.getByLabel("Your name").fill("Grace");
        await grace.page.getByRole("button", { name: "Join the room" }).click();
        await grace.page.getByText(words).waitFor();
        expect(opened).toBe(1);
        await grace.page.getByRole("button", { name: action }).click();
        await grace.page.getByText("Connected", { exact: true }).waitFor();
      },
    );

    test("a video that does not load says so, and loads again on request", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      grace.expectError(refusedLoad);
      await grace.page.route("**/media/**", (route) => route.abort());
      await grace.page.reload();
      await grace.page.getByText("This video cannot be played").waitFor();
      await grace.page.unroute("**/media/**");
      await grace.page.getByRole("button", { name: "Load the video again" }).click();
      await grace.page.waitForFunction(() => document.querySelector("video")?.readyState === 4);
      await grace.page.getByText("This video cannot be played").waitFor({ state: "detached" });
    });

    test("a room's own storage gone bad is no reason not to come in", async () => {
      const ada = await startRoom(site(), "Ada");
      await ada.page.evaluate(() => localStorage.setItem("offrail:watch:rooms", '[{"id":1}]'));
      await ada.page.reload();
      await ada.page.getByRole("button", { name: "Join the room" }).click();
      await ada.page.getByText("Connected", { exact: true }).waitFor();
    });
  });
}
