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
  /** The game's own server, which is believed. */
  readonly trusted: boolean;
}

/** What became of revenue, by its place in the batch. */
export interface RevenueOutcome {
  readonly results: ReadonlyMap<number, EventResult>;
  /** Whether the key holds, as the database says; undefined when it did not answer. */
  readonly keyHolds: boolean | undefined;
}

/**
 * Commits purchases and refunds to the database, past the buffer: they are answered when they are
 * there. A transaction that is there already is a duplicate, whichever event tells of it. When the
 * database does not answer, they are to be sent again.
 */
export async function commitRevenue(
  c: Context<AppEnv>,
  sender: RevenueSender,
  revenue: Understood["revenue"],
  facts: BatchFacts,
): Promise<RevenueOutcome> {
  const { db, settings } = c.var.services;
  const verify = sharedSecretVerifier(settings.ANALYTICS_RECEIPT_SECRET?.reveal());
  const results = new Map<number, EventResult>();
  const rows = [];
  const places = [];
  for (const { place, event } of revenue) {
    const verdict = sender.trusted ? "verified" : await verify(event);
    const { uuid } = event;
    if (verdict === "invalid") results.set(place, { uuid, status: "drop", reason: "receipt" });
    else {
      rows.push({ ...rowOf(event, facts), rv: verdict === "verified" });
      places.push({ place, uuid });
    }
  }
  if (rows.length === 0) return { results, keyHolds: undefined };
  try {
    const [, answer] = await db.batch([
      lockAnalytics(db, sender),
      ingestAnalytics(db, sender, JSON.stringify(rows), sender.keyId),
    ]);
    const kept = answer.rows[0];
    const keyHolds = kept?.revision != null;
    const fresh = new Set(kept?.revenue);
    for (const { place, uuid } of places) {
      const status = !keyHolds ? "retry" : fresh.delete(uuid) ? "ok" : "duplicate";
      results.set(place, { uuid, status });
    }
    return { results, keyHolds };
  } catch (error) {
    log("warn", "revenue was not written", errorFields(error), settings.LOG_LEVEL);
    for (const { place, uuid } of places) results.set(place, { uuid, status: "retry" });
    return { results, keyHolds: undefined };
  }
}
