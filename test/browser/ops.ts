import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import { signUp } from "./accounts.ts";
import { opsToken, type Site } from "./site.ts";

/** Opens the operations page with a token, whatever it may be. */
async function giveToken(page: Page, token: string): Promise<void> {
  await page.getByLabel("Operator token").fill(token);
  await page.getByRole("button", { name: "Open" }).click();
}

/** The operations page, opened, with all that it loads. */
export async function openOperations(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.url}/ops`);
  await giveToken(page, opsToken);
  await page.getByText("Everything answers").waitFor();
  await page.getByRole("heading", { name: "The meter" }).waitFor();
}

/** A job that was given up, whose next attempt will succeed. */
async function addDeadJob(site: Site): Promise<string> {
  const id = crypto.randomUUID();
  const payload = JSON.stringify({ days: 30, deadDays: 90 });
  await site.db.execute(sql`
    insert into job (id, kind, payload, status, attempts, attempts_max, redispatch_at, finished_at,
      error_code, error_message)
    values (${id}, 'maintenance.prune', ${payload}::jsonb, 'dead', 3, 3, now(), now(), 'gave_up',
      'It was tried three times')`);
  return id;
}

/** What operators see, and nobody else. */
export function opsSuite(site: () => Site): void {
  describe("the operations page", () => {
    afterEach(() => site().closeWindows());

    test("opens for the token alone, and forgets it when told to", async () => {
      const { page, expectError } = await site().open("/ops");
      expectError(/401/);
      await giveToken(page, "not-the-right-token");
      await page.getByText("This token opens nothing here").waitFor();
      await page.getByRole("button", { name: "Enter another" }).click();
      await page.getByText("This token opens nothing here.").waitFor();
      await giveToken(page, opsToken);
      await page.getByText("Everything answers").waitFor();
      await page.reload();
      await page.getByText("Everything answers").waitFor();
      await page.getByRole("button", { name: "Leave" }).click();
      await page.getByLabel("Operator token").waitFor();
      await page.reload();
      await page.getByLabel("Operator token").waitFor();
    });

    test("shows the requests that were made, once they are counted", async () => {
      const { page } = await site().open("/watch");
      await openOperations(page, site());
      const meter = page.getByRole("region", { name: "The meter" });
      // Counts are written after ten seconds, and the page looks again every fifteen.
      await meter.getByText(/ops \d+/).waitFor({ timeout: 60_000 });
      await meter.getByLabel("Unit").selectOption({ label: "Object writes (class A)" });
      await meter
        .getByText(/in the last|Object writes \(class A\): none yet/)
        .first()
        .waitFor();
    });

    test("asks Postgres for dead jobs only when somebody wants to see them", async () => {
      const { page } = await site().open("/watch");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await openOperations(page, site());
      expect(asked).not.toContain("/v1/jobs");
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.getByText("No dead jobs").waitFor();
      expect(asked).toContain("/v1/jobs");
    });

    test("sends a dead job on its way again, and it is done", async () => {
      const id = await addDeadJob(site());
      const { page } = await site().open("/watch");
      await openOperations(page, site());
      await page.getByRole("button", { name: "Show", exact: true }).click();
      const letter = page.getByRole("listitem").filter({ hasText: "maintenance.prune" });
      await letter.getByText("gave_up: It was tried three times").waitFor();
      await letter.getByRole("button", { name: "Try again" }).click();
      await page.getByText("maintenance.prune is queued again").waitFor();
      await page.getByText("No dead jobs").waitFor();
      const status = async () => {
        const { rows } = await site().db.execute<{ status: string }>(
          sql`select status from job where id = ${id}`,
        );
        return rows[0]?.status;
      };
      await expect.poll(status, { timeout: 30_000, interval: 250 }).toBe("done");
    });

    test("opens for an operator's account, and for no other", async () => {
      const { page } = await site().open("/");
      const { email } = await signUp(page, site(), "Ada");
      await page.goto(`${site().url}/ops`);
      await page.getByText("This account is not an operator's").waitFor();
      await giveToken(page, opsToken);
      await site().db.execute(sql`update "user" set email_verified = true where email = ${email}`);
      await page.getByRole("button", { name: "Show operators" }).click();
      await page.getByLabel("Add an operator by email").fill(email);
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await page.getByText(`${email} is an operator now`).waitFor();
      await page.getByRole("button", { name: "Leave" }).click();
      // Without the token it is the account that opens it, and the account page leads there.
      await page.goto(`${site().url}/account`);
      await page.getByRole("link", { name: "Operations" }).click();
      await page.getByText("Everything answers").waitFor();
      await page.getByRole("button", { name: "Show operators" }).click();
      await page.getByRole("button", { name: `Remove ${email}` }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await page.goto(`${site().url}/ops`);
      await page.getByRole("link", { name: "Sign in" }).waitFor();
    });
  });
}
