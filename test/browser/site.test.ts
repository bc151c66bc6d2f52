import { afterAll, beforeAll } from "vitest";
import { accountsSuite } from "./accounts.ts";
import { costSuite } from "./cost.ts";
import { frameSuite } from "./frame.ts";
import { matchSuite } from "./match.ts";
import { matchPageSuite } from "./match-page.ts";
import { opsSuite } from "./ops.ts";
import { pagesSuite } from "./pages.ts";
import { type Site, startSite } from "./site.ts";
import { troubleSuite } from "./trouble.ts";
import { watchSuite } from "./watch.ts";
import { watchModerationSuite } from "./watch-moderation.ts";
import { watchPageSuite } from "./watch-page.ts";
import { watchPlayerSuite } from "./watch-player.ts";
import { watchStepSuite } from "./watch-step.ts";

/**
 * The product as people meet it: one stack and one Chromium for all of it, because starting them
 * takes longer than most tests.
 */
const start_ms_max = 180_000;
let running: Site | undefined;

beforeAll(async () => {
  running = await startSite();
}, start_ms_max);

afterAll(async () => {
  await running?.stop();
}, start_ms_max);

function site(): Site {
  if (running === undefined) throw new Error("the site did not start");
  return running;
}

watchSuite(site);
watchStepSuite(site);
watchPageSuite(site);
watchPlayerSuite(site);
watchModerationSuite(site);
troubleSuite(site);
frameSuite(site);
accountsSuite(site);
matchSuite(site);
matchPageSuite(site);
opsSuite(site);
costSuite(site);
pagesSuite(site);
