import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  claimsHeader,
  decodeClaims,
  roomNameHeader,
  serviceHeader,
} from "../../platform/tokens/claims-header.ts";
import {
  resumeTokenLifetime_ms,
  signResumeToken,
  signRoomToken,
} from "../../platform/tokens/room.ts";
import { signServiceToken } from "../../platform/tokens/service.ts";
import { problemSchema } from "../../protocol/problem.ts";
import type { RoomClaims } from "../../protocol/room.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
const claims: RoomClaims = {
  party: "watch",
  room: "room-1234",
  member: "m1",
  name: "Zoë",
  role: "host",
  data: { mediaId: "timecode" },
};

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
});
afterEach(() => cloud.stop());

const tokenFor = (room = claims.room, lifetime_ms = 60_000) =>
  signRoomToken({ ...claims, room }, keys, { now_ms: cloud.now_ms, lifetime_ms });
const upgrade = (path: string, headers: Record<string, string> = {}) =>
  cloud.request(path, { headers: { Upgrade: "websocket", ...headers } });
const refused = async (response: Response, status: number, code: string) => {
  expect(problemSchema.parse(await response.json())).toMatchObject({ status, code });
  expect(response.status).toBe(status);
  expect(cloud.roomRequests, "the room slept on").toEqual([]);
};

describe("a socket", () => {
  test("with a good token reaches its room, with the claims in a header", async () => {
    const response = await upgrade(`/parties/watch/room-1234?token=${await tokenFor()}`);
    expect(response.status).toBe(200);
    const [request] = cloud.roomRequests;
    expect(decodeClaims(request?.headers.get(claimsHeader))).toEqual(claims);
    expect(request?.headers.get(roomNameHeader)).toBe("room-1234");
    expect(request?.headers.get("Upgrade")).toBe("websocket");
  });

  test("with a resume token and a cursor reaches its room, which is told of both", async () => {
    const lifetime = { now_ms: cloud.now_ms, lifetime_ms: resumeTokenLifetime_ms };
    const token = await signResumeToken(claims, keys, lifetime);
    expect((await upgrade(`/parties/watch/room-1234?token=${token}&since=17`)).status).toBe(200);
    expect(decodeClaims(cloud.roomRequests[0]?.headers.get(claimsHeader))).toEqual({
      ...claims,
      since: 17,
      resumed: true,
    });
  });

  test("with a cursor that is none is refused before the room wakes", async () => {
    const path = `/parties/watch/room-1234?token=${await tokenFor()}&since=-1`;
    await refused(await upgrade(path), 400, "bad_request");
  });

  test("takes neither its token nor a connection id into the room", async () => {
    await upgrade(`/parties/watch/room-1234?token=${await tokenFor()}&_pk=stolen`);
    expect(new URL(cloud.roomRequests[0]?.url ?? "").search).toBe("");
  });

  test("cannot speak for itself: headers of ours that a client sends are dropped", async () => {
    await upgrade(`/parties/watch/room-1234?token=${await tokenFor()}`, {
      [claimsHeader]: "e30",
      [serviceHeader]: "1",
      "x-partykit-props": "e30",
      Authorization: "Bearer abc",
      Cookie: "a=b",
    });
    const headers = cloud.roomRequests[0]?.headers;
    expect(decodeClaims(headers?.get(claimsHeader))).toEqual(claims);
    for (const name of [serviceHeader, "x-partykit-props", "Authorization", "Cookie"])
      expect(headers?.has(name), name).toBe(false);
  });

  test("without a token is refused before the room wakes", async () => {
    await refused(await upgrade("/parties/watch/room-1234"), 401, "token_missing");
    await refused(await upgrade("/parties/watch/room-1234?token="), 401, "token_missing");
  });

  test("with another room's token is refused before the room wakes", async () => {
    const token = await tokenFor("room-5678");
    await refused(await upgrade(`/parties/watch/room-1234?token=${token}`), 401, "token_invalid");
  });

  test("with a token that is over is told so", async () => {
    const token = await tokenFor();
    cloud.now_ms += 60_000;
    await refused(await upgrade(`/parties/watch/room-1234?token=${token}`), 401, "token_expired");
  });

  test("with a service token is refused", async () => {
    const token = await signServiceToken(claims, keys, cloud.now_ms);
    await refused(await upgrade(`/parties/watch/room-1234?token=${token}`), 401, "token_invalid");
  });

  test("to a party there is none of, or a room there can be none of, is `404`", async () => {
    const token = await tokenFor();
    await refused(await upgrade(`/parties/nope/room-1234?token=${token}`), 404, "not_found");
    await refused(await upgrade(`/parties/__proto__/room-1234?token=${token}`), 404, "not_found");
    for (const room of ["abc", "x".repeat(65), "a%20b%20c", "a.b.c", "%00%00%00%00"])
      await refused(await upgrade(`/parties/watch/${room}?token=${token}`), 404, "room_not_found");
  });

  test("must ask for an upgrade", async () => {
    const response = await cloud.request(`/parties/watch/room-1234?token=${await tokenFor()}`);
    expect(response.headers.get("Upgrade")).toBe("websocket");
    await refused(response, 426, "upgrade_required");
  });

  test("is opened by GET alone", async () => {
    const path = `/parties/watch/room-1234?token=${await tokenFor()}`;
    const response = await cloud.request(path, {
      method: "HEAD",
      headers: { Upgrade: "websocket" },
    });
    expect(response.status).toBe(426);
    expect(cloud.roomRequests).toEqual([]);
  });

  test("gets `room_unavailable` and no stack when the room fails", async () => {
    const path = `/parties/watch/room-1234?token=${await tokenFor()}`;
    const rooms = [
      () => Promise.reject(new Error("overloaded")),
      () => new Response("Error: boom\n at line 7", { status: 500 }),
    ];
    for (const room of rooms) {
      cloud.room = room;
      const response = await upgrade(path);
      expect(response.headers.get("Retry-After")).not.toBeNull();
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ status: 503, code: "room_unavailable" });
      expect(text).not.toContain("line 7");
    }
  });

  test("counts against its limit only once its token held", async () => {
    await upgrade("/parties/watch/room-1234?token=bad");
    expect(cloud.commands).toEqual([]);
    await upgrade(`/parties/watch/room-1234?token=${await tokenFor()}`);
    expect(cloud.commands).toEqual(["EVALSHA"]);
  });

  test("is let in uncounted while Redis is down", async () => {
    cloud.redis = "down";
    const response = await upgrade(`/parties/watch/room-1234?token=${await tokenFor()}`);
    expect(response.status).toBe(200);
  });
});

describe("where a socket's page comes from", () => {
  const from = async (origin: string) =>
    upgrade(`http://offrail.test/parties/watch/room-1234?token=${await tokenFor()}`, {
      Origin: origin,
    });

  test("the site itself may open sockets, also behind a proxy that ends TLS", async () => {
    expect((await from("http://offrail.test")).status).toBe(200);
    expect((await from("https://offrail.test")).status).toBe(200);
  });

  test("another site may not", async () => {
    for (const origin of ["https://evil.test", "http://offrail.test:8080", "null", "nonsense"])
      await refused(await from(origin), 403, "not_allowed");
  });

  test("another site may when configuration says so", async () => {
    for (const CORS_ORIGINS of ["https://friend.test", "*"]) {
      cloud.stop();
      cloud = new FakeCloud({ CORS_ORIGINS });
      expect((await from("https://friend.test")).status).toBe(200);
    }
  });
});

describe("a function's request from outside", () => {
  const ask = async (init: RequestInit & { json?: unknown } = {}, token?: string) =>
    cloud.request("/parties/watch/room-1234", {
      method: "POST",
      json: { type: "ping" },
      ...init,
      headers: {
        Authorization: `Bearer ${token ?? (await signServiceToken(claims, keys, cloud.now_ms))}`,
        [claimsHeader]: "e30",
      },
    });

  test("reaches the room with a service token, marked as a function's", async () => {
    const response = await ask();
    expect(await response.json()).toEqual({ ok: true });
    const [request] = cloud.roomRequests;
    expect(request?.headers.get(serviceHeader)).toBe("1");
    expect(request?.headers.has(claimsHeader)).toBe(false);
    expect(await request?.json()).toEqual({ type: "ping" });
  });

  test("is refused without one, with a room token, with another room's, and after 30 s", async () => {
    const anonymous = await cloud.request("/parties/watch/room-1234", { method: "POST", json: {} });
    expect(anonymous.headers.get("WWW-Authenticate")).toBe("Bearer");
    await refused(anonymous, 401, "token_missing");
    await refused(await ask({}, await tokenFor()), 401, "token_invalid");
    const elsewhere = { party: "watch", room: "room-5678" };
    const other = await signServiceToken(elsewhere, keys, cloud.now_ms);
    await refused(await ask({}, other), 401, "token_invalid");
    const late = await signServiceToken(claims, keys, cloud.now_ms - 30_000);
    await refused(await ask({}, late), 401, "token_expired");
  });

  test("is refused when its body is not JSON or is too large", async () => {
    await refused(await ask({ json: "x".repeat(70_000) }), 413, "body_too_large");
  });
});

test("other methods are told which ones there are", async () => {
  const response = await cloud.request("/parties/watch/room-1234", { method: "DELETE" });
  expect(response.headers.get("Allow")).toBe("GET, HEAD, POST");
  await refused(response, 405, "method_not_allowed");
});
