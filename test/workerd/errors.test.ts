import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { encodeClaims } from "../../platform/tokens/claims-header.ts";
import { roomTokenLifetime_ms, signRoomToken } from "../../platform/tokens/room.ts";
import { testKeys } from "../conformance/keys.ts";
import { watchData } from "../conformance/watch-data.ts";
import { ask, claimsFor, enter, knock, newRoom } from "./enter.ts";
import { wakesOf } from "./wakes.ts";

const lifetime = () => ({ now_ms: Date.now(), lifetime_ms: roomTokenLifetime_ms });
const leak = /secret|stack|node_modules|\.ts|\.js|Error/;

test("a bad token never wakes the room", async () => {
  const room = newRoom();
  const other = await signRoomToken(claimsFor(newRoom(), "ann"), testKeys, lifetime());
  const expired = await signRoomToken(claimsFor(room, "ann"), testKeys, {
    now_ms: Date.now() - 120_000,
    lifetime_ms: 60_000,
  });
  for (const token of ["", "nonsense", other, expired]) {
    const response = await knock("parties", room, token);
    expect(response.status).toBe(401);
    expect(response.webSocket).toBeNull();
    await response.body?.cancel();
  }
  expect(wakesOf(room)).toBe(0);
});

test("what a client puts into its address or headers steers nothing", async () => {
  const room = newRoom();
  const token = await signRoomToken(claimsFor(room, "ann"), testKeys, lifetime());
  const steered = `${token}&_pk=${"x".repeat(300)}`;
  const first = await knock("parties", room, steered);
  const second = await knock("parties", room, steered);
  expect([first.status, second.status]).toEqual([101, 101]);
  const stub = env.WATCH_ROOM.getByName(room);
  const props = await stub.fetch("https://rooms.test/parties/watch/x", {
    headers: {
      upgrade: "websocket",
      "x-partykit-props": "{not json",
      "x-offrail-claims": encodeClaims(claimsFor(room, "bob")),
    },
  });
  expect(props.status).toBe(101);
  const kept = await runInDurableObject(stub, (instance) =>
    [...instance.getConnections()].map(({ id, uri }) => ({ id, uri })),
  );
  expect(new Set(kept.map(({ id }) => id)).size).toBe(3);
  for (const { id, uri } of kept) {
    expect(id).not.toContain("xxx");
    expect(uri).not.toContain("?");
  }
});

test("a room believes no socket without claims, none for another room, and no plain request", async () => {
  const room = newRoom();
  const stub = env.WATCH_ROOM.getByName(room);
  const upgrade = { upgrade: "websocket" };
  for (const headers of [
    upgrade,
    { ...upgrade, "x-offrail-claims": "garbage" },
    { ...upgrade, "x-offrail-claims": encodeClaims(claimsFor("another-room", "ann")) },
    {},
    { "x-offrail-service": "yes" },
  ]) {
    const response = await stub.fetch("https://rooms.test/", { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "token_invalid" });
  }
});

test.each([
  ["no JSON", "{", 400, "invalid_json"],
  ["an unknown request", { type: "what" }, 400, "bad_request"],
  ["a body without end", "x".repeat(100_000), 413, "body_too_large"],
  ["a machine that throws", { type: "fail" }, 500, "internal"],
  ["a machine that does not answer", { type: "mute" }, 500, "internal"],
  ["a machine that answers twice", { type: "twice" }, 500, "internal"],
])("a request with %s gets a typed error and no stack", async (_name, body, status, code) => {
  const response = await ask("probe", newRoom(), body);
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ code, status });
  expect(text).not.toMatch(leak);
});

test("a request by another method is refused", async () => {
  const stub = env.WATCH_ROOM.getByName(newRoom());
  const response = await stub.fetch("https://rooms.test/", {
    method: "PUT",
    body: "{}",
    headers: { "x-offrail-service": "1" },
  });
  expect(response.status).toBe(405);
  expect(await response.json()).toMatchObject({ code: "method_not_allowed" });
});

test("a room that cannot start says so without its stack, to requests, newcomers and sockets", async () => {
  const room = newRoom();
  const socket = await enter("probe", room, "ann");
  const stub = env.PROBE_ROOM.getByName(room);
  await runInDurableObject(stub, (_, state) => state.storage.put("room/poison", 1));
  await evictDurableObject(stub, { webSockets: "hibernate" });

  const asked = await ask("probe", room, { type: "read" });
  expect(asked.status).toBe(500);
  expect(await asked.text()).not.toMatch(leak);

  const token = await signRoomToken(claimsFor(room, "bob"), testKeys, lifetime());
  const knocked = await knock("probe", room, token);
  expect(knocked.status).toBe(500);
  expect(knocked.webSocket).toBeNull();
  expect(await knocked.text()).not.toMatch(leak);

  socket.send({ type: "add", amount: 1 });
  expect(await socket.whenClosed()).toMatchObject({ code: 1011 });
  expect(JSON.stringify(socket)).not.toMatch(leak);
});

test("claims as large as a token can carry fit what the platform keeps with a socket", async () => {
  const room = newRoom();
  // Every letter here takes two bytes in the attachment and three in the token.
  const media = { kind: "file", url: `https://films.test/${"x".repeat(900)}`, format: "hls" };
  const subtitles = Array.from({ length: 2 }, () => ({
    url: `/${"y".repeat(60)}`,
    lang: "en",
    label: "€".repeat(40),
  }));
  const data = watchData("ann", {
    title: "€".repeat(80),
    media: { ...media, title: "€".repeat(100), subtitles },
    session: "s".repeat(64),
  });
  const claims = { name: "€".repeat(40), member: "m".repeat(32), data };
  const token = await signRoomToken({ ...claimsFor(room, "ann"), ...claims }, testKeys, lifetime());
  expect(token.length).toBeGreaterThan(3_000);
  const socket = await enter("parties", room, "ann", claims);
  await socket.next("welcome");
});
