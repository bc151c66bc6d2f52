import { readFile, stat } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { verifySeat } from "../../platform/tokens/seat.ts";
import { defaultPermissions } from "../../protocol/watch/permissions.ts";
import { watchMediaListSchema, watchRoomSchema } from "../../protocol/watch/rest.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { newRoomId, wasRoomId } from "./room-id.ts";
import { doorOf, parsed, problemOf } from "./testing/door.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
const here = import.meta.url;
let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

const film = {
  kind: "file",
  url: "https://films.test/one.mp4",
  format: "mp4",
  title: "One",
  duration_ms: 90_000,
  subtitles: [{ url: "/samples/orbit.en.vtt", lang: "en", label: "English" }],
} as const;
const youtube = { kind: "youtube", videoId: "dQw4w9WgXcQ", title: "A song" } as const;

describe("POST /v1/watch/rooms", () => {
  test("makes a room that is kept, with an id nobody can guess", async () => {
    const { room } = await door.created({ title: "  Film night " });
    expect(room).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{16}$/),
      title: "Film night",
      source: { kind: "sample", id: "timecode" },
      maxParticipants: 10,
      permissions: defaultPermissions,
      gate: false,
      public: false,
      hasPassword: false,
      createdAt: expect.any(String),
    });
    expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual(room);
    expect((await door.created()).room.id).not.toBe(room.id);
  });

  test("answers 201 and hands its maker the seat of a host", async () => {
    expect((await door.create()).status).toBe(201);
    const { room, seat } = await door.created();
    const verified = await verifySeat(seat, { party: "watch", room: room.id }, keys, cloud.now_ms);
    expect(verified).toMatchObject({ ok: true, seat: { role: "host" } });
  });

  test.each([
    ["a file by its address, with subtitles", film],
    ["a stream", { ...film, format: "hls", url: "https://films.test/live.m3u8" }],
    ["a YouTube video", youtube],
    ["a clip that ships", { kind: "sample", id: "orbit" }],
  ])("begins with %s", async (_what, source) => {
    const { room } = await door.created({ title: "x", source });
    expect(room.source).toEqual(source);
  });

  test("takes a clip by its id alone", async () => {
    const { room } = await door.created({ title: "x", mediaId: "tides" });
    expect(room.source).toEqual({ kind: "sample", id: "tides" });
  });

  test("keeps what its maker chose, and of a password only that there is one", async () => {
    const chosen = {
      maxParticipants: 200,
      permissions: { ...defaultPermissions, control: "host", invite: "cohost" },
      gate: true,
      public: true,
    };
    const { room } = await door.created({ title: "x", ...chosen, password: "open sesame" });
    expect(room).toMatchObject({ ...chosen, hasPassword: true });
    const [row] = cloud.database.rows.values();
    expect(row?.password_hash).toMatch(/^\$scrypt\$ln=14,r=8,p=1\$/);
    expect(JSON.stringify(room)).not.toMatch(/sesame|scrypt/);
  });

  test("does not wake the room", async () => {
    await door.created({ title: "x", public: true });
    expect(cloud.roomRequests).toEqual([]);
  });

  test.each([
    ["no title", {}, "title"],
    ["a blank title", { title: "  " }, "title"],
    ["a long title", { title: "x".repeat(81) }, "title"],
    ["a title with a NUL", { title: "a\u0000b" }, "title"],
    ["a number for a title", { title: 7 }, "title"],
    ["a clip that is not there", { title: "x", mediaId: "nope" }, "mediaId"],
    ["such a source", { title: "x", source: { kind: "sample", id: "nope" } }, "source.id"],
    ["two beginnings", { title: "x", mediaId: "orbit", source: youtube }, "mediaId"],
    ["an http address", { title: "x", source: { ...film, url: "http://a.b/c" } }, "source.url"],
    ["a password in it", { title: "x", source: { ...film, url: "https://a:b@c" } }, "source.url"],
    ["nobody", { title: "x", maxParticipants: 0 }, "maxParticipants"],
    ["a crowd", { title: "x", maxParticipants: 201 }, "maxParticipants"],
    ["a role that is none", { title: "x", permissions: { chat: "king" } }, "permissions.chat"],
    ["a short password", { title: "x", password: "abc" }, "password"],
    ["a long password", { title: "x", password: "x".repeat(101) }, "password"],
    ["a list", [], ""],
    ["null", null, ""],
  ])("refuses %s and names the field", async (_what, json, path) => {
    const problem = await problemOf(door.create(json));
    expect(problem).toMatchObject({ status: 400, code: "bad_request" });
    expect(problem.issues?.map((issue) => issue.path)).toContain(path);
    expect(cloud.database.rows.size).toBe(0);
  });

  test("with Postgres down is `unavailable` with a time to come back, not a 500", async () => {
    cloud.postgres = "down";
    const response = await door.create();
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await problemOf(response)).toMatchObject({ status: 503, code: "unavailable" });
  });

  test("fails closed with Redis down: a row that stays is not made uncounted", async () => {
    cloud.redis = "down";
    expect(await problemOf(door.create())).toMatchObject({ status: 503, code: "unavailable" });
    expect(cloud.database.rows.size).toBe(0);
  });
});

describe("GET /v1/watch/rooms/:id", () => {
  test("of no room is `room_not_found`", async () => {
    expect(await problemOf(door.get("nobody-here"))).toMatchObject({
      status: 404,
      code: "room_not_found",
    });
  });

  test("of a room that was here and is over is `room_expired`, though nothing is kept of it", async () => {
    const { room } = await door.created();
    cloud.database.rows.clear();
    expect(await problemOf(door.get(room.id))).toMatchObject({ status: 410, code: "room_expired" });
    expect(await problemOf(door.join(room.id, { name: "Ann" }))).toMatchObject({ status: 410 });
  });

  test("of an id that can be no room's is a bad request, and asks nobody", async () => {
    expect(await problemOf(door.get("a.b"))).toMatchObject({ status: 400, code: "bad_request" });
    expect(cloud.database.queries).toBe(0);
  });

  test("works with Redis down: its limit fails open", async () => {
    const { room } = await door.created();
    cloud.redis = "down";
    expect((await door.get(room.id)).status).toBe(200);
  });

  test("shows nothing that only joins need", async () => {
    const { room } = await door.created({ title: "x", password: "open sesame" });
    const shown = (await (await door.get(room.id)).json()) as object;
    expect(Object.keys(shown).toSorted()).toEqual(Object.keys(room).toSorted());
  });
});

describe("a room's id", () => {
  test("is known again by whoever has a key, the older one too", async () => {
    const id = await newRoomId(keys);
    const newer = { id: "k2", secret: "another secret of 32 characters!!!!" };
    expect(await wasRoomId(id, keys)).toBe(true);
    expect(await wasRoomId(id, [newer, ...keys])).toBe(true);
    expect(await wasRoomId(id, [newer])).toBe(false);
    for (const other of ["nobody-here", "AAAAAAAAAAAAAAAA", `${id}x`, id.toLowerCase()])
      expect(await wasRoomId(other, keys), other).toBe(false);
  });
});

describe("the clips that ship", () => {
  test("are listed, in each form that rooms can show", async () => {
    const response = await cloud.request("/v1/watch/media");
    const { media } = await parsed(response, watchMediaListSchema);
    expect(media.map(({ id }) => id)).toEqual(["timecode", "orbit", "tides"]);
    expect(new Set(media.map(({ format }) => format))).toEqual(new Set(["mp4", "hls"]));
  });

  test("are on the site, with their subtitles, and small enough to be shipped", async () => {
    const { media } = await parsed(await cloud.request("/v1/watch/media"), watchMediaListSchema);
    const pieces = ["init.mp4", ...Array.from({ length: 6 }, (_, at) => `piece${at}.m4s`)];
    const playlist = await readFile(
      new URL("../../web/public/samples/tides/index.m3u8", here),
      "utf8",
    );
    for (const piece of pieces) expect(playlist).toContain(piece);
    const streamed = pieces.map((piece) => `/samples/tides/${piece}`);
    const files = media.flatMap(({ url, subtitles }) => [url, ...subtitles.map((one) => one.url)]);
    for (const file of [...files, ...streamed]) {
      const { size } = await stat(new URL(`../../web/public${file}`, here));
      expect(size, file).toBeGreaterThan(100);
      expect(size, file).toBeLessThan(2_000_000);
    }
  });
});

describe("a room is read through the cache", () => {
  const kept = (id: string) =>
    vi.waitFor(() => expect(cloud.store.text(`cache:roomDirectory:1:watch:${id}`)).toBeDefined());

  test("so that reads within seconds ask Postgres once", async () => {
    const { room } = await door.created();
    await door.get(room.id);
    await kept(room.id);
    cloud.postgres = "down";
    expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual(room);
    expect((await door.join(room.id, { name: "Ada" })).status).toBe(200);
    cloud.now_ms += 16_000;
    expect((await door.get(room.id)).status).toBe(503);
  });

  test("without the hash of its password", async () => {
    const { room } = await door.created({ title: "x", password: "open sesame" });
    await door.get(room.id);
    await kept(room.id);
    const copy = cloud.store.text(`cache:roomDirectory:1:watch:${room.id}`);
    expect(copy).toContain('"hasPassword":true');
    expect(copy).not.toContain("scrypt");
  });

  test("and that there is none is known for seconds, too", async () => {
    expect((await door.get("nobody-has-this")).status).toBe(404);
    await kept("nobody-has-this");
    cloud.postgres = "down";
    expect((await door.join("nobody-has-this", { name: "Ada" })).status).toBe(404);
    cloud.now_ms += 6_000;
    expect((await door.get("nobody-has-this")).status).toBe(503);
  });

  test.each(["down", "silent"] as const)("and is found with Redis %s", async (redis) => {
    const { room } = await door.created();
    cloud.redis = redis;
    expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual(room);
  });
});
