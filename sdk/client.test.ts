import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type FastHost, fastHost } from "../test/sdk/fast-host.ts";
import { behaveAtRandom, type Mood, type StandIn, startStandIn } from "../test/sdk/stand-in.ts";
import { type Analytics, type ClientOptions, startClient } from "./client.ts";
import type { Host } from "./host.ts";
import type { Trouble } from "./outbox.ts";
import { memoryStore } from "./store.ts";
import { fileStore } from "./store-file.ts";

let server: StandIn;
let folder = "";
const clients: Analytics[] = [];
beforeEach(async () => {
  server = await startStandIn();
  folder = await mkdtemp(join(tmpdir(), "offrail-sdk-"));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.stop()));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  readonly client: Analytics;
  readonly host: FastHost;
  readonly troubles: Trouble[];
}
const start = async (
  options: Partial<ClientOptions> = {},
  host = fastHost(),
  store = memoryStore(),
): Promise<Started> => {
  const troubles: Trouble[] = [];
  const given = { url: server.url, writeKey: "offw_x", player: "ada", heartbeat_ms: 1e9 };
  const onTrouble = (trouble: Trouble) => troubles.push(trouble);
  const client = await startClient({ ...given, onTrouble, ...options }, store, host);
  clients.push(client);
  return { client, host, troubles };
};
const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 9_000, interval: 5 });
const namesKept = () =>
  [...server.kept.values()].flatMap((event) => (event.kind === "event" ? [event.name] : []));

describe("events", () => {
  test("arrive by themselves, compressed, in order, with the session they are of", async () => {
    const { client } = await start({ appVersion: "1.2", platform: "web" });
    expect(await client.event("shop_opened", { shelf: "hats" })).toBe(true);
    await client.level({ level: "1-1", status: "complete", attempt: 2, duration_ms: 9_000 });
    await client.revenue({
      store: "play",
      transactionId: "t1",
      amount_minor: 499,
      currency: "USD",
    });
    await client.error({ name: "NullReference", message: "no hat" });
    await until(() => server.kept.size === 5 && client.stats().waiting === 0);
    const events = [...server.kept.values()];
    expect(events.map(({ kind }) => kind)).toEqual([
      ...["session_start", "event", "level", "revenue", "error"],
    ]);
    expect(new Set(events.map(({ session, player }) => `${player} ${session}`)).size).toBe(1);
    expect(server.requests).toMatchObject([{ gzip: true, events: 5 }]);
    expect(client.stats()).toEqual({ waiting: 0, trouble: {} });
  });

  test("go plain where nothing can compress", async () => {
    const { client } = await start({}, fastHost({ gzip: undefined }));
    await client.event("one");
    expect(await client.flush()).toBe(true);
    expect(server.requests).toMatchObject([{ gzip: false }]);
  });

  test("travel in batches of 500 and of a megabyte at most", async () => {
    server.moods.push({ status: 503 });
    const { client } = await start();
    await client.event("first");
    await client.flush();
    for (let nth = 1; nth < 1_200; nth += 1) await client.event("small");
    for (let nth = 0; nth < 80; nth += 1) await client.event("big", { text: "é".repeat(15_000) });
    // A busy machine may count as silence, after which another session begins: these are not counted.
    await until(() => namesKept().length === 1_280);
    const sizes = server.requests.map(({ events }) => events);
    expect(Math.max(...sizes)).toBe(500);
    // 80 events of 30 kB fill three batches at least.
    expect(sizes.length).toBeGreaterThanOrEqual(6);
  });
});

describe("an event is forgotten only after the server has answered for it", () => {
  const troubled: readonly (readonly [string, Mood])[] = [
    ["a server's error", { status: 500 }],
    ["an unknown key", { status: 401 }],
    ["a missing page", { status: 404 }],
    ["too many requests", { status: 429, retryAfter_s: 5 }],
    ["a connection cut before the answer", "cut_after"],
    ["a connection cut before the request arrived", "cut_before"],
    ["a hotel's sign-in page", "portal"],
    ["a retry for half of the events", "half"],
  ];
  test.each(troubled)("through %s", async (_name, mood) => {
    server.moods.push(mood, mood);
    const { client, troubles } = await start();
    for (const name of ["a", "b", "c", "d", "e"]) await client.event(name);
    await until(() => server.kept.size === 6 && client.stats().waiting === 0);
    expect(namesKept().sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(troubles.filter(({ type }) => type === "failed")).toHaveLength(2);
    expect(server.duplicates()).toBe(mood === "cut_after" ? 12 : 0);
  });

  test("through a server that is not there, and one that never answers", async () => {
    const { url } = server;
    await server.close();
    const impatient = fastHost({
      fetch: (address, init) => fetch(address, { ...init, signal: AbortSignal.timeout(300) }),
    });
    const { client, troubles } = await start({ url }, impatient);
    await client.event("patient");
    await until(() => troubles.length > 1);
    server = await startStandIn(Number(new URL(url).port));
    server.moods.push("silent");
    await until(() => client.stats().waiting === 0);
    expect(namesKept()).toEqual(["patient"]);
    expect(server.requests.length).toBe(2);
  });

  test("through a bad week, whatever happens in which order", async () => {
    const moods = troubled.map(([, mood]) => mood);
    behaveAtRandom(server, [...moods, "well"], 25, 20_261_101);
    const path = join(folder, "events");
    for (let life = 0; life < 4; life += 1) {
      const { client } = await start({}, fastHost(), await fileStore(path));
      for (let nth = 0; nth < 40; nth += 1) await client.event(`${life}-${nth}`);
      await client.stop();
    }
    const { client } = await start({}, fastHost(), await fileStore(path));
    await until(() => client.stats().waiting === 0);
    expect(new Set(namesKept()).size).toBe(160);
    expect(client.stats().trouble.dropped).toBeUndefined();
  });

  test("and one that the server drops is told of with the reason", async () => {
    server.dropped.add("wrong");
    const { client, troubles } = await start();
    await client.event("wrong");
    await client.event("right");
    expect(await client.flush()).toBe(true);
    expect(namesKept()).toEqual(["right"]);
    expect(troubles).toMatchObject([{ type: "dropped", reason: "schema" }]);
  });
});

describe("a server's wish to be left alone", () => {
  test("is respected, by hand as well", async () => {
    server.moods.push({ status: 429, retryAfter_s: 60 });
    const { client, host, troubles } = await start();
    await client.event("early");
    const asked_ms = host.now_ms();
    await client.flush();
    expect(await client.flush()).toBe(false);
    expect(server.requests).toHaveLength(1);
    expect(troubles).toMatchObject([{ type: "failed", status: 429 }]);
    await until(() => client.stats().waiting === 0);
    expect(host.now_ms() - asked_ms).toBeGreaterThanOrEqual(60_000);
    expect(server.requests).toHaveLength(2);
  });
});

describe("one event that no server takes", () => {
  test("is found among many, kept, and holds up no other", async () => {
    server.poison.add("poison");
    const { client, troubles } = await start();
    for (let nth = 0; nth < 40; nth += 1) await client.event(nth === 17 ? "poison" : `${nth}`);
    expect(await client.flush()).toBe(true);
    expect(namesKept()).toHaveLength(39);
    expect(client.stats()).toMatchObject({ waiting: 1, trouble: { set_aside: 1 } });
    expect(troubles.map(({ type }) => type)).toEqual(["set_aside"]);
    await client.event("later");
    await client.flush();
    expect(namesKept()).toContain("later");
  });
});

describe("nothing is lost silently", () => {
  test("what finds no room is refused, counted and told of", async () => {
    for (let nth = 0; nth < 50; nth += 1) server.moods.push({ status: 503 });
    const { client, troubles } = await start({ queue_events_max: 3 });
    const taken = [];
    for (const name of ["a", "b", "c", "d"]) taken.push(await client.event(name));
    // The session's start is one of the three.
    expect(taken).toEqual([true, true, false, false]);
    expect(client.stats().trouble.refused).toBe(2);
    expect(troubles).toContainEqual({ type: "refused", reason: "queue_full" });
    server.moods.length = 0;
    await until(() => client.stats().waiting === 0);
    expect(await client.event("room again")).toBe(true);
  });

  test("nor what cannot be sent or stored", async () => {
    const store = memoryStore();
    const { client, troubles } = await start({}, fastHost(), store);
    const ring: Record<string, unknown> = {};
    ring.self = ring;
    expect(await client.event("ring", ring)).toBe(false);
    expect(await client.event("huge", { text: "x".repeat(40_000) })).toBe(false);
    store.add = () => Promise.reject(new Error("the disk is full"));
    expect(await client.event("unlucky")).toBe(false);
    await client.stop();
    expect(await client.event("late")).toBe(false);
    expect(troubles.map((trouble) => "reason" in trouble && trouble.reason)).toEqual(
      expect.arrayContaining(["not_json", "too_large", "not_stored", "stopped"]),
    );
  });
});

describe("a session", () => {
  const kinds = () => [...server.kept.values()].map(({ kind }) => kind);

  test("shows signs of life while somebody looks, and ends with the program", async () => {
    const { client } = await start({ heartbeat_ms: 60_000 });
    await client.event("begin");
    await until(() => server.requests.length > 2);
    await client.stop();
    expect(kinds().filter((kind) => kind === "heartbeat").length).toBeGreaterThan(1);
    expect(kinds().at(-1)).toBe("session_end");
    expect(kinds().filter((kind) => kind === "session_start")).toHaveLength(1);
  });

  test("is followed by another after three minutes without a look", async () => {
    const { client, host } = await start();
    await client.event("begin");
    host.hide(true);
    const hidden_ms = host.now_ms();
    await until(() => host.now_ms() - hidden_ms > 200_000);
    host.hide(false);
    await client.event("again");
    await until(() => client.stats().waiting === 0);
    const sessions = [...server.kept.values()].map(({ session }) => session);
    expect(new Set(sessions).size).toBe(2);
    expect(kinds().filter((kind) => kind === "session_start")).toHaveLength(2);
  });

  test("tells what it has when the page goes away", async () => {
    const sent: RequestInit[] = [];
    const host = fastHost({
      fetch: (url, init) => {
        sent.push(init);
        return fetch(url, init);
      },
    });
    const { client } = await start({ flush_ms: 1e9 }, host);
    await client.event("last words");
    host.hide(true);
    await until(() => server.kept.size === 3);
    expect(sent).toMatchObject([{ keepalive: true }]);
    expect(kinds()).toEqual(["session_start", "event", "heartbeat"]);
  });

  const beacons: { readonly url: string; readonly events: readonly { name?: string }[] }[] = [];
  const beaconHost = (changes: Partial<Host>, room_events: number) => {
    beacons.length = 0;
    return fastHost({
      beacon: (url, text) => {
        const { events } = JSON.parse(text) as { events: { name?: string }[] };
        if (events.length <= room_events) beacons.push({ url, events });
        return events.length <= room_events;
      },
      ...changes,
    });
  };

  test("tells it in a beacon where a request ends with its page, with the key in the address", async () => {
    const host = beaconHost({ keepalive: false }, 500);
    const { client } = await start({ flush_ms: 1e9 }, host);
    await client.event("last words");
    host.hide(true);
    await until(() => beacons.length === 1);
    expect(beacons[0]?.url).toBe(`${server.url}/v1/analytics/batch?key=offw_x`);
    expect(beacons[0]?.events.map(({ name }) => name)).toContain("last words");
    expect(server.requests).toEqual([]);
    // Nobody has answered for it, so it still waits, and is sent when the page lives on.
    expect(await client.flush()).toBe(true);
    expect(namesKept()).toEqual(["last words"]);
  });

  test("tells the newest in a beacon when the browser takes no request, nor all of it", async () => {
    const fetchNone = () => Promise.reject(new TypeError("over 64 KiB of keepalive"));
    const host = beaconHost({ fetch: fetchNone }, 5);
    const { client } = await start({ flush_ms: 1e9 }, host);
    for (let nth = 0; nth < 18; nth += 1) await client.event(`event-${nth}`);
    host.hide(true);
    await until(() => beacons.length === 1);
    // Twenty with the session's start and its last sign of life: ten are too many, five are not.
    expect(beacons[0]?.events.map(({ name }) => name)).toEqual([
      ...["event-14", "event-15", "event-16", "event-17", undefined],
    ]);
    expect(client.stats().waiting).toBe(20);
  });
});
