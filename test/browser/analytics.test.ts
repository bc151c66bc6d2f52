import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sql } from "drizzle-orm";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, test } from "vitest";
import type { ProblemCode } from "../../protocol/problem.ts";
import { signUp } from "./accounts.ts";
import { fillGame, makeGame, untilSeen } from "./analytics-game.ts";
import { violationsOn } from "./axe.ts";
import { takePicture } from "./pictures.ts";
import { runningSite } from "./running.ts";

/** Game analytics as developers meet it, from the first event to forgetting a player. */

const run = promisify(execFile);
/** Eighteen looks by axe, some of them at five hundred levels. */
const look_ms_max = 300_000;
const page_loads = 5;
const parts = ["overview", "levels", "retention", "funnel", "live", "events", "setup", "data"];
const headings: Readonly<Record<string, string>> = {
  overview: "Together",
  levels: "Level funnel",
  retention: "By first day",
  funnel: "Steps",
  live: "Live",
  events: "Events",
  setup: "Schemas",
  data: "Export",
};

const site = runningSite();
afterEach(() => site().closeWindows());

const heading = (page: Page, name: string) =>
  page.getByRole("heading", { level: 2, name, exact: true }).first().waitFor();

describe("game analytics", () => {
  test("a stranger is led to sign in, and a game that is not theirs is not there", async () => {
    const window = await site().open("/analytics");
    window.expectError(/40[14]/);
    await window.page.getByText("Sign in to see your games").waitFor();
    await window.page.goto(`${site().url}/analytics/AAAAAAAAAAAAAAAA`);
    await window.page.getByText("This game is not public").waitFor();
    await signUp(window.page, site(), "Eve");
    await window.page.goto(`${site().url}/analytics/AAAAAAAAAAAAAAAA`);
    await window.page.getByText("There is no such game").waitFor();
  });

  test("the command that a new game shows sends events, and they are seen", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await page.getByText("No events yet").waitFor();
    await page.getByRole("button", { name: "Make a write key" }).click();
    await page.getByRole("button", { name: "Copy the command" }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const live = await page.context().newPage();
    await live.goto(`${site().url}/analytics/${gameId}/live`);
    await live.getByText("Watching").waitFor();
    const { stdout } = await run("bash", ["-c", command.replace("curl ", "curl -sS ")]);
    const { results } = JSON.parse(stdout) as { results: { status: string }[] };
    expect(results.map(({ status }) => status)).toEqual(["ok", "ok", "ok"]);
    await live.getByText("1-1 complete").waitFor();
    const again = await run("bash", ["-c", command.replace("curl ", "curl -sS ")]);
    expect(again.stdout).toContain('"duplicate"');
    // Buffers write every half minute.
    await expect
      .poll(
        async () => {
          await page.goto(`${site().url}/analytics/${gameId}/events`);
          const found = page.getByText("1-1 complete");
          return found.waitFor({ timeout: 4_000 }).then(
            () => true,
            () => false,
          );
        },
        { timeout: 75_000, interval: 1_000 },
      )
      .toBe(true);
  });

  test("wherever a game that never had an event has nothing to show, it shows how to send one", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    const at = (part: string) => page.goto(`${site().url}/analytics/${gameId}/${part}`);
    for (const part of ["levels", "events"]) {
      await at(part);
      await page.getByText("it is on this page within 90 seconds").waitFor();
    }
    await at("live");
    await page.getByText("it is seen above at once").waitFor();
    await page.getByText("Watching", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Try it in the sandbox" }).click();
    await page.getByText("No events in the sandbox yet").waitFor();
    // As on a page that came over plain http from another machine.
    await page.evaluate(() =>
      Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true }),
    );
    await page.getByRole("button", { name: "Make a sandbox key" }).click();
    await page.getByRole("button", { name: "Copy the command" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    await lookAt(page, "first-event");
    const command = await pasted(page);
    expect(command).toMatch(/Bearer offw_.{16}.{12}s/);
    await run("bash", ["-c", command.replace("curl ", "curl -sS ")]);
    await page.getByText("1-1 complete").waitFor();
  });

  test("a quiet month is not taken for a game that never had an event", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await site().db.execute(sql`
      update analytics_game set created_at = now() - interval '2 years' where id = ${gameId}`);
    await site().db.execute(sql`
      insert into analytics_day (game_id, env, day, events, players, new_players, sessions, session_ms)
      values (${gameId}, 'live', current_date - 200, 9, 1, 1, 1, 1000)`);
    for (const [part, words] of [
      ["overview", "Nothing in these 30 days"],
      ["levels", "No levels in these days"],
      ["events", "No events in these days"],
    ]) {
      await page.goto(`${site().url}/analytics/${gameId}/${part}`);
      await page.getByText(words ?? "").waitFor();
      expect(await page.getByText("Make a write key").count()).toBe(0);
    }
    await page.getByLabel("Where events come from").selectOption("Sandbox");
    await page.getByText("No events in the sandbox yet").waitFor();
  });

  test("how events are written and kept is set by keyboard, and what cannot be is said", async () => {
    const window = await site().open("/");
    const { page } = window;
    window.expectError(/409/);
    const gameId = await makeGame(site(), page, "Tower of hats");
    await page.goto(`${site().url}/analytics/${gameId}/setup`);
    const interval = page.getByLabel("Written every so many seconds");
    await interval.fill("0");
    await interval.press("Enter");
    await page.getByText("A whole number from 1 to 3,600.").waitFor();
    await lookAt(page, "settings");
    await interval.fill("600");
    await page.getByText("Above 300 the database can sleep between two writes.").waitFor();
    await page.getByLabel("Take signed batches only").press("Space");
    await page.getByLabel("Raw events are kept for").selectOption("30 days");
    await interval.press("Enter");
    await page.getByText("Saved.").waitFor();
    await page.reload();
    await expect.poll(() => interval.inputValue()).toBe("600");
    expect(await page.getByLabel("Take signed batches only").isChecked()).toBe(true);
    expect(await page.getByLabel("Raw events are kept for").inputValue()).toBe("30");
    await page.getByLabel("Raw events are kept for").selectOption("7 days");
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByText(/^This can change again on/).waitFor();
  });

  test("the live view says how its connection stands, and goes on for longer than an hour", async () => {
    const window = await site().open("/");
    const { page } = window;
    window.expectError(/40[14]|503/);
    const gameId = await makeGame(site(), page, "Tower of hats");
    const asking = `**/v1/analytics/games/${gameId}/tail`;
    let refusal: { status: number; code: ProblemCode } | undefined;
    let asked = 0;
    await page.route(asking, async (route) => {
      asked += 1;
      if (refusal === undefined) return await route.continue();
      const { status } = refusal;
      await route.fulfill({ status, json: { type: "about:blank", title: "No", ...refusal } });
    });
    refusal = { status: 503, code: "unavailable" };
    await page.clock.install();
    await page.goto(`${site().url}/analytics/${gameId}/live`);
    await page.getByText("Offline, trying again").waitFor();
    const tried = asked;
    await page.getByRole("button", { name: "Try now" }).click();
    await expect.poll(() => asked).toBeGreaterThan(tried);
    // It tries again by itself as well, and whichever comes first ends it.
    refusal = { status: 401, code: "sign_in_required" };
    await page.getByText("Ended", { exact: true }).waitFor();
    await page.getByText("not signed in any more").waitFor();
    refusal = undefined;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Watching", { exact: true }).waitFor();
    const before = asked;
    await page.clock.fastForward("51:00");
    await expect.poll(() => asked).toBe(before + 1);
    refusal = { status: 404, code: "not_found" };
    await page.clock.fastForward("51:00");
    await page.getByText("Ended", { exact: true }).waitFor();
  });

  test("a month shows where players are lost, who comes back, and how far they get", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await fillGame(site(), gameId);
    const at = (part: string) => page.goto(`${site().url}/analytics/${gameId}/${part}`);
    await untilSeen(site(), page, gameId);
    await heading(page, "Revenue");
    await at("levels");
    await page.getByText(/Most are lost at level-\d+: \d+ % of \d+/).waitFor();
    await page.getByLabel("Order").selectOption("By drop-off");
    await at("retention");
    await page.getByText("After a day").waitFor();
    await page.getByRole("columnheader", { name: "D30" }).waitFor();
    await at("funnel");
    await page.getByLabel("Step 1").selectOption("Starts the level");
    await page.getByLabel("Name").fill("level-01");
    await page.getByLabel("Step 2").selectOption("Completes the level");
    await page.getByLabel("Name").nth(1).fill("level-01");
    await page.getByRole("button", { name: "Count" }).click();
    await page.getByText(/\d+ % of the step before/).waitFor();
    await at("events");
    await page.getByLabel("How far back").selectOption("90 days");
    await page.getByLabel("Kind").selectOption("Levels");
    await page.getByLabel("Player").fill("player-00007");
    await page.getByRole("button", { name: "Look" }).click();
    await page.getByText("player-00007").first().waitFor();
    await page.getByText("level-01 start").first().click();
    await page.locator("details[open]").getByText('"kind": "level"').waitFor();
  });

  test("data are taken along and forgotten, keys made and revoked, schemas kept", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await fillGame(site(), gameId);
    await page.getByRole("link", { name: "Setup" }).click();
    await page.getByRole("button", { name: "Begin with an example" }).click();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved. It holds from the next batch on.").waitFor();
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Server");
    await page
      .getByRole("dialog")
      .getByLabel("What it does")
      .selectOption("Signs, on your servers");
    await page.getByRole("button", { name: "Make the key" }).click();
    await page
      .getByRole("dialog")
      .getByText(/^offs_/)
      .waitFor();
    await page.getByRole("button", { name: "Copy the key" }).click();
    expect(await pasted(page)).toMatch(/^offs_/);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Revoke Server" }).click();
    await page.getByRole("button", { name: "Revoke it" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Data", exact: true }).click();
    await page.getByLabel("Format").selectOption("Parquet");
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    expect((await downloading).suggestedFilename()).toMatch(/events-.*\.parquet$/);
    await page.getByRole("textbox", { name: "Player" }).fill("player-00001");
    await page.getByRole("button", { name: "Forget this player" }).click();
    await page.getByRole("button", { name: "Forget them" }).click();
    await page.getByText(/^Receipt/).waitFor();
    await page.getByRole("button", { name: "Delete Tower of hats" }).click();
    await page.getByRole("button", { name: "Delete it" }).click();
    await page.getByText("No games yet").waitFor();
  });

  test("a report is asked for before the script that draws it has come, and once", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await fillGame(site(), gameId);
    let letCome = () => {};
    const held = new Promise<void>((resolve) => {
      letCome = resolve;
    });
    await page.route("**/assets/frame-*.js", async (route) => {
      await held;
      await route.continue();
    });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const reports = () => asked.filter((path) => path === `/v1/analytics/games/${gameId}/levels`);
    const report = page.waitForResponse((response) => response.url().includes("/levels?"));
    await page.goto(`${site().url}/analytics/${gameId}/levels?days=90`, { waitUntil: "commit" });
    expect((await report).status()).toBe(200);
    expect(await page.getByRole("heading").count()).toBe(0);
    letCome();
    await heading(page, "Level funnel");
    expect(reports()).toHaveLength(1);
    expect(asked.filter((path) => path === `/v1/analytics/games/${gameId}`)).toHaveLength(1);
  });

  test("90 days of 500 levels stand in the address, and are drawn", async () => {
    const { page } = await site().open("/");
    const gameId = await makeGame(site(), page, "Tower of hats");
    await addLevels(gameId);
    await addDays(gameId);
    for (const [part, whole] of Object.entries(wholeParts)) {
      const tab = await page.context().newPage();
      await watchDrawing(tab, whole);
      const took_ms: number[] = [];
      for (let load = 0; load < page_loads; load += 1) {
        await tab.goto(`${site().url}/analytics/${gameId}/${part}?days=90`);
        took_ms.push(await drawnAfter_ms(tab));
        expect(await tab.getByLabel("How far back").inputValue()).toBe("90");
      }
      await tab.close();
      console.log(`analytics ${part}, 90 days x 500 levels: drawn after ${took_ms.join(", ")} ms`);
    }
    await page.goto(`${site().url}/analytics/${gameId}/levels?days=90`);
    await page.getByLabel("How far back").selectOption("7 days");
    await expect.poll(() => new URL(page.url()).search).toBe("?days=7");
    await page.reload();
    await page.getByText("stage 500", { exact: true }).waitFor();
    expect(await page.getByLabel("How far back").inputValue()).toBe("7");
  });

  test(
    "every part passes axe and fits its screen in both schemes, with 500 levels too",
    async () => {
      const { page } = await site().open("/", { viewport: sizes.phone });
      const gameId = await makeGame(site(), page, "Tower of hats");
      await fillGame(site(), gameId);
      await addLevels(gameId);
      await untilSeen(site(), page, gameId);
      for (const part of ["", ...parts]) {
        await page.goto(`${site().url}/analytics/${part === "" ? "" : `${gameId}/${part}`}`);
        if (part === "") await page.getByText("Tower of hats").waitFor();
        else await heading(page, headings[part] ?? "");
        const loading = () => page.getByText("Loading", { exact: true }).count();
        await expect.poll(loading, { timeout: 20_000 }).toBe(0);
        await lookAt(page, part || "games");
      }
    },
    look_ms_max,
  );
});

/** What the clipboard holds, by a window that may read it. */
async function pasted(page: Page): Promise<string> {
  const other = await page.context().newPage();
  await other.goto(site().url);
  const text = await other.evaluate(() => navigator.clipboard.readText());
  await other.close();
  return text;
}

/** As it stands, on both screens and in both schemes. */
async function lookAt(page: Page, part: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await takePicture(page, `analytics-${part}-${size}-${colorScheme}`);
      expect(await violationsOn(page), `${part}, ${size}, ${colorScheme}`).toEqual([]);
      const wide_px = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(wide_px, `${part} on a ${size}: wider than the screen`).toBe(0);
    }
  }
}

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

/** What there is of a part once it is drawn whole: its charts, or a row for each level. */
const wholeParts = {
  overview: { selector: ".uplot canvas", count: 3 },
  levels: { selector: ".levels tbody tr", count: 500 },
};

/** `drawn_ms`, on a page that is watched: when the frame with all of it was shown. */
type Watched = typeof globalThis & { drawn_ms?: number };

/**
 * The page itself says when it is whole: a locator that waits looks again after up to half a second,
 * which would be counted with it.
 */
async function watchDrawing(page: Page, whole: { selector: string; count: number }): Promise<void> {
  await page.addInitScript(({ selector, count }) => {
    const observer = new MutationObserver(() => {
      if (document.querySelectorAll(selector).length < count) return;
      observer.disconnect();
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          (window as Watched).drawn_ms = performance.now();
        }),
      );
    });
    observer.observe(document, { childList: true, subtree: true });
  }, whole);
}

/** How long after the navigation began all of it was shown. */
async function drawnAfter_ms(page: Page): Promise<number> {
  const drawn = await page.waitForFunction(() => (window as Watched).drawn_ms);
  return Math.round(Number(await drawn.jsonValue()));
}

/** Ninety days of players, sessions and money. */
async function addDays(gameId: string): Promise<void> {
  await site().db.execute(sql`
    insert into analytics_day (game_id, env, day, events, players, new_players, sessions, session_ms)
    select ${gameId}, 'live', current_date - d, 9000, 400 + d, 20, 700, 90000000
    from generate_series(0, 89) d`);
  await site().db.execute(sql`
    insert into analytics_revenue_day (game_id, env, day, currency, purchases, purchased_minor)
    select ${gameId}, 'live', current_date - d, 'USD', 9, 4491 from generate_series(0, 89) d`);
}

/** Ninety days of five hundred levels. */
async function addLevels(gameId: string): Promise<void> {
  await site().db.execute(sql`
    insert into analytics_level_day (game_id, env, day, level, starts, completes, fails, quits,
      duration_ms, timed, players, passed, winners, win_attempts)
    select ${gameId}, 'live', current_date - d, 'stage ' || l, 40, 20, 15, 5, 2000000, 40,
      (600 - l) / 100, (600 - l) * (70 + l % 30) / 10000,
      (600 - l) * (70 + l % 30) / 10000, (700 - l) / 100
    from generate_series(0, 89) d, generate_series(1, 500) l`);
  await site().db.execute(sql`
    insert into analytics_level_week (game_id, env, week, level, starts, completes, fails, quits,
      duration_ms, timed, players, passed, winners, win_attempts)
    select game_id, env, day - (day - date '1970-01-01') % 7 as week, level, sum(starts),
      sum(completes), sum(fails), sum(quits), sum(duration_ms), sum(timed), sum(players), sum(passed),
      sum(winners), sum(win_attempts)
    from analytics_level_day where game_id = ${gameId} and level like 'stage %'
    group by game_id, env, week, level`);
}
