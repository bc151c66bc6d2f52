import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drivers } from "../../bench/load/drivers.ts";
import { Recording } from "../../bench/load/recording.ts";
import { startContainer } from "../../bench/load/sides/container.ts";
import { type EdgeSide, startEdge } from "../../bench/load/sides/edge.ts";
import type { RunningSide } from "../../bench/load/sides/side.ts";
import { hasStores } from "../../bench/servers/stores.ts";
import { type MeasuredModule, measuredModules } from "../../cost/measured.ts";
import { type Random, seededRandom } from "../../platform/testing/random.ts";

const people = 4;
/** Longer than a message takes to be written. */
const run_s = 8;
const start_ms_max = 150_000;
const story_ms_max = 240_000;
/** A sweep of the jobs may ask the databases in between; it comes every five minutes. */
const tries = 4;

/** What scripts are billed as: themselves, and what the limiter's two call. */
const script_commands = 4;
const scriptOfOneKey_commands = 2;

/** What happens by chance happens a hundred times as soon: a few seconds show all of it. */
function hasty(seed: number): Random {
  const random = seededRandom(seed);
  return { ...random, next: () => random.next() / 100 };
}

async function visit(side: RunningSide, module: MeasuredModule, random: Random) {
  const recording = new Recording();
  const crowd = await drivers[module].prepare(side, people, random);
  try {
    await crowd.run(run_s, recording);
  } finally {
    await crowd.leave();
  }
  return recording;
}

describe.runIf(hasStores)("four people of a load run who watch on the old design", () => {
  let side: RunningSide;
  beforeAll(async () => {
    side = await startContainer();
  }, start_ms_max);
  afterAll(() => side?.stop());

  test("hear what others do, and come back, without a failure", {
    timeout: story_ms_max,
  }, async () => {
    const recording = await visit(side, "watch", hasty(7));
    expect(recording.failures).toEqual({});
    expect(Object.keys(recording.kinds)).toEqual(
      expect.arrayContaining(["control", "chat", "resume"]),
    );
    // The server tells the position every second: to each of four, some hundred bytes.
    expect(recording.bytes).toBeGreaterThan(people * run_s * 50);
    expect(await side.units()).toEqual({});
  });
});

describe.runIf(hasStores)("four people of a load run who watch at the edge", () => {
  let side: EdgeSide;
  beforeAll(async () => {
    side = await startEdge();
  }, start_ms_max);
  afterAll(() => side?.stop());

  test("hear what others do, and come back, without a failure, and are counted", {
    timeout: story_ms_max,
  }, async () => {
    const before = await side.units();
    const recording = await visit(side, "watch", hasty(7));
    expect(recording.failures).toEqual({});
    expect(Object.keys(recording.kinds)).toEqual(
      expect.arrayContaining(["control", "chat", "resume"]),
    );
    const after = await side.units();
    for (const unit of ["worker_requests", "room_requests", "socket_messages_in", "rows_written"])
      expect(after[unit] ?? 0, unit).toBeGreaterThan(before[unit] ?? 0);
  });

  const gatewaysCounted = async () => {
    const { redis, postgres } = await side.stack.gatewayCounts();
    const { commands = 0, scripts = 0, scriptsOfOneKey = 0 } = redis;
    return {
      redis_commands:
        commands + scripts * script_commands + scriptsOfOneKey * scriptOfOneKey_commands,
      requests: postgres.requests ?? 0,
    };
  };
  /**
   * What both gateways had counted, and what the meter then wrote down of the same. Writing down costs
   * commands, which only the next writing tells: so the gateways are asked first.
   */
  const counts = async () => {
    for (let left = tries; ; left -= 1) {
      const gateways = await gatewaysCounted();
      const { redis_commands, sql_round_trips } = await side.units();
      const quiet = gateways.requests === (await gatewaysCounted()).requests;
      // A room's alarm or a sweep may have asked meanwhile; then the two are of different moments.
      if ((quiet && gateways.redis_commands === redis_commands) || left === 1)
        return { gateways, meter: { redis_commands, sql_round_trips } };
    }
  };

  test("and players and callers beside them: the meter has every command and query, and no other", {
    timeout: 2 * story_ms_max,
  }, async () => {
    const before = await counts();
    expect(before.meter.redis_commands).toBe(before.gateways.redis_commands);
    for (const module of measuredModules) await visit(side, module, seededRandom(3));
    const after = await counts();
    expect(after.meter.redis_commands).toBe(after.gateways.redis_commands);
    // The migrations went through the gateway as well, before there was a meter.
    const unmetered = before.gateways.requests - (before.meter.sql_round_trips ?? 0);
    expect((after.meter.sql_round_trips ?? 0) + unmetered).toBe(after.gateways.requests);
    const more = (of: "redis_commands" | "sql_round_trips") =>
      (after.meter[of] ?? 0) - (before.meter[of] ?? 0);
    expect(more("redis_commands")).toBeGreaterThan(10);
    expect(more("sql_round_trips")).toBeGreaterThan(3);
  });
});
