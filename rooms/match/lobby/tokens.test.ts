import { describe, expect, test } from "vitest";
import { signRoomToken, verifyRoomToken } from "../../../platform/tokens/room.ts";
import { packTags } from "../../../protocol/match/member-tag.ts";
import { type LobbyData, lobbyDataSchema } from "../../../protocol/match/room-data.ts";
import type { RoomClaims } from "../../../protocol/room.ts";
import { peer_bytes_max } from "../../room.ts";
import { openCalls } from "./open-calls.ts";

const secret = "a secret of at least 32 characters!";
const keys = [{ id: "k1", secret }];
const now_ms = 1_760_000_000_000;

/** A person with as much of everything as can be. */
const data: LobbyData = {
  facts: {
    ageRange: "18-24",
    languages: ["aaa", "bbb", "ccc", "ddd", "eee", "fff"],
    interests: Array.from({ length: 10 }, () => "語".repeat(24)),
    gender: "語".repeat(24),
    region: "eu",
    picturePath: "x".repeat(100),
  },
  blocks: packTags(Array.from({ length: 500 }, (_, number) => `blocked-${number}`)),
  recent: packTags(Array.from({ length: 10 }, (_, number) => `met-${number}`)),
  adult: true,
  capacity: 1_200,
  callLimit_ms: 3_600_000,
};
const claims: RoomClaims = {
  party: "lobby",
  room: "eu-queue",
  member: "x".repeat(64),
  name: "語".repeat(40),
  role: "member",
  data,
};

test("the longest token of a lobby is one that a lobby takes, and fits beside its socket", async () => {
  expect(lobbyDataSchema.safeParse(data).success).toBe(true);
  const token = await signRoomToken(claims, keys, { now_ms, lifetime_ms: 60_000 });
  expect(await verifyRoomToken(token, { party: "lobby", room: "eu-queue" }, keys, now_ms)).toEqual({
    ok: true,
    claims,
  });
  expect(JSON.stringify(claims).length * 3).toBeLessThan(peer_bytes_max);
});

const call = (callId: string) => ({
  callId,
  seats: [
    { ...claims, party: "call" as const, room: callId, role: "impolite" },
    { ...claims, party: "call" as const, room: callId, role: "polite", member: "bob" },
  ] as const,
  lifetime_ms: 3_600_000,
});

test("both seats of a call get a token that lives as long as the call may", async () => {
  const task = { type: "openCalls", calls: [call("call-1"), call("call-2")] } as const;
  const { calls } = await openCalls(task, { ROOM_TOKEN_KEYS: `k1:${secret}` }, now_ms);
  expect(calls.map(({ callId }) => callId)).toEqual(["call-1", "call-2"]);
  for (const { callId, tokens } of calls)
    for (const [seat, token] of (tokens ?? []).entries()) {
      const address = { party: "call", room: callId };
      const late_ms = now_ms + 3_599_000;
      expect(await verifyRoomToken(token, address, keys, late_ms)).toMatchObject({
        ok: true,
        claims: { role: seat === 0 ? "impolite" : "polite" },
      });
    }
});

test("without keys there are no tokens, and it is said so", async () => {
  const task = { type: "openCalls", calls: [call("call-1")] } as const;
  for (const setting of [undefined, "", "k1:short"])
    expect(await openCalls(task, { ROOM_TOKEN_KEYS: setting }, now_ms)).toEqual({
      type: "callsOpened",
      calls: [{ callId: "call-1", tokens: null }],
    });
});

describe("the servers that browsers may use", () => {
  const opened = async (bindings: Readonly<Record<string, unknown>>) => {
    const task = { type: "openCalls", calls: [call("call-1")] } as const;
    const keys = { ROOM_TOKEN_KEYS: `k1:${secret}` };
    const { calls } = await openCalls(task, { ...keys, ...bindings }, now_ms);
    expect(calls[0]?.tokens).toHaveLength(2);
    return calls[0]?.ice;
  };

  test("come with the tokens, by default to learn one's own address from", async () => {
    const expiresAt_ms = now_ms + 3_600_000 + 15 * 60_000;
    const ice = { iceServers: [{ urls: ["stun:stun.cloudflare.com:3478"] }], expiresAt_ms };
    expect(await opened({})).toEqual([ice, ice]);
  });

  test("are a relay's, with credentials that are another for each seat", async () => {
    const relay = { MATCH_TURN_URLS: "turn:t.test", MATCH_TURN_SECRET: "north" };
    const [first, second] = (await opened({ ...relay, MATCH_STUN_URLS: "" })) ?? [];
    const [one, other] = [first, second].map((ice) => ice?.iceServers[0]);
    expect([one?.urls, other?.urls]).toEqual([["turn:t.test"], ["turn:t.test"]]);
    expect(one?.credential).toMatch(/^[A-Za-z0-9+/]{27}=$/);
    expect(one?.username).not.toBe(other?.username);
    expect(one?.credential).not.toBe(other?.credential);
  });

  test.each([
    ["that have to be asked for elsewhere", { MATCH_CF_TURN_KEY_ID: "key" }],
    ["that are not said well", { MATCH_STUN_URLS: "http://s.test" }],
  ])("are not there for those %s", async (_which, bindings) => {
    expect(await opened(bindings)).toEqual([undefined, undefined]);
  });
});
