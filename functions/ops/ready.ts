import { z } from "zod";
import { sqlState } from "../../db/client.ts";
import { countJobs } from "../../db/queries/job-read.ts";
import type { JobFigures, ReadyCheck } from "../../protocol/ops.ts";
import { within } from "../deadline.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";

/** How long each part may take; a sleeping Postgres needs a few hundred milliseconds to wake. */
const postgres_ms_max = 3_000;
const room_ms_max = 2_000;
/** A room for this alone. It stores nothing, since nobody ever commands anything in it. */
const probeRoom = "ready-probe";
const pong = z.object({ ok: z.literal(true) });
/** SQLSTATE `undefined_table`: Postgres answers, and has not been migrated as far. */
const undefinedTable = "42P01";

/** Asks Postgres, in one round trip, how the jobs stand. Never throws. */
export async function checkPostgres(
  services: Services,
): Promise<{ readonly check: ReadyCheck; readonly jobs: JobFigures | null }> {
  let jobs: JobFigures | null = null;
  const check = await checked(services, postgres_ms_max, async () => {
    try {
      const { queued, running, dead, oldestDue_ms } = await countJobs(services.db);
      jobs = { queued, running, dead, oldestDue_ms: Math.max(0, oldestDue_ms) };
    } catch (error) {
      if (sqlState(error) !== undefinedTable) throw error;
    }
  });
  return { check, jobs: check.status === "up" ? jobs : null };
}

/** Asks a room. It wakes for it. Never throws. */
export async function checkRoom(services: Services): Promise<ReadyCheck> {
  const { watch } = services.rooms;
  return await checked(services, room_ms_max, () =>
    askRoom(watch, "watch", probeRoom, { type: "ping" }, pong, room_ms_max),
  );
}

async function checked(
  { now_ms }: Services,
  deadline_ms: number,
  probe: () => Promise<unknown>,
): Promise<ReadyCheck> {
  const started_ms = now_ms();
  const check = (status: ReadyCheck["status"]): ReadyCheck => ({
    status,
    latency_ms: Math.max(0, now_ms() - started_ms),
    checkedAt: new Date(now_ms()).toISOString(),
  });
  try {
    await within(probe(), deadline_ms, () => new Error("too late"));
    return check("up");
  } catch {
    // Why it is down is for the part's own log; this answer goes to strangers.
    return check("down");
  }
}
