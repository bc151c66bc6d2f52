import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { createDb, type Db } from "../../db/client.ts";
import { startStack } from "../../local/stack.ts";
import { rateLimitPolicies } from "../../platform/ratelimit/policies.ts";
import { launchChromium } from "./chromium.ts";
import { openWindow, type Window } from "./window.ts";

/** The whole product running for one test run, and a browser to look at it with. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
  /** The site's Postgres, past the Worker. */
  readonly db: Db;
  /** Opens a window of a person of their own: nothing is shared with another window. */
  open(path: string, options?: BrowserContextOptions): Promise<Window>;
  /** Closes every window, and fails when one of them met an error nobody expected. */
  closeWindows(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the operations page of these tests' site. */
export const opsToken = "the-operator-of-these-tests";

/** Everybody in these tests has one address, and no person is as quick. */
const limits = Object.keys(rateLimitPolicies)
  .map((policy) => `${policy}=100000/60`)
  .join(",");

/**
 * Starts Redis, Postgres, the Worker, the rooms and the site in a new folder.
 * @param port wanted for the site; any free one by default, or when it is taken
 */
export async function startSite(port = 0): Promise<Site> {
  const browser = await launchChromium();
  const folder = await mkdtemp(join(tmpdir(), "offrail-browser-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const stack = await startStack({
      folder,
      ports: { site: port, redis: 0, postgres: 0 },
      settings: { RATE_LIMITS: limits, OPS_TOKEN: opsToken },
    });
    const windows: Window[] = [];
    return {
      url: stack.url,
      browser,
      db: createDb(stack.postgres),
      open: async (path, options) => {
        const window = await openWindow(browser, new URL(path, stack.url).href, options);
        windows.push(window);
        return window;
      },
      closeWindows: async () => {
        const closed = windows.splice(0);
        for (const window of closed) await window.page.context().close();
        const errors = closed.flatMap((window) => window.unexpectedErrors());
        if (errors.length > 0) throw new Error(`The console said:\n${errors.join("\n")}`);
      },
      stop: async () => {
        await browser.close();
        await stack.stop();
        await remove();
      },
    };
  } catch (error) {
    await browser.close();
    await remove();
    throw error;
  }
}
