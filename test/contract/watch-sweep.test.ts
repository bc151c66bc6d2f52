import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { findWatchRoom } from "../../db/queries/watch.ts";
import { watchKinds, watchSweepDefaults } from "../../functions/watch/sweep-kind.ts";
import { contextOf } from "../../platform/jobs/testing/context.ts";
import { noDrift } from "../../protocol/watch/report.ts";
import { onEachWatchSite } from "./watch-site.ts";

const resultSchema = z.object({ unused: z.number(), asked: z.number(), over: z.number() });
const [day_h, two_days_h] = [24, 48];

onEachWatchSite("The sweep of watch rooms", (site) => {
  const sweep = async (signal = new AbortController().signal) => {
    const kind = watchKinds(site().db, site().rooms)["watch.sweep"];
    return resultSchema.parse((await kind.run(contextOf(watchSweepDefaults, signal))).result);
  };
  /** A room last used so many hours ago; `joined` if anybody ever was. */
  const roomOf = async (hours: number, joined: boolean) => {
    const { room } = await site().person().door.created();
    await site().db.execute(sql`update watch_room
      set used_at = now() - make_interval(hours => ${hours}::integer), joined = ${joined}
      where id = ${room.id}`);
    return room.id;
  };
  const isKept = async (id: string) => (await findWatchRoom(site().db, id)) !== undefined;
  const peaks = (byId: Readonly<Record<string, number>>) => {
    site().room = (id) => ({
      ...{ people: 0, peak: byId[id] ?? 0, messages: 0, messages_per_s: 0 },
      drift: { p50_ms: null, p95_ms: null, p99_ms: null },
      driftCounts: noDrift(),
      ...{ corrections: 0, stalls: 0, resumes: 0, gateWaits: 0, server_ms: 1 },
    });
  };

  test("takes away rooms that nobody entered in a day, without waking any", async () => {
    const old = await roomOf(day_h + 1, false);
    const young = await roomOf(day_h - 1, false);
    expect(await sweep()).toEqual({ unused: 1, asked: 0, over: 0 });
    expect([await isKept(old), await isKept(young)]).toEqual([false, true]);
    expect(site().woken).toEqual([]);
    expect(await sweep()).toEqual({ unused: 0, asked: 0, over: 0 });
  });

  test("asks a room that nobody was let into for days, and takes away one that holds nothing", async () => {
    const [gone, busy] = [await roomOf(two_days_h + 1, true), await roomOf(two_days_h + 2, true)];
    const recent = await roomOf(two_days_h - 1, true);
    peaks({ [busy]: 4 });
    expect(await sweep()).toEqual({ unused: 0, asked: 2, over: 1 });
    expect([await isKept(gone), await isKept(busy), await isKept(recent)]).toEqual([
      ...[false, true, true],
    ]);
    expect(site().woken).toEqual([busy, gone]);
    // One that is in use stands at the end of the line now.
    expect(await sweep()).toEqual({ unused: 0, asked: 0, over: 0 });
  });

  test("keeps a room that does not answer, and asks it again days later", async () => {
    const silent = await roomOf(two_days_h + 1, true);
    site().room = () => {
      throw new Error("overloaded");
    };
    expect(await sweep()).toMatchObject({ asked: 1, over: 0 });
    expect(await isKept(silent)).toBe(true);
    expect(await sweep()).toMatchObject({ asked: 0 });
  });

  test("asks fifty rooms a night, the quietest first, and leaves the rest to the next", async () => {
    const { db } = site();
    await db.execute(sql`insert into watch_room (id, title, source, joined, used_at)
      select 'quiet-' || n, 'x', '{"kind":"sample","id":"orbit"}', true,
        now() - make_interval(hours => ${two_days_h}::integer + n)
      from generate_series(1, 60) n`);
    expect(await sweep()).toEqual({ unused: 0, asked: 50, over: 0 });
    expect(site().woken[0]).toBe("quiet-60");
    peaks({});
    expect(await sweep()).toEqual({ unused: 0, asked: 10, over: 10 });
  });

  test("takes away more than one statement's worth of rooms", async () => {
    await site().db.execute(sql`insert into watch_room (id, title, source, used_at)
      select 'unused-' || n, 'x', '{"kind":"sample","id":"orbit"}', now() - interval '25 hours'
      from generate_series(1, 1203) n`);
    expect(await sweep()).toEqual({ unused: 1_203, asked: 0, over: 0 });
  });

  test("stops when it is told to", async () => {
    await roomOf(day_h + 1, false);
    await expect(sweep(AbortSignal.abort())).rejects.toThrow();
    expect(site().woken).toEqual([]);
  });
});
