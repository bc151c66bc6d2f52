import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startRoom } from "./people.ts";
import type { Site } from "./site.ts";

/** What holds on every page: keyboard, focus, theme, headers. */
export function frameSuite(site: () => Site): void {
  describe("the frame of every page", () => {
    afterEach(() => site().closeWindows());

    test("the first tab stop skips the header", async () => {
      const { page } = await site().open("/watch");
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement?.closest("main")?.id);
      expect(focused).toBe("main");
    });

    test("a new page takes focus at its heading and says its title", async () => {
      const { page } = await site().open("/");
      await page.getByRole("link", { name: "Watch", exact: true }).first().click();
      await page.getByRole("heading", { level: 1, name: "Watch together" }).waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent))
        .toBe("Watch together");
      expect(await page.title()).toBe("Watch together · Offrail");
    });

    test("whoever leaves the first page before it is drawn is taken to the second one's heading", async () => {
      const window = await site().open("/health");
      const { page } = window;
      // The home page's own script never comes, so its heading is never there.
      await page.route(`**/assets/${await scriptWith("Five backends")}`, () => {});
      await page.goto(`${site().url}/`);
      await page.getByRole("link", { name: "Watch", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Watch together" }).waitFor();
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent))
        .toBe("Watch together");
      await page.unrouteAll({ behavior: "ignoreErrors" });
    });

    test("a dialog keeps focus inside, closes on Escape and gives focus back", async () => {
      const { page } = await site().open("/");
      await page.getByRole("heading", { level: 1 }).waitFor();
      const opener = page.getByRole("button", { name: "Status: up" });
      await opener.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").getByRole("rowheader", { name: "Postgres" }).waitFor();
      for (let tab = 0; tab < 6; tab++) {
        await page.keyboard.press("Tab");
        const outside = await page.evaluate(
          () => document.activeElement?.matches("main *, header *, footer > * > button") ?? false,
        );
        expect(outside).toBe(false);
      }
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
      await expect
        .poll(() => opener.evaluate((button) => button === document.activeElement))
        .toBe(true);
    });

    test("a chosen theme stays, from the first paint on", async () => {
      const { page } = await site().open("/", { colorScheme: "light" });
      await page.getByRole("button", { name: "Use the dark theme" }).click();
      const dark = await page.evaluate(
        () => getComputedStyle(document.documentElement).colorScheme,
      );
      expect(dark).toBe("dark");
      await page.reload({ waitUntil: "commit" });
      await page.waitForFunction(() => document.body !== null);
      expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
      await page.getByRole("button", { name: "Use the light theme" }).click();
      expect(await page.evaluate(() => localStorage.getItem("offrail:theme"))).toBeNull();
    });

    test("the site's files carry the strict policy, and hashed ones never expire", async () => {
      const page = await fetch(`${site().url}/`, { headers: { Accept: "text/html" } });
      const policy = page.headers.get("Content-Security-Policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("unsafe");
      const html = await page.text();
      expect(html).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)/);
      const asset = /\/assets\/[^"]+\.js/.exec(html)?.[0] ?? "";
      const script = await fetch(new URL(asset, site().url));
      expect(script.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
    });

    test("the link to a room can be copied", async () => {
      const { page } = await startRoom(site(), "Ada");
      await page.getByRole("button", { name: "Copy" }).click();
      await page.getByText("Link copied.").waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
    });
  });
}

/** The name of the built script that holds a text. */
async function scriptWith(text: string): Promise<string> {
  const folder = resolve(import.meta.dirname, "../../dist/site/assets");
  for (const name of await readdir(folder))
    if (name.endsWith(".js") && (await readFile(join(folder, name), "utf8")).includes(text))
      return name;
  throw new Error(`no script of the site holds "${text}"`);
}
