import type { Batch, EventResult } from "../../../protocol/analytics/batch.ts";
import { letterOf, saidBy } from "../../../protocol/analytics/said.ts";
import { sha256Hex } from "../../digest.ts";
import type { Understood } from "./understand.ts";

/**
 * What a batch is known by under its idempotency key: SHA-256 of its events as they were sent, revenue
 * and bad ones too, in hex. Not of what is around them: the moment of sending is another each time.
 */
export function fingerprintOf({ events }: Batch): Promise<string> {
  return sha256Hex(JSON.stringify(events));
}

/** What is going to be said of a batch, a letter for each event, for the buffer to keep. */
export function saidOf({ results, revenue }: Understood): string {
  const paid = new Set(revenue.map(({ place }) => place));
  return results
    .map(({ status, reason }, place) =>
      letterOf(paid.has(place) ? "revenue" : status === "drop" ? (reason ?? "invalid") : "kept"),
    )
    .join("");
}

/**
 * A batch as it was understood when it first came: what the game wants of its events may have changed
 * since. Revenue the database answers for, now as then.
 * @param said what the buffer kept, a letter for each event
 */
export function asFirstSaid(understood: Understood, said: string): Understood {
  if (said.length !== understood.results.length) return understood;
  const words = Array.from(said, saidBy);
  const results = understood.results.map((result, place): EventResult => {
    const { uuid } = result;
    const word = words[place];
    if (word === undefined || word === "revenue") return result;
    if (word === "duplicate") return { uuid, status: "duplicate" };
    if (word === "kept") return result.status === "ok" ? result : { uuid, status: "ok" };
    return result.reason === word ? result : { uuid, status: "drop", reason: word };
  });
  const revenue = understood.revenue.filter(({ place }) => words[place] === "revenue");
  return { ...understood, results, revenue };
}
