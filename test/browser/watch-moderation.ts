import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import {
  closeDialog,
  eventually,
  joinRoom,
  peopleIn,
  playing,
  say,
  seated,
  seekTo,
  startRoom,
  stopped,
} from "./people.ts";
import type { Site } from "./site.ts";
import { chatOf, messageOf } from "./watch-page.ts";
import type { Window } from "./window.ts";

const refusedLoad = /Failed to load resource/;

async function manage({ page }: Window, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Manage ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: act }).click();
}

function openSettings({ page }: Window): Promise<void> {
  return page.getByRole("button", { name: "The room’s settings" }).click();
}

async function permit(window: Window, what: string, role: string): Promise<void> {
  await openSettings(window);
  await window.page.getByLabel(what).selectOption({ label: role });
  await closeDialog(window);
}

/** Who may do what in a room, and how somebody is kept out of it. */
export function watchModerationSuite(site: () => Site): void {
  describe("keeping a room in order", () => {
    afterEach(() => site().closeWindows());

    test("a viewer may not control what the host keeps, until made co-host", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await permit(ada, "Play, pause, seek and set the speed", "Co-hosts");
      const play = grace.page.getByRole("button", { name: "Play for everybody" });
      await expect.poll(() => play.isDisabled(), eventually).toBe(true);
      await grace.page.keyboard.press("k");
      await grace.page.getByText("Only those whom the host lets").waitFor();
      await manage(ada, "Grace", "Make co-host");
      await expect.poll(() => play.isDisabled(), eventually).toBe(false);
      await play.click();
      await playing(ada);
      await grace.page.getByRole("button", { name: "Pause for everybody" }).click();
      await stopped(ada);
      await manage(ada, "Grace", "Make viewer");
      await expect.poll(() => play.isDisabled(), eventually).toBe(true);
      await seekTo(ada, 9_000);
      await grace.page.getByText("0:09").waitFor();
    });

    test("the chat and the queue can be the host's alone", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await say(grace, "while I may");
      await messageOf(ada, "while I may").waitFor();
      await permit(ada, "Write in the chat", "Only the host");
      await permit(ada, "Add to the queue", "Co-hosts");
      await grace.page.getByText("only the host may write").waitFor();
      await expect
        .poll(
          () => grace.page.getByRole("button", { name: "Add", exact: true }).count(),
          eventually,
        )
        .toBe(0);
      await messageOf(ada, "while I may").hover();
      await ada.page.getByRole("button", { name: "Delete Grace’s message" }).click();
      await messageOf(grace, "Grace’s message was deleted").waitFor();
      expect((await chatOf(grace)).join()).not.toContain("while I may");
    });

    test("a host hands the room over, and the new one has its settings", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await manage(ada, "Grace", "Hand over");
      await ada.page.getByText("Grace becomes the host and you a co-host").waitFor();
      await ada.page.getByRole("dialog").getByRole("button", { name: "Hand over" }).click();
      await expect
        .poll(() => peopleIn(grace), eventually)
        .toEqual(["Grace host, you", "Ada co-host"]);
      await openSettings(grace);
      await grace.page.getByRole("button", { name: "End the room" }).waitFor();
    });

    test("whoever is kicked may come back, whoever is banned may not until the ban is lifted", async () => {
      const ada = await startRoom(site(), "Ada");
      const eve = await joinRoom(site(), ada.page.url(), "Eve");
      eve.expectError(refusedLoad);
      await manage(ada, "Eve", "Kick");
      await eve.page.getByText("You were put out of this room. You may come back.").waitFor();
      await expect.poll(() => peopleIn(ada), eventually).toEqual(["Ada host, you"]);
      await eve.page.getByRole("button", { name: "Come back" }).click();
      await seated(eve);
      await manage(ada, "Eve", "Ban");
      await ada.page.getByRole("dialog").getByRole("button", { name: "Ban" }).click();
      await eve.page.getByText("You were banned from this room.").waitFor();
      await eve.page.getByRole("button", { name: "Try again" }).click();
      await eve.page.getByText("You were banned from this room.").waitFor();
      await eve.page.reload();
      await eve.page.getByText("You were banned from this room.").waitFor();
      await openSettings(ada);
      await ada.page.getByRole("button", { name: "Lift the ban of Eve" }).click();
      await eve.page.getByRole("button", { name: "Try again" }).click();
      await seated(eve);
    });

    test("a locked room lets nobody new in, and who is inside may reload", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      await openSettings(ada);
      await ada.page.getByRole("switch", { name: "Locked" }).check();
      await closeDialog(ada);
      await ada.page.getByText("The room is locked").waitFor();
      await grace.page.reload();
      await seated(grace);
      const eve = await site().open(new URL(ada.page.url()).pathname);
      eve.expectError(refusedLoad);
      await eve.page.getByLabel("Your name").fill("Eve");
      await eve.page.getByRole("button", { name: "Join the room" }).click();
      await eve.page.getByText("This room is locked.").waitFor();
    });

    test("a password keeps strangers out, and an invite link lets friends past it", async () => {
      const ada = await startRoom(site(), "Ada");
      await openSettings(ada);
      await ada.page.getByLabel("Password", { exact: true }).fill("open sesame");
      await ada.page.getByRole("button", { name: "Save" }).click();
      await ada.page.getByText("Saved.").waitFor();
      await ada.page.getByRole("button", { name: "Make a link" }).click();
      const made = ada.page.getByLabel(/^Good until/);
      await made.waitFor();
      const invite = await made.inputValue();
      await closeDialog(ada);

      const eve = await site().open(new URL(ada.page.url()).pathname);
      eve.expectError(refusedLoad);
      await eve.page.getByLabel("Your name").fill("Eve");
      const password = eve.page.getByLabel("Password of the room");
      await askedFor(eve.page);
      await password.fill("let me in");
      await eve.page.getByRole("button", { name: "Join the room" }).click();
      await eve.page.getByText("That is not the password.").waitFor();
      await password.fill("open sesame");
      await eve.page.getByRole("button", { name: "Join the room" }).click();
      await seated(eve);

      const address = new URL(invite);
      const grace = await joinRoom(site(), ada.page.url(), "Grace", {}, address.hash);
      expect(new URL(grace.page.url()).hash).toBe("");
      await expect.poll(async () => (await peopleIn(ada)).length, eventually).toBe(3);
    });

    test("a host ends the room for everybody", async () => {
      const ada = await startRoom(site(), "Ada");
      const grace = await joinRoom(site(), ada.page.url(), "Grace");
      for (const window of [ada, grace]) window.expectError(refusedLoad);
      await openSettings(ada);
      await ada.page.getByRole("button", { name: "End the room" }).click();
      await ada.page.getByRole("button", { name: "End it for everybody" }).click();
      for (const { page } of [ada, grace])
        await page.getByRole("heading", { name: /^(Room not found|This room is over)$/ }).waitFor();
      const late = await site().open(new URL(grace.page.url()).pathname);
      late.expectError(refusedLoad);
      await late.page
        .getByRole("heading", { name: /^(Room not found|This room is over)$/ })
        .waitFor();
    });

    test("a public room stands in the list, with who is in it, and is gone once it is not public", async () => {
      const ada = await startRoom(site(), "Ada");
      await openSettings(ada);
      const title = `Open evening ${Math.floor(performance.now())}`;
      await ada.page.getByLabel("Title of the room").fill(title);
      await ada.page.getByRole("button", { name: "Save" }).click();
      await ada.page.getByText("Saved.").waitFor();
      await ada.page.getByRole("switch", { name: "Public" }).click();
      await closeDialog(ada);
      const guest = await site().open("/watch");
      const entry = guest.page.getByRole("link", { name: new RegExp(title) });
      await expect
        .poll(
          async () => {
            await guest.page.getByRole("button", { name: "Look again" }).click();
            return (await entry.count()) === 0 ? "" : await entry.first().textContent();
          },
          { timeout: 25_000, interval: 1_000 },
        )
        .toContain("1 of 10");
      await entry.click();
      await guest.page.getByRole("button", { name: "Join the room" }).waitFor();
      await openSettings(ada);
      await ada.page.getByRole("switch", { name: "Public" }).click();
      await expect
        .poll(() => ada.page.getByRole("switch", { name: "Public" }).isChecked(), eventually)
        .toBe(false);
      await guest.page.goto(new URL("/watch", site().url).href);
      await expect
        .poll(
          async () => {
            await guest.page.getByRole("button", { name: "Look again" }).click();
            return entry.count();
          },
          { timeout: 25_000, interval: 1_000 },
        )
        .toBe(0);
    });
  });
}

/** The room may be shown from a copy that is some seconds old: then the first try says what is needed. */
async function askedFor(page: Page): Promise<void> {
  const password = page.getByLabel("Password of the room");
  if (await password.isVisible()) return;
  await page.getByRole("button", { name: "Join the room" }).click();
  await password.waitFor();
}
