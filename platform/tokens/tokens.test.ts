import { SignJWT } from "jose";
import { expect, test } from "vitest";
import type { RoomClaims } from "../../protocol/room.ts";
import { forAll, type Random } from "../testing/random.ts";
import { decodeClaims, encodeClaims } from "./claims-header.ts";
import { verifyEntry } from "./entry.ts";
import { type TokenKey, tokenExpiry_ms } from "./jwt.ts";
import {
  signResumeToken,
  signRoomToken,
  verifyRoomOrResumeToken,
  verifyRoomToken,
} from "./room.ts";
import { signSeat, verifySeat } from "./seat.ts";
import { bearerToken, signServiceToken, verifyServiceToken } from "./service.ts";

const now_ms = 1_760_000_000_500;
const lifetime = { now_ms, lifetime_ms: 60_000 };
const old: TokenKey = { id: "k1", secret: "an older secret of at least 32 characters" };
const young: TokenKey = { id: "k2", secret: "a newer secret of at least 32 characters!" };
const keys = [young, old];
const claims: RoomClaims = {
  party: "watch",
  room: "room-1234",
  member: "m1",
  name: "Zoë 😀",
  role: "host",
  data: { mediaId: "timecode" },
};
const address = { party: claims.party, room: claims.room };

test("a room token says who its holder is", async () => {
  const token = await signRoomToken(claims, keys, lifetime);
  expect(await verifyRoomToken(token, address, keys, now_ms)).toEqual({ ok: true, claims });
});

test("no token is told apart from a bad one", async () => {
  for (const nothing of [undefined, null, ""])
    expect(await verifyRoomToken(nothing, address, keys, now_ms)).toEqual({
      ok: false,
      code: "token_missing",
    });
  expect(await verifyRoomToken("nonsense", address, keys, now_ms)).toEqual({
    ok: false,
    code: "token_invalid",
  });
});

test("a token is good until its very end and not after it", async () => {
  const token = await signRoomToken(claims, keys, lifetime);
  const end_ms = tokenExpiry_ms(lifetime);
  expect((await verifyRoomToken(token, address, keys, end_ms - 1)).ok).toBe(true);
  expect(await verifyRoomToken(token, address, keys, end_ms)).toEqual({
    ok: false,
    code: "token_expired",
  });
});

test("an old key still verifies while both live, and no longer once it is taken away", async () => {
  const token = await signRoomToken(claims, [old], lifetime);
  expect((await verifyRoomToken(token, address, keys, now_ms)).ok).toBe(true);
  expect((await verifyRoomToken(token, address, [young], now_ms)).ok).toBe(false);
});

test("the key's id is part of the check: another key's id does not verify", async () => {
  const token = await signRoomToken(claims, [{ id: young.id, secret: old.secret }], lifetime);
  expect((await verifyRoomToken(token, address, keys, now_ms)).ok).toBe(false);
});

test("a resume token opens the door that takes both, and says what it is", async () => {
  const resume = await signResumeToken(claims, keys, lifetime);
  const fresh = await signRoomToken(claims, keys, lifetime);
  expect(await verifyRoomToken(resume, address, keys, now_ms)).toMatchObject({
    code: "token_invalid",
  });
  expect(await verifyRoomOrResumeToken(resume, address, keys, now_ms)).toEqual({
    ok: true,
    claims: { ...claims, resumed: true },
  });
  expect(await verifyRoomOrResumeToken(fresh, address, keys, now_ms)).toEqual({ ok: true, claims });
  const elsewhere = { ...address, room: "room-5678" };
  for (const token of [resume, fresh])
    expect(await verifyRoomOrResumeToken(token, elsewhere, keys, now_ms)).toMatchObject({
      code: "token_invalid",
    });
});

test("an expired token of either kind is told apart from a bad one", async () => {
  const end_ms = tokenExpiry_ms(lifetime);
  for (const sign of [signRoomToken, signResumeToken])
    expect(
      await verifyRoomOrResumeToken(await sign(claims, keys, lifetime), address, keys, end_ms),
    ).toEqual({ ok: false, code: "token_expired" });
  for (const [token, code] of [
    ["", "token_missing"],
    ["nonsense", "token_invalid"],
  ] as const)
    expect(await verifyRoomOrResumeToken(token, address, keys, now_ms)).toEqual({
      ok: false,
      code,
    });
});

test("an entry takes a whole number for where its holder left off, and nothing else", async () => {
  const token = await signRoomToken(claims, keys, lifetime);
  const enter = (since: string | null) => verifyEntry({ token, since }, address, keys, now_ms);
  expect(await enter("42")).toEqual({ ok: true, claims: { ...claims, since: 42 } });
  expect(await enter(null)).toEqual({ ok: true, claims });
  for (const wrong of ["", "-1", "1.5", "1e3", " 1", "0x1", "9".repeat(16), "9".repeat(40), "NaN"])
    expect(await enter(wrong), wrong).toEqual({ ok: false, code: "bad_request" });
  expect(await verifyEntry({ token: "bad", since: "x" }, address, keys, now_ms)).toEqual({
    ok: false,
    code: "token_invalid",
  });
});

test("a token can claim neither to be resumed nor where it left off", async () => {
  const lying = await signRoomToken({ ...claims, since: 7, resumed: true }, keys, lifetime);
  expect(await verifyEntry({ token: lying, since: null }, address, keys, now_ms)).toEqual({
    ok: true,
    claims,
  });
});

test("each kind of token opens its own door only", async () => {
  const room = await signRoomToken(claims, keys, lifetime);
  const seat = await signSeat({ member: "m1", role: "host" }, address, keys, lifetime);
  const service = await signServiceToken(address, keys, now_ms);
  const doors = [
    (token: string) => verifyRoomToken(token, address, keys, now_ms),
    (token: string) => verifySeat(token, address, keys, now_ms),
    (token: string) => verifyServiceToken(token, address, keys, now_ms),
  ];
  for (const [at, door] of doors.entries())
    for (const [made, token] of [room, seat, service].entries())
      expect((await door(token)).ok, `token ${made} at door ${at}`).toBe(at === made);
});

test("a token for one room opens no other", async () => {
  await forAll(100, async (random) => {
    const token = await signRoomToken(claims, keys, lifetime);
    const other = { party: random.pick(["watch", "match", ""]), room: random.text(20) };
    if (other.party === address.party && other.room === address.room) return;
    expect((await verifyRoomToken(token, other, keys, now_ms)).ok).toBe(false);
  });
});

test("algorithms other than HS256, and none at all, are refused", async () => {
  const secret = new TextEncoder().encode(young.secret.padEnd(64, "x"));
  const payload = { sub: "m1", name: "x", role: "host", data: {} };
  const stronger = await new SignJWT(payload)
    .setProtectedHeader({ alg: "HS512", kid: young.id })
    .setAudience("room:watch/room-1234")
    .setIssuedAt(now_ms / 1000)
    .setExpirationTime("1h")
    .sign(secret);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = part({ ...payload, aud: "room:watch/room-1234", exp: 9_999_999_999, iat: 1 });
  const unsigned = `${part({ alg: "none", kid: young.id })}.${body}.`;
  for (const token of [stronger, unsigned])
    expect(await verifyRoomToken(token, address, keys, now_ms)).toEqual({
      ok: false,
      code: "token_invalid",
    });
});

test("a token whose claims do not fit the schema is refused although its signature is good", async () => {
  const token = await new SignJWT({ sub: "m1", role: "host", data: {} })
    .setProtectedHeader({ alg: "HS256", kid: young.id })
    .setAudience("room:watch/room-1234")
    .setIssuedAt(Math.floor(now_ms / 1000))
    .setExpirationTime(Math.floor(now_ms / 1000) + 60)
    .sign(new TextEncoder().encode(young.secret));
  expect((await verifyRoomToken(token, address, keys, now_ms)).ok).toBe(false);
});

test("no change to a token, anywhere, leaves it valid", async () => {
  const token = await signRoomToken(claims, keys, lifetime);
  await forAll(300, async (random) => {
    const tampered = tamper(token, random);
    if (tampered === token) return;
    const verdict = await verifyRoomToken(tampered, address, keys, now_ms);
    // An unused bit of the last base64url character may change without changing a byte.
    if (verdict.ok && sameBytes(tampered, token)) return;
    expect(verdict.ok, tampered).toBe(false);
  });
});

function tamper(token: string, random: Random): string {
  const at = random.below(token.length);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  switch (random.below(4)) {
    case 0:
      return token.slice(0, at) + alphabet.charAt(random.below(65)) + token.slice(at + 1);
    case 1:
      return token.slice(0, at) + token.slice(at + 1);
    case 2:
      return token.slice(0, at) + random.text(5) + token.slice(at);
    default:
      return token.slice(0, at);
  }
}

function sameBytes(a: string, b: string): boolean {
  const bytes = (token: string) =>
    token.split(".").map((part) => Buffer.from(part, "base64url").toString("hex"));
  return bytes(a).join() === bytes(b).join();
}

test("claims go through a header and come back, whatever their letters", () => {
  const value = encodeClaims(claims);
  expect(value).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(decodeClaims(value)).toEqual(claims);
});

test("a claims header that says nothing sensible is no claims at all", async () => {
  for (const value of [undefined, null, "", "e30", "%%%", encodeClaims(claims).slice(1)])
    expect(decodeClaims(value)).toBeUndefined();
  await forAll(200, (random) => {
    expect(decodeClaims(random.text(60))).toBeUndefined();
  });
});

test("a bearer token is read whatever the case of its scheme", () => {
  expect(bearerToken("Bearer abc.def")).toBe("abc.def");
  expect(bearerToken("bearer abc")).toBe("abc");
  for (const header of [undefined, null, "", "Basic abc", "Bearer", "Bearer a b"])
    expect(bearerToken(header)).toBeUndefined();
});
