import { z } from "zod";
import { gameSchema } from "../../../protocol/analytics/game.ts";
import { createdGameKeySchema } from "../../../protocol/analytics/key.ts";
import { levelsReportSchema, overviewReportSchema } from "../../../protocol/analytics/reports.ts";
import { dayOf } from "../../../protocol/analytics/uuid7.ts";
import { signedInSchema } from "../../../protocol/identity/account.ts";
import { Browser } from "../browser.ts";
import type { Side } from "../driver.ts";

const week_ms = 7 * 86_400_000;
const madeSchema = z.object({ id: z.string(), key: z.string() });
const levelsSchema = z.object({ levels: z.array(z.object({ level: z.string() })) });

/** Somebody who has a game, and looks at how it does. */
export interface Developer {
  readonly gameId: string;
  /** The key that is shipped with the game. */
  readonly key: string;
  /** Reads the report of levels. */
  readonly levels: () => Promise<unknown>;
  /** Reads the overview, where there is one. */
  readonly overview?: () => Promise<unknown>;
}

/** Makes a game, with the settings that a game has when nobody changes them. @throws Unanswered */
export async function developerOn(
  side: Side,
  received: (bytes: number) => void,
): Promise<Developer> {
  const browser = new Browser({ origin: side.url, received });
  return side.name === "edge" ? edgeDeveloper(browser) : containerDeveloper(browser);
}

async function edgeDeveloper(browser: Browser): Promise<Developer> {
  await browser.ask("POST", "/v1/auth/guest", signedInSchema, { name: "Developer" });
  const { id } = await browser.ask("POST", "/v1/analytics/games", gameSchema, { name: "Bench" });
  const path = `/v1/analytics/games/${id}`;
  const wanted = { name: "game", kind: "write" };
  const { key } = await browser.ask("POST", `${path}/keys`, createdGameKeySchema, wanted);
  return {
    gameId: id,
    key,
    levels: () => browser.ask("GET", `${path}/levels?${week()}`, levelsReportSchema),
    overview: () => browser.ask("GET", `${path}/overview?${week()}`, overviewReportSchema),
  };
}

const week = () => `from=${dayOf(Date.now() - week_ms)}&to=${dayOf(Date.now())}`;

/** The old design counts levels once a night, and has no overview. */
async function containerDeveloper(browser: Browser): Promise<Developer> {
  const { id, key } = await browser.ask("POST", "/v1/analytics/games", madeSchema, {
    name: "Bench",
  });
  browser.session = key;
  return {
    gameId: id,
    key,
    levels: () => browser.ask("GET", "/v1/analytics/levels", levelsSchema),
  };
}
