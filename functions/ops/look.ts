import { type MeterSnapshot, readSnapshot } from "../../platform/meter/snapshot.ts";
import { type MeterTotals, readTotals } from "../../platform/meter/totals.ts";
import type { ReadyCheck } from "../../protocol/ops.ts";
import { partySchema } from "../../protocol/room.ts";
import { within } from "../deadline.ts";
import type { Services } from "../services.ts";
import { usualHours } from "./figures.ts";
import { keptOf } from "./kept.ts";
import { reportKey } from "./report-key.ts";

/** What one look into Redis brought, and so how Redis does. */
export interface Look<Found extends Snapshots = Snapshots> {
  readonly redis: ReadyCheck;
  /** Undefined when Redis did not answer in time. */
  readonly found: Found | undefined;
}

interface Snapshots {
  readonly snapshot: MeterSnapshot;
}

const parties = partySchema.options;
/** How old the figures of `GET /health` and its like may be. Every page of the site asks for it. */
const look_ms_max = 60_000;
/** A Redis that did not answer is asked again sooner, but not by everybody. */
const failure_ms_max = 10_000;

/**
 * Reads the meter, and what was found out for `/ready`, in one round trip.
 * @param hours from the running one backwards
 */
export function look(services: Services, hours: number, deadline_ms: number): Promise<Look> {
  return looking(services, deadline_ms, async () => ({
    snapshot: await readSnapshot(services.redis, { ...optionsFor(services), hours }),
  }));
}

/** The same with totals since the meter began. @param background for what goes on after the answer */
export function lookAtTotals(
  services: Services,
  deadline_ms: number,
  background: (work: Promise<unknown>) => void,
): Promise<Look<MeterTotals>> {
  return looking(services, deadline_ms, () =>
    readTotals(services.redis, optionsFor(services), background),
  );
}

/** What somebody in this isolate saw within the last minute, or a look with a short deadline. */
export async function recentLook(services: Services, deadline_ms: number): Promise<Look> {
  const kept = keptOf(services);
  const now = services.now_ms();
  if (kept.look !== undefined) {
    const age_ms = now - kept.look.at_ms;
    const { found } = kept.look.look;
    if (age_ms < (found === undefined ? failure_ms_max : look_ms_max)) return kept.look.look;
  }
  const seen = await look(services, usualHours, deadline_ms);
  kept.look = { look: seen, at_ms: now };
  return seen;
}

function optionsFor({ settings, now_ms }: Services) {
  return { version: settings.VERSION, parties, now_ms: now_ms(), others: [reportKey] };
}

async function looking<Found extends Snapshots>(
  { now_ms }: Services,
  deadline_ms: number,
  read: () => Promise<Found>,
): Promise<Look<Found>> {
  const started_ms = now_ms();
  const check = (status: ReadyCheck["status"]): ReadyCheck => ({
    status,
    latency_ms: Math.max(0, now_ms() - started_ms),
    checkedAt: new Date(now_ms()).toISOString(),
  });
  try {
    const found = await within(read(), deadline_ms, () => new Error("too late"));
    return { redis: check("up"), found };
  } catch {
    // The client's error repeats the commands; that Redis is down is all there is to say.
    return { redis: check("down"), found: undefined };
  }
}
