import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { askBuffer, handOver } from "../../functions/analytics/buffers.ts";
import { entryRequest, sendToRoom } from "../../functions/rooms/forward.ts";
import {
  type BufferAddress,
  bufferName,
  type GameConfig,
} from "../../protocol/analytics/buffer.ts";
import { gameSettingsSchema } from "../../protocol/analytics/game.ts";
import { tailRoom } from "../../protocol/analytics/tail.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { roomClaimsSchema } from "../../protocol/room.ts";
import { freshStats } from "../../rooms/analytics/buffer/stats.ts";
import { BufferStore } from "../../rooms/analytics/buffer/store.ts";
import type { TailNamespace } from "../../rooms/analytics/buffer/tail.ts";
import { RoomSocket } from "../conformance/room-socket.ts";
import { NeonStandIn } from "./neon-stand-in.ts";
import { wakesOf } from "./wakes.ts";

/**
 * The buffer's object in workerd: what is on its disk outlives it, its alarm alone writes it, and it
 * tells whoever watches.
 */

const keyId = "write-key-01";
/** What buffers are bound to as well: tests and the Worker under test share it. */
const bound = env as { ANALYTICS_TAIL: TailNamespace };
const tails = env.ANALYTICS_TAIL;
let games = 0;

/** A game's buffer that no other test uses, and the database behind it. */
function newBuffer() {
  games += 1;
  const gameId = `workerd-game-${String(games).padStart(3, "0")}`;
  const address: BufferAddress = { gameId, env: "live", shard: 0 };
  const config: GameConfig = {
    gameId,
    revision: 1,
    retention_days: 90,
    retention_days_before: 90,
    retentionFrom: "2026-01-01",
    // No alarm rings by itself while a test runs.
    settings: gameSettingsSchema.parse({ flushEvery_s: 3_600, flushEvents: 50_000 }),
    keys: [{ id: keyId, kind: "write", env: "live" }],
    rules: [],
  };
  const name = bufferName(address);
  const stub = env.ANALYTICS_BUFFER.getByName(name);
  const neon = new NeonStandIn(config);
  return {
    neon,
    name,
    evict: () => evictDurableObject(stub),
    ring: () => runDurableObjectAlarm(stub),
    alarm: () => runInDurableObject(stub, (_, ctx) => ctx.storage.getAlarm()),
    figures: () => askBuffer(env.ANALYTICS_BUFFER, address, { type: "figures" }),
    listen: (until_ms: number) =>
      askBuffer(env.ANALYTICS_BUFFER, address, { type: "listen", until_ms }),
    /** Opens the tail that it tells. */
    watch: () => watchTail(tailRoom(gameId, address.env)),
    send: (uuids: readonly string[]) =>
      handOver(
        env.ANALYTICS_BUFFER,
        address,
        { revision: 1, keyId, uuids: [...uuids] },
        JSON.stringify(
          uuids.map((u) => ({ u, k: "event", t: 1, c: 1, r: 1, p: "ada", n: "jump" })),
        ),
      ),
  };
}

async function watchTail(room: string): Promise<RoomSocket> {
  const claims = {
    party: "analytics",
    room,
    member: "ada",
    name: "tail",
    role: "viewer",
    data: {},
  };
  const knock = new Request(`https://rooms.test/parties/analytics/${room}`, {
    headers: { upgrade: "websocket" },
  });
  const entry = entryRequest(knock, roomClaimsSchema.parse(claims));
  const { webSocket } = await sendToRoom(tails, room, entry);
  if (webSocket === null) throw new Error("the tail gave no socket");
  const socket = new RoomSocket(webSocket);
  webSocket.accept();
  await socket.next("welcome");
  return socket;
}

/** Keeps what tails answer buffers, once these answers have come. */
function answersOfTails(): unknown[] {
  const answers: unknown[] = [];
  bound.ANALYTICS_TAIL = {
    idFromName: (name) => tails.idFromName(name),
    get: (id) => ({
      fetch: async (request) => {
        const response = await tails.get(id as DurableObjectId).fetch(request);
        answers.push(await response.clone().json());
        return response;
      },
    }),
  };
  return answers;
}

const uuids = (count: number) =>
  Array.from({ length: count }, () =>
    makeUuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
  );

afterEach(() => {
  vi.restoreAllMocks();
  bound.ANALYTICS_TAIL = tails;
});

test("A batch is answered, its object is evicted, the alarm rings: its rows are written exactly once", async () => {
  const buffer = newBuffer();
  const [first, second] = [uuids(3), uuids(2)];
  expect(await buffer.send(first)).toEqual({ type: "accepted", duplicates: [] });
  expect(await buffer.send(second)).toEqual({ type: "accepted", duplicates: [] });
  expect(await buffer.alarm()).toBeGreaterThan(Date.now());
  await buffer.evict();
  expect(buffer.neon.brought.size).toBe(0);
  expect(await buffer.ring()).toBe(true);
  expect([...buffer.neon.brought]).toEqual([...first, ...second].map((uuid) => [uuid, 1]));
  expect(wakesOf(buffer.name)).toBe(2);

  // Nothing is left to do, whoever asks.
  expect(await buffer.ring()).toBe(false);
  await buffer.evict();
  expect(await buffer.ring()).toBe(false);
  expect(await buffer.figures()).toMatchObject({
    waiting_events: 0,
    dead_events: 0,
    accepted_events: 5,
    flushed_events: 5,
    flushes: 1,
  });
  expect([...new Set(buffer.neon.brought.values())]).toEqual([1]);
});

test("Evicted between any two of its steps, it knows its duplicates and writes each event once", async () => {
  const buffer = newBuffer();
  const [a = "", b = "", c = "", d = ""] = uuids(4);
  expect(await buffer.send([a, b])).toMatchObject({ type: "accepted" });
  await buffer.evict();
  expect(await buffer.send([b, c])).toEqual({ type: "accepted", duplicates: [0] });
  await buffer.evict();
  expect(await buffer.send([a, b, c])).toEqual({ type: "accepted", duplicates: [0, 1, 2] });
  await buffer.evict();
  await buffer.ring();
  await buffer.evict();
  expect(await buffer.send([d])).toEqual({ type: "accepted", duplicates: [] });
  await buffer.evict();
  await buffer.ring();
  expect([...buffer.neon.brought.keys()]).toEqual([a, b, c, d]);
  expect((await buffer.figures()).waiting_events).toBe(0);
});

test("A database that is away is asked again by an alarm that outlives the object, and nothing is lost", async () => {
  const buffer = newBuffer();
  const sent = uuids(3);
  await buffer.send(sent);
  buffer.neon.before = () => {
    throw new TypeError("nobody is there");
  };
  expect(await buffer.ring()).toBe(true);
  expect((await buffer.figures()).failedFlushes).toBe(1);
  await buffer.evict();
  expect(await buffer.alarm()).not.toBeNull();
  expect((await buffer.figures()).waiting_events).toBe(3);
  buffer.neon.before = () => {};
  expect(await buffer.ring()).toBe(true);
  expect([...buffer.neon.brought]).toEqual(sent.map((uuid) => [uuid, 1]));
  expect((await buffer.figures()).waiting_events).toBe(0);
});

test("A write whose answer was lost is written again, and the database has each event once", async () => {
  const buffer = newBuffer();
  const sent = uuids(3);
  await buffer.send(sent);
  buffer.neon.after = () => {
    if (buffer.neon.brought.size > 0) throw new TypeError("the line broke");
  };
  await buffer.ring();
  expect((await buffer.figures()).waiting_events).toBe(3);
  await buffer.evict();
  buffer.neon.after = () => {};
  expect(await buffer.ring()).toBe(true);
  expect((await buffer.figures()).waiting_events).toBe(0);
  expect([...buffer.neon.brought.keys()]).toEqual(sent);
  expect(Math.max(...buffer.neon.brought.values())).toBe(2);
});

test("A-TAIL-4 Whoever opens the tail of a game that is being played sees it, though the first telling found nobody", async () => {
  const buffer = newBuffer();
  await buffer.listen(Date.now() + 3_600_000);
  const answers = answersOfTails();
  await buffer.send(uuids(1));
  await vi.waitFor(() => expect(answers).toEqual([{ watching: false }]), { timeout: 20_000 });
  const tail = await buffer.watch();
  const seen = uuids(2);
  await buffer.send(seen);
  const { events } = await tail.next("events");
  expect(events).toMatchObject(seen.map((uuid) => ({ uuid, name: "jump" })));
  tail.close();
});

test("What the platform bills for a batch is one row, and for the deletion of all that share a chunk one more", async () => {
  const { name } = newBuffer();
  const stub = env.ANALYTICS_BUFFER.getByName(name);
  const billed = await runInDurableObject(stub, (_, ctx) => {
    let rows = 0;
    const store = new BufferStore(ctx.storage.sql, (written) => {
      rows += written;
    });
    const rowsOf = (run: () => void) => {
      rows = 0;
      run();
      return rows;
    };
    const batch = () => {
      const own = uuids(20);
      const text = JSON.stringify(own.map((u) => ({ u, k: "event", p: "ada", n: "jump" })));
      return { uuids: own, days: [20_778], rows: text, idempotencyKey: undefined };
    };
    return {
      batches: Array.from({ length: 20 }, () => rowsOf(() => store.add([batch()], Date.now()))),
      together: rowsOf(() => store.add(Array.from({ length: 5 }, batch), Date.now())),
      counted: rowsOf(() => store.facts.writeStats(freshStats)),
      deletion: rowsOf(() => store.delete([1])),
    };
  });
  expect(billed).toEqual({ batches: Array(20).fill(1), together: 1, counted: 1, deletion: 1 });
});
