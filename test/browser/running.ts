import { afterAll, beforeAll } from "vitest";
import { type Site, startSite } from "./site.ts";

const start_ms_max = 180_000;

/**
 * One stack and one Chromium for all tests of a file, because starting them takes longer than most
 * tests.
 * @returns the site, once the tests run
 */
export function runningSite(): () => Site {
  let running: Site | undefined;
  beforeAll(async () => {
    running = await startSite();
  }, start_ms_max);
  afterAll(async () => {
    await running?.stop();
  }, start_ms_max);
  return () => {
    if (running === undefined) throw new Error("the site did not start");
    return running;
  };
}
