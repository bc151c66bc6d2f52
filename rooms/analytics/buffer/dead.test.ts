import { expect, test } from "vitest";
import { forAll } from "../../../platform/testing/random.ts";
import { BufferBench, keyId, refused, uuidsOf } from "../testing/buffer-bench.ts";

const minute_ms = 60_000;

test("A-FLUSH-4 of all that the database refuses only the events that it refuses end up dead, wherever they are", async () => {
  await forAll(40, async (random) => {
    const bench = new BufferBench();
    const batches = Array.from({ length: 1 + random.below(40) }, () =>
      uuidsOf(bench, 1 + random.below(60)),
    );
    const all = batches.flat();
    const poison = new Set(Array.from({ length: 1 + random.below(5) }, () => random.pick(all)));
    bench.database = (uuids) => {
      if (uuids.some((uuid) => poison.has(uuid))) throw refused("22P05");
    };
    for (const uuids of batches) await bench.send(uuids);
    for (let deaths = 0; deaths < 3; deaths += 1) {
      await bench.pass(random.below(minute_ms));
      bench.restart();
    }
    await bench.pass(minute_ms);
    expect(bench.kept).toEqual(all.filter((uuid) => !poison.has(uuid)));
    expect(bench.buffer.figures()).toMatchObject({
      ...{ waiting_events: 0, dead_events: poison.size, deadReason: "22P05" },
      ...{ accepted_events: all.length, flushed_events: all.length - poison.size },
    });
    const dead = bench.buffer.dead(0).events;
    expect(dead.map(({ row }) => row.u)).toEqual(all.filter((uuid) => poison.has(uuid)));
    expect(bench.buffer.dead(dead[0]?.id ?? 0).events).toEqual(dead.slice(1));
    // Whoever sends them again is not told that they are lost.
    bench.restart();
    expect(await bench.send([...poison])).toMatchObject({ type: "accepted" });
    bench.database = () => {};
    bench.buffer.revive();
    await bench.pass(minute_ms);
    expect(new Set(bench.kept)).toEqual(new Set(all));
    expect(bench.buffer.figures()).toMatchObject({ waiting_events: 0, dead_events: 0 });
  });
});

test("A-FLUSH-4 finding one among five hundred takes some twenty statements, and a batch of nothing else two for each", async () => {
  const statementsFor = async (isPoison: (uuid: string, at: number) => boolean) => {
    const bench = new BufferBench();
    const uuids = uuidsOf(bench, 500);
    const poison = new Set(uuids.filter(isPoison));
    let statements = 0;
    bench.database = (written) => {
      statements += 1;
      if (written.some((uuid) => poison.has(uuid))) throw refused("23514");
    };
    await bench.send(uuids);
    await bench.pass(minute_ms);
    expect(bench.buffer.figures()).toMatchObject({
      ...{ waiting_events: 0, dead_events: poison.size },
    });
    return statements;
  };
  for (const place of [0, 1, 249, 498, 499])
    expect(await statementsFor((_, at) => at === place)).toBeLessThanOrEqual(30);
  expect(await statementsFor(() => true)).toBeLessThanOrEqual(1_000);
});

test("A-FLUSH-4 a death in the middle of narrowing down writes nothing twice and buries nothing twice", async () => {
  const bench = new BufferBench();
  const uuids = uuidsOf(bench, 40);
  const [poison] = uuids.slice(17);
  let statements = 0;
  bench.database = (written) => {
    statements += 1;
    if (statements % 3 === 0) throw new TypeError("the line broke");
    if (written.some((uuid) => uuid === poison)) throw refused("22003");
  };
  await bench.send(uuids);
  for (let deaths = 0; deaths < 40; deaths += 1) {
    await bench.pass(31_000);
    bench.restart();
  }
  expect(bench.kept).toEqual(uuids.filter((uuid) => uuid !== poison));
  expect(bench.buffer.figures()).toMatchObject({
    ...{ accepted_events: 40, flushed_events: 39, dead_events: 1, waiting_events: 0 },
  });
});

test("A-FLUSH-4 a batch that was cut is not refused when it comes again under its own key", async () => {
  const bench = new BufferBench();
  const uuids = uuidsOf(bench, 8);
  bench.database = (written) => {
    if (written.length > 1 || written[0] === uuids[0]) throw refused("22003");
    bench.take(written);
    throw new TypeError("the line broke");
  };
  await bench.send(uuids, { idempotencyKey: "batch-9" });
  await bench.pass(31_000);
  bench.restart();
  expect((await bench.send(uuids, { idempotencyKey: "batch-9" })).type).toBe("accepted");
  bench.database = () => {};
  await bench.pass(minute_ms);
  expect(bench.kept).toEqual(uuids.slice(1));
});

test("A-DEAD-1 what is dead counts towards the limit: it is kept, or nothing more is taken", async () => {
  const bench = new BufferBench({ kept_bytes_max: 1_500, batch_bytes_max: 1_400 });
  bench.database = () => {
    throw refused("22003");
  };
  const sent = uuidsOf(bench, 25);
  expect((await bench.send(sent)).type).toBe("accepted");
  await bench.pass(minute_ms);
  expect(bench.buffer.figures()).toMatchObject({ waiting_bytes: 0, dead_events: 25 });
  for (const _ of ["before a death", "after it"]) {
    expect(await bench.send(uuidsOf(bench, 10))).toMatchObject({ reason: "full" });
    bench.restart();
  }
  expect(bench.buffer.dead(0).events.map(({ row }) => row.u)).toEqual(sent);
});

test("A-DEAD-2 a player who is forgotten leaves no dead event behind", async () => {
  const bench = new BufferBench();
  bench.database = () => {
    throw refused("22003");
  };
  const [ada = "", eve = ""] = uuidsOf(bench, 2);
  const rows = JSON.stringify([
    { u: ada, p: "ada" },
    { u: eve, p: "eve" },
  ]);
  await bench.buffer.accept({ revision: 1, keyId, uuids: [ada, eve] }, rows);
  await bench.pass(minute_ms);
  bench.buffer.forgetPlayer("ada", bench.now_ms);
  expect(bench.buffer.dead(0).events.map(({ row }) => row.u)).toEqual([eve]);
  expect(bench.buffer.figures().dead_events).toBe(1);
});
