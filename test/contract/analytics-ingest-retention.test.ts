import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import { analyticsKinds, analyticsRetentionOf } from "../../functions/analytics/maintenance.ts";
import { contextOf } from "../../platform/jobs/testing/context.ts";
import { onEachEngine } from "./neon-engines.ts";

const night_ms = Date.UTC(2026, 10, 22, 3, 17);
const day_ms = 86_400_000;

onEachEngine("the nightly run of analytics", (gateway) => {
  let db: Db;

  beforeAll(async () => {
    await migrateDatabase(gateway.info);
    db = createDb(gateway.info);
    await db.execute(
      sql`insert into "user" (id, name, email) values ('u', 'Ada', 'a@example.com')`,
    );
    await db.execute(sql`insert into analytics_game (id, user_id, name, settings, retention_days,
      retention_days_before, retention_from) values ('g', 'u', 'Tower', '{}', 7, 30, '2026-01-01')`);
  }, 90_000);

  const tables = async () => {
    const { rows } = await db.execute<{ name: string }>(sql`
      select inhrelid::regclass::text as name from pg_inherits
      where inhparent = 'analytics_event'::regclass`);
    return rows.map(({ name }) => name).sort();
  };

  /** What a run queued to go on where it ended. */
  const queued: unknown[] = [];
  const queueNext = async (...next: unknown[]) => void queued.push(next);

  const run = (payload: unknown = analyticsRetentionOf(night_ms)) => {
    const kind = analyticsKinds(db, queueNext)["analytics.retention"];
    return kind.run(contextOf(payload));
  };

  test("makes the partitions of the days to come, drops what is past its time, and twice is once", async () => {
    const old = [partitionOf(7, night_ms - 11 * day_ms), partitionOf(0, night_ms - 20 * day_ms)];
    const young = [
      partitionOf(7, night_ms - 9 * day_ms),
      partitionOf(365, night_ms - 300 * day_ms),
    ];
    for (const partition of [...old, ...young]) await createPartition(db, partition);
    for (const [id, age_days, env] of [
      ["01a00000-0000-7000-8000-000000000001", 34, "live"],
      ["01a00000-0000-7000-8000-000000000002", 32, "live"],
      ["01a00000-0000-7000-8000-000000000003", 11, "sandbox"],
    ] as const) {
      const at_ms = night_ms - age_days * day_ms;
      await db.execute(sql`insert into analytics_session (game_id, env, id, player_id, day,
        started_ms, last_ms, seen_ms, open, ended)
        values ('g', ${env}, ${id}, 'p', '2026-10-01', ${at_ms}, ${at_ms}, ${at_ms}, false, true)`);
    }
    expect(await run()).toMatchObject({ result: { dropped: 2, sessions: 2 } });
    const names = await tables();
    for (const { table } of old) expect(names).not.toContain(table);
    for (const { table } of young) expect(names).toContain(table);
    for (let ahead = 0; ahead <= 8; ahead += 1)
      for (const kept of [0, 7, 30, 90, 365] as const)
        expect(names).toContain(partitionOf(kept, night_ms + ahead * day_ms).table);
    expect(await run()).toMatchObject({ result: { dropped: 0, sessions: 0 } });
    expect(await tables()).toEqual(names);
    expect(queued).toEqual([]);
  });

  test("goes on until no old session is left, however many a night brings", async () => {
    const old_ms = night_ms - 40 * day_ms;
    for (const rows of [...Array<number>(20).fill(10_000), 1])
      await db.execute(sql`insert into analytics_session (game_id, env, id, player_id, day,
        started_ms, last_ms, seen_ms, open, ended)
      select 'g', 'live', gen_random_uuid(), 'p', '2026-10-01', ${old_ms}::bigint, ${old_ms}::bigint,
        ${old_ms}::bigint, false, true from generate_series(1, ${rows}::integer)`);
    expect(await run()).toMatchObject({ result: { sessions: 200_000, more: true } });
    const payload = { ...analyticsRetentionOf(night_ms), sessionsOnly: true };
    expect(queued).toEqual([["analytics.retention", payload, "job:1:more"]]);
    expect(await run(payload)).toMatchObject({ result: { made: 0, sessions: 1, more: false } });
    expect(queued).toHaveLength(1);
  }, 120_000);
});
