import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Analytics, ClientOptions } from "../../sdk/browser.ts";
import { type StandIn, startStandIn } from "../sdk/stand-in.ts";
import { launchChromium } from "./chromium.ts";

/** The analytics SDK in a page of a game's own origin, against a server that misbehaves as told. */

let browser: Browser;
let game: Server;
let context: BrowserContext;
let server: StandIn;

beforeAll(async () => {
  browser = await launchChromium();
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../sdk/browser.ts")],
    ...{ bundle: true, minify: true, format: "iife", globalName: "offrail", write: false },
  });
  const script = outputFiles[0]?.text ?? "";
  game = createServer((request, response) => {
    const isScript = request.url === "/sdk.js";
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(
      isScript ? script : "<!doctype html><title>A game</title><script src=/sdk.js></script>",
    );
  });
  game.listen(0, "127.0.0.1");
  await new Promise((resolve) => game.once("listening", resolve));
}, 60_000);
afterAll(async () => {
  await browser.close();
  game.close();
});
beforeEach(async () => {
  server = await startStandIn();
  context = await browser.newContext();
});
afterEach(async () => {
  await context.close();
  await server.close();
});

/** Opens the game, which starts recording at once. */
async function play(writeKey = "offw_browser"): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(game.address() as AddressInfo).port}/`);
  const given = { url: server.url, writeKey, player: "ada", flush_ms: 200 };
  await page.evaluate(async (options) => {
    const it = window as unknown as GameWindow;
    it.analytics = await it.offrail.startAnalytics(options);
  }, given);
  return page;
}

/** What the page's scripts have put there. */
interface GameWindow {
  readonly offrail: { startAnalytics(options: ClientOptions): Promise<Analytics> };
  analytics: Analytics;
}

const record = (page: Page, name: string) =>
  page.evaluate((given) => (window as unknown as GameWindow).analytics.event(given), name);
const waiting = (page: Page) =>
  page.evaluate(() => (window as unknown as GameWindow).analytics.stats().waiting);
const namesKept = () =>
  [...server.kept.values()].flatMap((event) => (event.kind === "event" ? [event.name] : [])).sort();
const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 30_000, interval: 50 });

describe("the SDK in Chromium", () => {
  test("sends compressed events to another origin, through errors and cut connections", async () => {
    server.moods.push({ status: 500 }, "cut_after");
    const page = await play();
    for (const name of ["a", "b", "c"]) expect(await record(page, name)).toBe(true);
    await until(async () => (await waiting(page)) === 0);
    expect(namesKept()).toEqual(["a", "b", "c"]);
    expect(server.requests.length).toBeGreaterThanOrEqual(3);
    expect(server.requests.every(({ gzip }) => gzip)).toBe(true);
  });

  test("has what it could not send in IndexedDB, when the page is opened again", async () => {
    for (let nth = 0; nth < 50; nth += 1) server.moods.push({ status: 503 });
    const first = await play();
    await record(first, "before the crash");
    await until(() => server.requests.length > 0);
    await first.goto("about:blank");
    server.moods.length = 0;
    server.kept.clear();
    const second = await play();
    await until(async () => (await waiting(second)) === 0);
    expect(namesKept()).toEqual(["before the crash"]);
  });

  test("sends what waited with a sandbox key with none but a sandbox key", async () => {
    const keyOf = (env: "l" | "s") => `offw_tower-of-hats-01write-key-01${env}${"0".repeat(22)}`;
    for (let nth = 0; nth < 50; nth += 1) server.moods.push({ status: 503 });
    const tried = await play(keyOf("s"));
    await record(tried, "only a try");
    await until(() => server.requests.length > 0);
    await tried.goto("about:blank");
    server.moods.length = 0;
    const real = await play(keyOf("l"));
    await record(real, "for real");
    await until(async () => (await waiting(real)) === 0);
    expect(namesKept()).toEqual(["for real"]);
    const again = await play(keyOf("s"));
    await until(async () => (await waiting(again)) === 0);
    expect(namesKept()).toEqual(["for real", "only a try"]);
  });

  test("sends its last words while the page goes away", async () => {
    const page = await play();
    await until(async () => (await waiting(page)) === 0);
    await record(page, "last words");
    await page.goto("about:blank");
    await until(() => namesKept().includes("last words"));
    expect(server.requests.some(({ gzip }) => !gzip)).toBe(true);
  });

  test("sends them in a beacon where requests end with their page", async () => {
    await context.addInitScript("delete Request.prototype.keepalive");
    const page = await play();
    await until(async () => (await waiting(page)) === 0);
    await record(page, "last words");
    await page.goto("about:blank");
    await until(() => namesKept().includes("last words"));
    expect(server.requests.map(({ key }) => key)).toContain("address offw_browser");
  });

  test("sends them in a beacon when the page's budget for requests is used up", async () => {
    const page = await play();
    await until(async () => (await waiting(page)) === 0);
    await record(page, "last words");
    const refused = await page.evaluate((url) => {
      const real = window.fetch;
      const tried: (boolean | undefined)[] = [];
      window.fetch = (input, init) => {
        tried.push(init?.keepalive);
        // As much as a page may have on its way, and with that too much.
        const body = init?.keepalive ? "x".repeat(70_000) : (init?.body ?? null);
        return real(input, { ...init, body });
      };
      dispatchEvent(new Event("pagehide"));
      return { tried, url };
    }, server.url);
    expect(refused.tried).toEqual([true]);
    await until(() => namesKept().includes("last words"));
    expect(server.requests.map(({ key }) => key)).toContain("address offw_browser");
  });

  test("shares its queue with another tab, and loses and repeats nothing", async () => {
    const tabs = [await play(), await play()] as const;
    const names = Array.from({ length: 40 }, (_, nth) => `event-${nth}`);
    await Promise.all(names.map((name, nth) => record(tabs[nth % 2 === 0 ? 0 : 1], name)));
    await until(() => namesKept().length === 40);
    await until(async () => (await Promise.all(tabs.map(waiting))).every((left) => left === 0));
    expect(namesKept()).toEqual([...names].sort());
    expect(server.duplicates()).toBe(0);
  });
});
