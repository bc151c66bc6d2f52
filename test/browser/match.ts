import { afterEach, describe, expect, test } from "vitest";
import { framesOf, inCall, pair, ready, search } from "./match-people.ts";
import { eventually } from "./people.ts";
import type { Site } from "./site.ts";

/** Two people call each other, in real windows with made-up cameras, through the pages alone. */
export function matchSuite(site: () => Site): void {
  describe("a call between two windows", () => {
    afterEach(() => site().closeWindows());

    test("shows each the other's moving picture, carries text, and ends for both", async () => {
      const [ada, grace] = await pair(site());
      await ada.page.getByText("About Grace").waitFor();
      await ada.page.getByText("Likes chess", { exact: true }).waitFor();
      await ada.page.getByLabel("Message", { exact: true }).fill("hello over there");
      await ada.page.keyboard.press("Enter");
      await grace.page.getByText("hello over there").waitFor();
      await ada.page.getByRole("button", { name: "Mute", exact: true }).click();
      await ada.page.getByRole("button", { name: "Unmute" }).waitFor();
      await ada.page.getByRole("button", { name: "Hang up" }).click();
      await ada.page.getByRole("heading", { name: "You hung up." }).waitFor();
      await grace.page.getByRole("heading", { name: "Ada hung up." }).waitFor();
      await grace.page.getByRole("button", { name: "4 of 5" }).click();
      await grace.page.getByText("Thank you, it is kept.").waitFor();
      await grace.page.getByRole("link", { name: "History" }).click();
      const calls = grace.page.getByRole("list", { name: "Calls" }).getByRole("listitem");
      await expect.poll(() => calls.count(), eventually).toBe(1);
      await calls.getByText(/Hung up/).waitFor();
      const four = calls.getByRole("button", { name: "4 of 5" });
      await expect.poll(() => four.getAttribute("aria-pressed"), eventually).toBe("true");
    });

    test("goes on without a gap in the picture when a socket is lost", async () => {
      const [ada, grace] = await pair(site());
      const stage = ada.page.getByRole("region", { name: "Call with Grace" });
      ada.expectError(/ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket/);
      await ada.page.context().setOffline(true);
      await stage.getByText("Reconnecting", { exact: true }).waitFor();
      const during = await framesOf(ada.page, "Grace");
      await expect.poll(() => framesOf(ada.page, "Grace"), eventually).toBeGreaterThan(during + 5);
      // Neither does text need the room once the browsers have found each other.
      await grace.page.getByLabel("Message", { exact: true }).fill("do you hear me?");
      await grace.page.keyboard.press("Enter");
      await ada.page.getByText("do you hear me?").waitFor();
      await ada.page.context().setOffline(false);
      await stage.getByText("Connected", { exact: true }).waitFor();
      await grace.page.getByLabel("Message", { exact: true }).fill("still here");
      await grace.page.keyboard.press("Enter");
      await ada.page.getByText("still here").waitFor();
      // The count goes on from where it stood: the peer connection is the same.
      expect(await framesOf(ada.page, "Grace")).toBeGreaterThan(during);
      await inCall(grace, "Ada");
    });

    test("comes back after a reload, with what was said", async () => {
      const [ada, grace] = await pair(site());
      await ada.page.getByLabel("Message", { exact: true }).fill("before the reload");
      await ada.page.keyboard.press("Enter");
      await grace.page.getByText("before the reload").waitFor();
      await ada.page.reload();
      await inCall(ada, "Grace");
      await inCall(grace, "Ada");
      await ada.page.getByText("before the reload").waitFor();
    });

    test("leads on to somebody else with `next`, and not to the same person again", async () => {
      const [ada, grace] = await pair(site());
      await ada.page.keyboard.press("n");
      await ada.page.getByRole("heading", { name: "Looking for somebody" }).waitFor();
      await grace.page.getByRole("heading", { name: "Ada went on to somebody else." }).waitFor();
      await grace.page.getByRole("button", { name: "Next person" }).click();
      await grace.page.getByText(/^1 other person waits/).waitFor();
      const linus = await ready(site(), "Linus");
      await search(linus);
      // Who has waited longest is met first; the two who have just talked are not brought together.
      await inCall(ada, "Linus");
      await inCall(linus, "Ada");
      await grace.page.getByRole("heading", { name: "Looking for somebody" }).waitFor();
    });
  });
}
