import { matchSuite } from "./match.ts";
import { matchPageSuite } from "./match-page.ts";
import { runningSite } from "./running.ts";
import { troubleSuite } from "./trouble.ts";
import { watchSuite } from "./watch.ts";
import { watchModerationSuite } from "./watch-moderation.ts";
import { watchPageSuite } from "./watch-page.ts";
import { watchPlayerSuite } from "./watch-player.ts";
import { watchStepSuite } from "./watch-step.ts";

/** Rooms as people meet in them: films in step, and calls. */
const site = runningSite();

watchSuite(site);
watchStepSuite(site);
watchPageSuite(site);
watchPlayerSuite(site);
watchModerationSuite(site);
troubleSuite(site);
matchSuite(site);
matchPageSuite(site);
