import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Ready, ReadyCheck } from "../../protocol/ops.ts";
import { within } from "../deadline.ts";
import { askRoom } from "../rooms/stub.ts";
import type { Services } from "../services.ts";

/** How long each part may take; a sleeping Postgres needs a few hundred milliseconds to wake. */
const deadline_ms = { redis: 1_000, postgres: 3_000, room: 2_000 } as const;
/** A room for this alone. It stores nothing, since nobody ever commands anything in it. */
const probeRoom = "ready-probe";
const pong = z.object({ ok: z.literal(true) });

/** Asks all that the Worker stands on, at once, each with a deadline of its own. Never throws. */
export async function checkReady(services: Services): Promise<Ready> {
  const { now_ms, redis, db, rooms } = services;
  const [redisCheck, postgres, room] = await Promise.all([
    check(now_ms, deadline_ms.redis, () => redis.ping()),
    check(now_ms, deadline_ms.postgres, () => db.execute(sql`select 1`)),
    check(now_ms, deadline_ms.room, () =>
      askRoom(rooms.watch, "watch", probeRoom, { type: "ping" }, pong, deadline_ms.room),
    ),
  ]);
  const checks = { redis: redisCheck, postgres, room };
  const ready = Object.values(checks).every(({ status }) => status === "up");
  return { status: ready ? "ready" : "not_ready", checks };
}

async function check(
  now_ms: () => number,
  deadline_ms: number,
  probe: () => PromiseLike<unknown>,
): Promise<ReadyCheck> {
  const started_ms = now_ms();
  const latency = () => Math.max(0, now_ms() - started_ms);
  try {
    await within(Promise.resolve(probe()), deadline_ms, () => new Error("too late"));
    return { status: "up", latency_ms: latency() };
  } catch {
    // Why it is down is for the part's own log; this answer goes to strangers.
    return { status: "down", latency_ms: latency() };
  }
}
