import { beforeAll, expect, test } from "vitest";
import { recountAnalytics } from "../../db/queries/analytics-recount.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import type { EventRow } from "../../protocol/analytics/row.ts";
import { dayOf } from "../../protocol/analytics/uuid7.ts";
import { BufferWriter } from "../../rooms/analytics/buffer/writer.ts";
import { BufferBench, benchConfig, keyId } from "../../rooms/analytics/testing/buffer-bench.ts";
import { keptRollups } from "./analytics-ingest-oracle.ts";
import { someRows } from "./analytics-ingest-rows.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { onEachEngine } from "./neon-engines.ts";

/** A buffer before a database that refuses some events for what they are. */

const day_ms = 86_400_000;
const seed = Date.now() % 1_000_000;

/** What no check of the API lets through, should a check ever be missing, and how it is refused. */
const poisons: Readonly<Record<string, Partial<EventRow>>> = {
  "22003": { la: 2 ** 40 },
  "22P05": { o: { text: "\u0000" } },
  "23502": { p: null as unknown as string },
};

onEachEngine("a buffer whose database refuses an event", (gateway) => {
  let analytics: AnalyticsUnderTest;

  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start(gateway);
  }, 60_000);

  test.each(Object.entries(poisons))(
    "writes all others, and keeps it with the reason %s",
    async (reason, poison) => {
      const place = await analytics.game();
      const bench = new BufferBench();
      bench.config = benchConfig({ gameId: place.gameId });
      const writer = new BufferWriter(analytics.db, place);
      bench.writer = (work, config) => writer.write(work, config);
      const random = seededRandom(seed);
      const rows = Array.from({ length: 4 }, () =>
        someRows(random, 40, bench.now_ms).filter(({ k }) => k !== "revenue" && k !== "heartbeat"),
      );
      const batches = rows.map((batch) => [...new Map(batch.map((row) => [row.u, row])).values()]);
      const bad = batches[1]?.at(-3);
      if (bad === undefined) throw new Error(`no row to spoil (seed ${seed})`);
      for (const batch of batches) {
        const sent = batch.map((row) => (row === bad ? { ...row, ...poison } : row));
        const head = { revision: 1, keyId, uuids: sent.map(({ u }) => u) };
        expect((await bench.buffer.accept(head, JSON.stringify(sent))).type).toBe("accepted");
      }
      await bench.pass(300_000);
      const figures = bench.buffer.figures();
      expect(figures).toMatchObject({ waiting_events: 0, dead_events: 1, deadReason: reason });
      const [dead] = bench.buffer.dead(0).events;
      expect(dead?.row).toMatchObject({ u: bad.u });
      const kept = new Set((await keptRollups(analytics.db, place)).events);
      const all = new Set(batches.flat().map(({ u }) => u));
      expect([...all].filter((uuid) => !kept.has(uuid))).toEqual([bad.u]);
      const from = dayOf(bench.now_ms - 400 * day_ms);
      const differing = Object.entries(await recountAnalytics(analytics.db, place, from));
      expect(differing.filter(([, { rows }]) => rows > 0)).toEqual([]);
    },
  );
});
