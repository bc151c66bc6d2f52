import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import type { Site } from "./site.ts";

const password = "correct horse battery staple";

/** A new account, made through the page; ends on the account's own page. */
export async function signUp(page: Page, site: Site, name: string): Promise<{ email: string }> {
  const email = `${name.toLowerCase()}-${crypto.randomUUID()}@example.com`;
  await page.goto(`${site.url}/sign-up?next=%2Faccount`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await onAccountPage(page);
  return { email };
}

async function signIn(page: Page, email: string, typed: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(typed);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

function onAccountPage(page: Page): Promise<void> {
  return page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
}

/** Accounts as people use them. */
export function accountsSuite(site: () => Site): void {
  describe("accounts", () => {
    afterEach(() => site().closeWindows());

    test("somebody signs up, signs out, mistypes the password, and comes back in", async () => {
      const window = await site().open("/");
      const { page } = window;
      const { email } = await signUp(page, site(), "Ada");
      await page.getByText(email).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign out" }).waitFor({ state: "hidden" });
      await page.goto(`${site().url}/sign-in?next=%2Faccount`);
      window.expectError(/Failed to load resource/);
      await signIn(page, email, "not the password");
      await page
        .getByRole("alert")
        .filter({ hasText: /password/i })
        .waitFor();
      await signIn(page, email, password);
      await onAccountPage(page);
      await page.reload();
      await page.getByText(email).waitFor();
    });

    test("a key is shown once, opens the API, and opens nothing once revoked", async () => {
      const { page } = await site().open("/");
      await signUp(page, site(), "Ada");
      await page.getByRole("button", { name: "Make a key" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("nightly export");
      await dialog.getByRole("checkbox", { name: "account: read" }).check();
      await dialog.getByRole("button", { name: "Make the key" }).click();
      const key = await shownKey(page);
      const me = () => fetch(`${site().url}/v1/me`, { headers: { "x-api-key": key } });
      expect((await me()).status).toBe(200);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Revoke nightly export" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: /revoke/i })
        .click();
      await page.getByText("No keys yet").waitFor();
      expect((await me()).status).toBe(401);
    });
  });
}

/** The one place in the dialog that holds the whole key. */
async function shownKey(page: Page): Promise<string> {
  const key = page.getByRole("dialog").getByText(/^off_[A-Za-z]{40}$/);
  return (await key.textContent()) ?? "";
}
