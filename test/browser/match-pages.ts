import { operatorAt } from "./match-page.ts";
import { inCall, permissions, prepare, ready, search, switchOn } from "./match-people.ts";
import type { Site } from "./site.ts";
import type { Window } from "./window.ts";

/** Every state of the match page that looks different: how to get there. */
export const matchPages: Readonly<
  Record<string, (site: Site, window: Window) => Promise<unknown>>
> = {
  "match-welcome": async (site, { page }) => {
    await page.goto(`${site.url}/match`);
    await page.getByRole("button", { name: "Go on as a guest" }).waitFor();
  },
  "match-rules": async (site, { page }) => {
    await page.goto(`${site.url}/match`);
    await page.getByRole("button", { name: "Go on as a guest" }).click();
    await page.getByRole("heading", { name: "For adults only" }).waitFor();
  },
  "match-profile": async (site, window) => {
    await someone(site, window);
    // Whoever is quick leaves before the lobby has answered.
    window.expectError(/closed before the connection is established/);
    await window.page.getByRole("link", { name: "Profile" }).click();
    await window.page.getByLabel("About you").waitFor();
  },
  "match-ready": async (site, window) => {
    await someone(site, window);
    await window.page.context().grantPermissions(permissions);
    await switchOn(window);
    await window.page.getByText("Language, age, gender").click();
  },
  "match-search": async (site, window) => {
    await someone(site, window);
    await window.page.context().grantPermissions(permissions);
    await switchOn(window);
    await window.page.getByRole("switch", { name: "Shared interests" }).check();
    await window.page.getByText("Language, age, gender").click();
    await window.page.getByLabel("Genders", { exact: true }).fill("martian");
    await window.page.keyboard.press("Enter");
    await search(window);
    await window.page.getByText(/(Nobody else|other person) waits/).waitFor();
  },
  "match-call": async (site, window) => {
    const grace = await meet(site, window);
    await grace.page.getByLabel("Message", { exact: true }).fill("hello over there");
    await grace.page.keyboard.press("Enter");
    await window.page.getByText("hello over there").waitFor();
  },
  "match-report": async (site, window) => {
    await meet(site, window);
    await window.page.getByRole("button", { name: "Report", exact: true }).click();
    await window.page.getByLabel("Harassment").check();
  },
  "match-after": async (site, window) => {
    await meet(site, window);
    await window.page.getByRole("button", { name: "Hang up" }).click();
    await window.page.getByRole("button", { name: "3 of 5" }).click();
    await window.page.getByText("Thank you, it is kept.").waitFor();
  },
  "match-history": async (site, window) => {
    await meet(site, window);
    await window.page.getByRole("button", { name: "Hang up" }).click();
    await window.page.getByRole("button", { name: "3 of 5" }).click();
    await window.page.getByText("Thank you, it is kept.").waitFor();
    await window.page.getByRole("link", { name: "History" }).click();
    await window.page.getByRole("list", { name: "Calls" }).waitFor();
  },
  "match-moderation": async (site, { page }) => {
    const operator = await operatorAt(site, "/match/moderation");
    const { cookies } = await operator.page.context().storageState();
    await page.context().addCookies(cookies);
    await page.goto(`${site.url}/match/moderation`);
    await page.getByRole("tab", { name: "Open" }).waitFor();
    await page.getByText("Nothing to decide").waitFor();
  },
};

/** Ada in this window, with all that a call takes but the camera. */
async function someone(site: Site, window: Window): Promise<void> {
  await prepare(site, window, "Ada");
}

/** Ada in this window, in a call with Grace in another. */
async function meet(site: Site, window: Window): Promise<Window> {
  await someone(site, window);
  await window.page.context().grantPermissions(permissions);
  await switchOn(window);
  const grace = await ready(site, "Grace");
  await search(window);
  await search(grace);
  await inCall(window, "Grace");
  return grace;
}
