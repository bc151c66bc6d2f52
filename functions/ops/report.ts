import { z } from "zod";
import { hourOf } from "../../platform/meter/keys.ts";
import { readMeter, unitTotal } from "../../platform/meter/reading.ts";
import type { MeterSnapshot } from "../../platform/meter/snapshot.ts";
import { type Ready, readySchema } from "../../protocol/ops.ts";
import { within } from "../deadline.ts";
import type { Services } from "../services.ts";
import { keptOf } from "./kept.ts";
import type { Look } from "./look.ts";
import { checkPostgres, checkRoom } from "./ready.ts";
import { reportKey } from "./report-key.ts";

/** Within this time a check is answered from the last one. */
export const report_ms_max = 5 * 60_000;
/** A Postgres that nobody but monitors asked anything is asked no more often than this. */
export const quietPostgres_ms = 60 * 60_000;
/** As long as its part about Postgres may still be good. */
const report_ttl_s = (quietPostgres_ms + report_ms_max) / 1000;
const write_ms_max = 500;

/** What was found out, and what Postgres had been asked by then. */
const reportSchema = readySchema.omit({ fromCache: true }).extend({
  /** Round trips of others than operations, in the hour of the check of Postgres. */
  sqlUse: z.object({ hour: z.string(), roundTrips: z.number() }),
});
export type Report = z.infer<typeof reportSchema>;

/**
 * How everything behind the Worker does: from the last check when that is younger than five
 * minutes, whichever isolate made it; else from a check now, which is kept for the others.
 *
 * Neon sleeps after five minutes without a query. A check every five minutes would keep it awake
 * all month, so Postgres is asked only if somebody else has used it since it was last asked, or an
 * hour has passed; otherwise its last answer stands, with its own time. Without Redis nobody knows
 * who used it, and this isolate's own memory keeps to the same times.
 * @param look what Redis holds now; its answer is the check of Redis
 */
export async function currentReport(services: Services, look: Look): Promise<Ready> {
  const kept = keptOf(services);
  const shared = reportIn(look.found?.snapshot);
  const last = newer(shared, kept.report);
  const now_ms = services.now_ms();
  if (last !== undefined && ageOf(last.checkedAt, now_ms) < report_ms_max) {
    kept.report = last;
    return shown(last, true);
  }
  const report = await check(services, look, last);
  kept.report = report;
  if (look.found !== undefined) await write(services, report);
  return shown(report, false);
}

/** The last check that is known without asking, however old; each part says when it was asked. */
export function reportInLook(services: Services, { found }: Look): Ready | undefined {
  const last = newer(reportIn(found?.snapshot), keptOf(services).report);
  return last && shown(last, true);
}

/** The last check, if this isolate remembers one that is young enough to be answered again. */
export function rememberedReport(services: Services): Ready | undefined {
  const { report } = keptOf(services);
  if (report === undefined || ageOf(report.checkedAt, services.now_ms()) >= report_ms_max) return;
  return shown(report, true);
}

async function check(
  services: Services,
  { redis, found }: Look,
  last: Report | undefined,
): Promise<Report> {
  const now_ms = services.now_ms();
  const lastPostgres = last?.checks.postgres;
  const spare =
    last !== undefined &&
    lastPostgres?.status === "up" &&
    ageOf(lastPostgres.checkedAt, now_ms) < quietPostgres_ms &&
    !usedSince(last, found?.snapshot, now_ms);
  const [postgres, room] = await Promise.all([
    spare ? { check: last.checks.postgres, jobs: last.jobs } : checkPostgres(services),
    checkRoom(services),
  ]);
  const checks = { redis, postgres: postgres.check, room };
  const ready = Object.values(checks).every(({ status }) => status === "up");
  return {
    status: ready ? "ready" : "not_ready",
    checkedAt: new Date(services.now_ms()).toISOString(),
    checks,
    queries: queriesIn(found?.snapshot),
    jobs: postgres.jobs,
    versions: { worker: services.settings.VERSION },
    sqlUse: spare ? last.sqlUse : sqlUseIn(found?.snapshot, hourOf(now_ms)),
  };
}

function reportIn(snapshot: MeterSnapshot | undefined): Report | undefined {
  const parsed = reportSchema.safeParse(snapshot?.others[0]);
  return parsed.success ? parsed.data : undefined;
}

function newer(one: Report | undefined, other: Report | undefined): Report | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.checkedAt >= other.checkedAt ? one : other;
}

function ageOf(at: string, now_ms: number): number {
  return now_ms - Date.parse(at);
}

function shown({ sqlUse: _, ...report }: Report, fromCache: boolean): Ready {
  return { ...report, fromCache };
}

function sqlUseIn(snapshot: MeterSnapshot | undefined, hour: string): Report["sqlUse"] {
  const hash = snapshot?.hours.find((one) => one.hour === hour)?.hash ?? {};
  return { hour, roundTrips: unitTotal(readMeter(hash), "sql_round_trips", ["ops"]) };
}

/** Whether anybody but operations has asked Postgres something since the report; unknown is no. */
function usedSince(
  { sqlUse }: Report,
  snapshot: MeterSnapshot | undefined,
  now_ms: number,
): boolean {
  if (snapshot === undefined) return false;
  const running = hourOf(now_ms);
  const later = running === sqlUse.hour ? 0 : sqlUseIn(snapshot, running).roundTrips;
  return later + sqlUseIn(snapshot, sqlUse.hour).roundTrips > sqlUse.roundTrips;
}

function queriesIn(snapshot: MeterSnapshot | undefined): Ready["queries"] {
  if (snapshot === undefined) return { roundTrips: null, slowShare: null };
  const reading = readMeter(...snapshot.hours.slice(0, 2).map(({ hash }) => hash));
  const roundTrips = unitTotal(reading, "sql_round_trips");
  const slow = unitTotal(reading, "sql_slow");
  return { roundTrips, slowShare: roundTrips === 0 ? null : Math.min(1, slow / roundTrips) };
}

/** Keeps the report for other isolates. One that is not kept costs another check, no more. */
async function write({ redis }: Services, report: Report): Promise<void> {
  const written = Promise.resolve(redis.set(reportKey, report, { ex: report_ttl_s }));
  await within(written, write_ms_max, () => new Error("too late")).catch(() => undefined);
}
