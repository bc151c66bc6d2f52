import type { Context } from "hono";
import type { z } from "zod";
import type { AnalyticsPlace } from "../../../db/queries/analytics-rollup.ts";
import type { AppEnv } from "../../app.ts";
import { cacheOf } from "../../cache.ts";
import { queried } from "../../database.ts";
import { requireIdentity } from "../../identity/identify.ts";
import { ProblemError } from "../../problem.ts";
import { requireGame } from "../access.ts";
import { dateOf } from "./dates.ts";
import { reading } from "./requirement.ts";

/** How long a report that includes today is the same for everybody. */
const fresh_ms = 30_000;

/**
 * A report, from the cache if it is there: up to a quarter of an hour old when all its days are over
 * (late events are the only thing that changes them), and up to half a minute when today is among
 * them. An erasure takes all reports of its game away.
 * @param name of the report and all that it depends on besides place and days
 * @throws ProblemError `unavailable`
 */
export async function cachedReport<Schema extends z.ZodType>(
  c: Context<AppEnv>,
  { gameId, env }: AnalyticsPlace,
  { from, to }: { readonly from: string; readonly to: string },
  name: string,
  schema: Schema,
  make: () => Promise<z.output<Schema>>,
): Promise<z.output<Schema>> {
  const now_ms = c.var.services.now_ms();
  const tick = to < dateOf(now_ms) ? "past" : Math.floor(now_ms / fresh_ms);
  const key = `analytics:${gameId}:${env}:${from}:${to}:${tick}:${name}`;
  const load = () => queried(make);
  const options = { schema, tags: [reportTag(gameId)] };
  const report = await cacheOf(c).read("statistics", key, load, options);
  if (report === undefined) throw new ProblemError("not_found");
  return report;
}

/**
 * A report of roll-ups for whoever may look at the game. It is on its way while it is asked whether
 * the caller may have it, which saves a round trip to the database; it is read for a stranger in vain,
 * so it is not for reports that read raw events.
 * @throws ProblemError those of `requireGame`, and of the report
 */
export async function withAccess<Report>(
  c: Context<AppEnv>,
  gameId: string,
  read: () => Promise<Report>,
): Promise<Report> {
  await requireIdentity(c, reading.scope);
  const coming = read();
  // When the caller may not have it, nobody waits for it any more.
  coming.catch(() => {});
  await requireGame(c, gameId, reading);
  return await coming;
}

/** By what all reports of a game are invalidated. */
export function reportTag(gameId: string): string {
  return `analytics:${gameId}`;
}
