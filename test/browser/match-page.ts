import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { signUp } from "./accounts.ts";
import { guest, inCall, pair, ready, search } from "./match-people.ts";
import { eventually } from "./people.ts";
import { opsToken, type Site } from "./site.ts";
import type { Window } from "./window.ts";

/** What stands around a call: the way in, the wait, reports, blocks, and those who decide. */
export function matchPageSuite(site: () => Site): void {
  describe("around a call", () => {
    afterEach(() => site().closeWindows());

    test("nobody gets to a call without the rules and a profile", async () => {
      const { page } = await site().open("/match");
      await page.getByRole("button", { name: "Go on as a guest" }).click();
      const confirm = page.getByRole("button", { name: "Confirm and go on" });
      expect(await confirm.isDisabled()).toBe(true);
      await page.getByRole("checkbox", { name: "I am 18 or older" }).check();
      expect(await confirm.isDisabled()).toBe(true);
      await page.getByRole("checkbox", { name: "I keep these rules" }).check();
      await confirm.click();
      await page.getByRole("button", { name: "Save and go on" }).click();
      await page.getByText("Type a name of at most 40 characters.").waitFor();
      await page.getByText("Choose your age.").waitFor();
      await page.getByLabel("Name", { exact: true }).fill("Ada");
      await page.getByLabel("Age", { exact: true }).selectOption("55+");
      await page.getByRole("button", { name: "Save and go on" }).click();
      await page.getByRole("heading", { name: "Whom would you like to meet?" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "Whom would you like to meet?" }).waitFor();
    });

    test("a profile is changed, and its picture is made small before it is sent", async () => {
      const { page, expectError } = await guest(site(), "Ada");
      expectError(/closed before the connection is established/);
      await page.getByRole("link", { name: "Profile" }).click();
      const picture = await page.evaluate(async () => {
        const canvas = document.createElement("canvas");
        canvas.width = 1600;
        canvas.height = 900;
        const context = canvas.getContext("2d");
        context?.fillRect(0, 0, 800, 900);
        const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
        return Array.from(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)));
      });
      await page.getByLabel("Picture", { exact: true }).setInputFiles({
        name: "me.png",
        mimeType: "image/png",
        buffer: Buffer.from(picture),
      });
      const shown = page.locator('main img[src^="/v1/match/pictures/"]');
      await shown.waitFor();
      const width = () => shown.evaluate((image: HTMLImageElement) => image.naturalWidth);
      await expect.poll(width, eventually).toBe(512);
      await page.getByLabel("About you").fill("I like long games.");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Your profile is saved").waitFor();
    });

    test("somebody whose browser refuses the camera is told what to do, and does not get stuck", async () => {
      const { page } = await guest(site(), "Ada", { permissions: [] });
      await page.getByRole("button", { name: "Switch them on" }).click();
      await page.getByText("The browser does not let this page use them").waitFor();
      expect(await page.getByRole("button", { name: "Find somebody" }).isDisabled()).toBe(true);
      await page.context().grantPermissions(["camera", "microphone"]);
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByLabel("Camera", { exact: true }).waitFor();
    });

    test("what was asked for gives way while one waits, and the wait can be called off", async () => {
      const ada = await ready(site(), "Ada");
      const { page } = ada;
      await page.getByRole("switch", { name: "Shared interests" }).check();
      await search(ada);
      const wishes = page.getByRole("list", { name: "What you asked for" });
      await wishes.getByText(/^any in 0:0/).waitFor();
      await page.getByText(/Nobody else waits just now/).waitFor();
      await wishes.getByText("any now").waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "Looking for somebody" }).waitFor();
      await page.getByRole("button", { name: "Stop looking" }).click();
      await page.getByRole("heading", { name: "Whom would you like to meet?" }).waitFor();
    });

    test("a block ends the call and holds until it is taken back", async () => {
      const [ada, grace] = await pair(site());
      await ada.page.getByRole("button", { name: "Block", exact: true }).click();
      await ada.page.getByRole("button", { name: "Block and hang up" }).click();
      await ada.page.getByRole("heading", { name: "You blocked Grace." }).waitFor();
      await grace.page.getByRole("heading", { name: "Ada ended the call." }).waitFor();
      await ada.page.getByRole("link", { name: "Blocked" }).click();
      await ada.page.getByRole("button", { name: "Unblock Grace" }).click();
      await ada.page.getByText("You have blocked nobody").waitFor();
    });

    test("a report reaches those who decide, and a ban holds for whom it is of", async () => {
      const [ada, grace] = await pair(site(), ["Ada", "Mallory"]);
      await reportFor(ada, "Mallory", "Harassment");
      await grace.page.getByRole("heading", { name: "Ada ended the call." }).waitFor();
      const operator = await operatorAt(site(), "/match/moderation");
      await operator.page.getByRole("button", { name: "Decide the report of Mallory" }).click();
      const dialog = operator.page.getByRole("dialog");
      await dialog.getByLabel("Decision").selectOption({ label: "Ban for a week" });
      await dialog.getByLabel("Note").fill("Shouted at somebody");
      await dialog.getByRole("button", { name: "Decide" }).click();
      await operator.page.getByText("Nothing to decide").waitFor();
      grace.expectError(/Failed to load resource/);
      await grace.page.reload();
      await grace.page.getByText(/^You are banned until/).waitFor();
      await grace.page.getByText(/The reason given: /).waitFor();
      await operator.page.getByRole("tab", { name: "Bans" }).click();
      await operator.page.getByRole("button", { name: "Lift the ban of Mallory" }).click();
      await operator.page.getByText("Nobody is banned").waitFor();
      await grace.page.reload();
      await grace.page.getByRole("heading", { name: "Whom would you like to meet?" }).waitFor();
    });

    test("on a phone the whole of it works by touch", async () => {
      const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
      const ada = await ready(site(), "Ada", { ...phone, permissions: ["camera", "microphone"] });
      const grace = await ready(site(), "Grace");
      await search(grace);
      await ada.page.getByRole("button", { name: "Find somebody" }).tap();
      await inCall(ada, "Grace");
      await ada.page.getByRole("button", { name: "Camera off" }).tap();
      await ada.page.getByRole("button", { name: "Camera on" }).waitFor();
      await ada.page.getByRole("button", { name: "Hang up" }).tap();
      await grace.page.getByRole("heading", { name: "Ada hung up." }).waitFor();
    });
  });
}

async function reportFor({ page }: Window, name: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: "Report", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Report ${name}` });
  await dialog.getByLabel(reason).check();
  await dialog.getByLabel("What happened (if you like)").fill("It was not nice.");
  await dialog.getByRole("button", { name: "Report and block" }).click();
  await page.getByRole("heading", { name: `You reported ${name}.` }).waitFor();
}

/** An account that looks after the place, at that page. */
export async function operatorAt(site: Site, path: string): Promise<Window> {
  const window = await site.open("/");
  const { email } = await signUp(window.page, site, "Olga");
  await site.db.execute(sql`update "user" set email_verified = true where email = ${email}`);
  const added = await fetch(`${site.url}/v1/operators`, {
    method: "POST",
    headers: { Authorization: `Bearer ${opsToken}`, "Content-Type": "application/json" },
    body: JSON.stringify({ email }),
  });
  expect(added.ok).toBe(true);
  await window.page.goto(`${site.url}${path}`);
  return window;
}
