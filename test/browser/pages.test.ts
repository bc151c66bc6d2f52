import { accountsSuite } from "./accounts.ts";
import { costSuite } from "./cost.ts";
import { frameSuite } from "./frame.ts";
import { opsSuite } from "./ops.ts";
import { pagesSuite } from "./pages.ts";
import { runningSite } from "./running.ts";

/** The site's frame and its pages: accounts, operations, cost, and all of them as axe sees them. */
const site = runningSite();

frameSuite(site);
accountsSuite(site);
opsSuite(site);
costSuite(site);
pagesSuite(site);
