import type { Context } from "hono";
import {
  type AnalyticsPlace,
  ingestAnalytics,
  lockAnalytics,
} from "../../../db/queries/analytics-rollup.ts";
import type { EventResult } from "../../../protocol/analytics/batch.ts";
import type { AppEnv } from "../../app.ts";
import { errorFields, log } from "../../log.ts";
import { sharedSecretVerifier } from "./receipt.ts";
import { type BatchFacts, rowOf } from "./row.ts";
import type { Understood } from "./understand.ts";

/** Who says that something was paid. */
export interface RevenueSender extends AnalyticsPlace {
  readonly keyId: string;
}

/** What became of revenue, by its place in the batch. */
export interface RevenueOutcome {
  readonly results: ReadonlyMap<number, EventResult>;
  /** Whether the key holds, as the database says; undefined when it did not answer. */
  readonly keyHolds: boolean | undefined;
}

/**
 * Looks at the receipts of revenue: what one proves is verified, what one denies is dropped.
 * @param trusted the game's own server sent it, which is believed
 */
export async function withReceipts(
  c: Context<AppEnv>,
  understood: Understood,
  trusted: boolean,
): Promise<Understood> {
  const verify = sharedSecretVerifier(c.var.services.settings.ANALYTICS_RECEIPT_SECRET?.reveal());
  const results = [...understood.results];
  const revenue: Understood["revenue"] = [];
  let forged = 0;
  for (const { place, event } of understood.revenue) {
    const verdict = trusted ? "verified" : await verify(event);
    if (verdict === "invalid") {
      results[place] = { uuid: event.uuid, status: "drop", reason: "receipt" };
      forged += 1;
    } else revenue.push({ place, event, verified: verdict === "verified" });
  }
  const drops = forged === 0 ? understood.drops : { ...understood.drops, receipt: forged };
  return { ...understood, results, revenue, drops };
}

/**
 * Commits purchases and refunds to the database, past the buffer: they are answered when they are
 * there. One that is there already is a duplicate, whichever event tells of it. When the database does
 * not answer, they are to be sent again.
 */
export async function commitRevenue(
  c: Context<AppEnv>,
  sender: RevenueSender,
  revenue: Understood["revenue"],
  facts: BatchFacts,
): Promise<RevenueOutcome> {
  const { db, settings } = c.var.services;
  const results = new Map<number, EventResult>();
  const rows = revenue.map(({ event, verified }) => ({ ...rowOf(event, facts), rv: verified }));
  try {
    const [, answer] = await db.batch([
      lockAnalytics(db, sender),
      ingestAnalytics(db, sender, JSON.stringify(rows), sender.keyId),
    ]);
    const kept = answer.rows[0];
    const keyHolds = kept?.revision != null;
    const fresh = new Set(kept?.revenue);
    for (const { place, event } of revenue) {
      const { uuid } = event;
      const status = !keyHolds ? "retry" : fresh.delete(uuid) ? "ok" : "duplicate";
      results.set(place, { uuid, status });
    }
    return { results, keyHolds };
  } catch (error) {
    log("warn", "revenue was not written", errorFields(error), settings.LOG_LEVEL);
    for (const { place, event } of revenue)
      results.set(place, { uuid: event.uuid, status: "retry" });
    return { results, keyHolds: undefined };
  }
}
