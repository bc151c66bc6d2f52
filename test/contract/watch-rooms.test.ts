import { sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { deleteWatchRoom, findWatchRoom, noteWatchJoin } from "../../db/queries/watch.ts";
import { parsed, problemOf } from "../../functions/watch/testing/door.ts";
import { redisDirectory } from "../../platform/directory/redis-directory.ts";
import { verifyRoomToken } from "../../platform/tokens/room.ts";
import { erasureReceiptSchema, signedInSchema } from "../../protocol/identity/account.ts";
import { type WatchRoomList, watchRoomListSchema } from "../../protocol/watch/listing.ts";
import { watchRoomSchema } from "../../protocol/watch/rest.ts";
import { watchRoomDataSchema } from "../../protocol/watch/room-data.ts";
import { password as accountPassword } from "./identity-visitor.ts";
import { onEachWatchSite, type WatchSite } from "./watch-site.ts";

const keys = [{ id: "k1", secret: "a secret of at least 32 characters!" }];
const hour_ms = 3_600_000;

type Door = ReturnType<WatchSite["person"]>["door"];

const listOf = async (door: Door, query = "") =>
  await parsed(await door.list(query), watchRoomListSchema);

/** Follows a list from page to page. */
async function pagesOf(door: Door, query: string): Promise<WatchRoomList[]> {
  const pages: WatchRoomList[] = [];
  let cursor = "";
  do {
    const page = await listOf(door, `?${query}${cursor}`);
    pages.push(page);
    cursor = page.nextCursor === null ? "" : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== "" && pages.length < 100);
  return pages;
}

const titlesIn = (pages: readonly WatchRoomList[]) =>
  pages.flatMap(({ rooms }) => rooms.map(({ title }) => title));

onEachWatchSite("Watch rooms", (site) => {
  /** As if rooms had been made a second apart, in this order, and just now. */
  const spread = async (titles: readonly string[]) => {
    for (const [at, title] of titles.entries())
      await site().db.execute(
        sql`update watch_room set created_at = now() - make_interval(secs => ${titles.length - at}::float8)
          where title = ${title}`,
      );
  };

  describe("a room", () => {
    test("comes back from Postgres as it was made, and as it was changed", async () => {
      const { door } = site().person();
      const { room, seat } = await door.created({
        title: 'Käse & "Wein" 🧀 \'; drop table watch_room --',
        source: { kind: "youtube", videoId: "dQw4w9WgXcQ", title: "Ünïcode" },
        maxParticipants: 33,
        permissions: { control: "host" },
        gate: true,
        public: true,
      });
      expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual(room);
      expect(room.permissions).toMatchObject({ control: "host", chat: "viewer", kick: "cohost" });
      const changes = { title: "Later", permissions: { ...room.permissions, chat: "cohost" } };
      await door.change(room.id, { ...changes, public: false }, seat);
      expect(await parsed(await door.get(room.id), watchRoomSchema)).toEqual({
        ...room,
        ...changes,
        public: false,
      });
    });

    test("is forgotten once, by its end or by its expiry, and says so ever after", async () => {
      const { door } = site().person();
      const { room } = await door.created();
      expect(await deleteWatchRoom(site().db, room.id)).toBe(true);
      expect(await deleteWatchRoom(site().db, room.id)).toBe(false);
      expect(await problemOf(door.get(room.id))).toMatchObject({ code: "room_expired" });
    });

    test("notes its use once an hour, however many come", async () => {
      const { door } = site().person();
      const { room } = await door.created();
      const usedAt = async () => (await findWatchRoom(site().db, room.id))?.usedAt.getTime() ?? 0;
      const age = (interval: string) =>
        site().db.execute(
          sql.raw(`update watch_room set used_at = now() - interval '${interval}'`),
        );
      await age("2 hours");
      await Promise.all([door.joined(room.id, { name: "A" }), door.joined(room.id, { name: "B" })]);
      await expect.poll(usedAt, { timeout: 20_000 }).toBeGreaterThan(Date.now() - hour_ms);
      await age("50 minutes");
      const before = await usedAt();
      await noteWatchJoin(site().db, room.id);
      expect(await usedAt()).toBe(before);
      expect(await findWatchRoom(site().db, room.id)).toMatchObject({ joined: true });
    });
  });

  describe("the public list", () => {
    const announce = (id: string, title: string, activeAt_ms: number, people = 2) =>
      redisDirectory(site().redis, "watch").put({
        ...{ id, title, people, capacity: 10, mediaTitle: "Orbit" },
        ...{ locked: false, hasPassword: false, activeAt_ms },
      });

    test("is the directory's, the most recently active first, page by page with counts", async () => {
      const now_ms = Date.now();
      for (let at = 0; at < 7; at += 1)
        await announce(`room-${at}`, `t${at}`, now_ms - 1_000 * at, at);
      const pages = await pagesOf(site().person().door, "limit=3");
      expect(titlesIn(pages)).toEqual(["t0", "t1", "t2", "t3", "t4", "t5", "t6"]);
      expect(pages.map(({ counts }) => counts?.people)).toEqual([3, 12, 6]);
      expect(pages[0]?.rooms[1]).toEqual({
        ...{ id: "room-1", title: "t1", mediaTitle: "Orbit", people: 1, capacity: 10 },
        ...{ locked: false, hasPassword: false, activeAt_ms: now_ms - 1_000 },
      });
    });

    test("without Redis is Postgres's, the newest first, and never shows a private room", async () => {
      const { door } = site().person();
      for (let at = 0; at < 8; at += 1)
        await door.created({ title: `t${at}`, public: at % 4 !== 3, mediaId: "orbit" });
      await spread(["t0", "t4", "t5", "t6"]);
      // Two of one moment: the cursor names one place all the same.
      await site().db.execute(
        "update watch_room set created_at = '2026-01-02' where title in ('t1', 't2')",
      );
      site().redisReach = "down";
      const pages = await pagesOf(door, "limit=1");
      expect(pages.every(({ counts }) => counts === null)).toBe(true);
      const titles = titlesIn(pages);
      expect(titles.slice(0, 4)).toEqual(["t6", "t5", "t4", "t0"]);
      expect(titles.slice(4).toSorted()).toEqual(["t1", "t2"]);
      expect(pages[0]?.rooms[0]).toMatchObject({ people: null, locked: null, activeAt_ms: null });
    });

    test("goes on where it began when Redis comes back, and begins anew when it goes", async () => {
      const { door } = site().person();
      for (const title of ["kept-1", "kept-2"]) await door.created({ title, public: true });
      await spread(["kept-1", "kept-2"]);
      const now_ms = Date.now();
      for (let at = 0; at < 2; at += 1) await announce(`room-${at}`, `live-${at}`, now_ms - at);
      const live = await listOf(door, "?limit=1");
      site().redisReach = "down";
      const anew = await listOf(door, `?limit=1&cursor=${live.nextCursor}`);
      expect([...live.rooms, ...anew.rooms].map(({ title }) => title)).toEqual([
        "live-0",
        "kept-2",
      ]);
      site().redisReach = "up";
      const on = await listOf(door, `?limit=5&cursor=${anew.nextCursor}`);
      expect(on.rooms.map(({ title }) => title)).toEqual(["kept-1"]);
      expect(on).toMatchObject({ counts: null, nextCursor: null });
    });

    test("loses a room that is ended or made private", async () => {
      const { door } = site().person();
      const [one, other] = [
        await door.created({ title: "one", public: true }),
        await door.created({ title: "other", public: true }),
      ];
      await announce(one.room.id, "one", Date.now());
      await announce(other.room.id, "other", Date.now() - 1);
      await door.end(one.room.id, one.seat);
      await door.change(other.room.id, { public: false }, other.seat);
      expect((await listOf(door)).rooms).toEqual([]);
    });
  });

  describe("rooms made by somebody who is signed in", () => {
    test("are listed for them, the newest first, and for nobody else", async () => {
      const ann = site().person();
      await ann.visitor.signUp();
      const titles = ["a", "b", "c", "d", "e"];
      for (const title of titles) await ann.door.created({ title });
      await spread(titles);
      const bob = site().person();
      await bob.visitor.signUp();
      await bob.door.created({ title: "bob's" });
      const pages = await pagesOf(ann.door, "mine=true&limit=2");
      expect(pages.map(({ rooms }) => rooms.length)).toEqual([2, 2, 1]);
      expect(titlesIn(pages)).toEqual(titles.toReversed());
      expect(titlesIn([await listOf(bob.door, "?mine=true")])).toEqual(["bob's"]);
      expect(await problemOf(site().person().door.list("?mine=true"))).toMatchObject({
        code: "sign_in_required",
      });
    });

    test("move with a guest who gets an account", async () => {
      const { visitor, door } = site().person();
      await visitor.post("/v1/auth/guest", { name: "Somebody" }, signedInSchema);
      await door.created({ title: "made as a guest" });
      await visitor.signUp();
      expect(titlesIn([await listOf(door, "?mine=true")])).toEqual(["made as a guest"]);
    });

    test("can be changed and ended by their maker from anywhere, and by no other account", async () => {
      const ann = site().person();
      await ann.visitor.signUp();
      const { room } = await ann.door.created();
      const bob = site().person();
      await bob.visitor.signUp();
      expect(await problemOf(bob.door.end(room.id))).toMatchObject({ code: "token_missing" });
      expect((await ann.door.change(room.id, { title: "Later" })).status).toBe(200);
      expect((await ann.door.end(room.id)).status).toBe(204);
      expect(await problemOf(ann.door.get(room.id))).toMatchObject({ code: "room_expired" });
    });

    test("are in their export, without the password's hash, and go when they are erased", async () => {
      const ann = site().person();
      await ann.visitor.signUp();
      const { room } = await ann.door.created({ title: "mine", password: "open sesame" });
      const other = await site().person().door.created({ title: "not mine" });
      const text = await (await ann.visitor.request("GET", "/v1/me/export")).text();
      const { tables } = z
        .object({ tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
        .parse(JSON.parse(text));
      expect(tables.watch_room).toEqual([
        expect.objectContaining({ id: room.id, title: "mine", source: room.source }),
      ]);
      expect(text).not.toContain("$scrypt$");
      const { rows } = await ann.visitor.post(
        "/v1/me/erase",
        { password: accountPassword },
        erasureReceiptSchema,
      );
      expect(rows.watch_room).toBe(1);
      expect(await findWatchRoom(site().db, room.id)).toBeUndefined();
      expect(await findWatchRoom(site().db, other.room.id)).toBeDefined();
    });
  });

  describe("the mark by which a room knows somebody again", () => {
    const markOf = async (door: Door, room: string, json: object = {}) => {
      const { token, memberId } = await door.joined(room, { name: "Eve", ...json });
      const verified = await verifyRoomToken(token, { party: "watch", room }, keys, Date.now());
      if (!verified.ok) throw new Error(verified.code);
      return { memberId, mark: watchRoomDataSchema.parse(verified.claims.data).session };
    };

    test("is the account's: a new seat, or another browser, is no way round a ban", async () => {
      const eve = site().person();
      const user = await eve.visitor.signUp();
      const { room } = await eve.door.created();
      const [first, second] = [await markOf(eve.door, room.id), await markOf(eve.door, room.id)];
      expect(second.memberId).not.toBe(first.memberId);
      expect(second.mark).toBe(first.mark);
      const phone = site().person();
      await phone.visitor.signIn(user.email ?? "");
      expect((await markOf(phone.door, room.id)).mark).toBe(first.mark);
      expect(first.mark).not.toContain(user.id);
      const elsewhere = await eve.door.created();
      expect((await markOf(eve.door, elsewhere.room.id)).mark).not.toBe(first.mark);
    });

    test("is a guest session's as well", async () => {
      const eve = site().person();
      await eve.visitor.post("/v1/auth/guest", { name: "Eve" }, signedInSchema);
      const { room } = await eve.door.created();
      const [first, second] = [await markOf(eve.door, room.id), await markOf(eve.door, room.id)];
      expect(second.mark).toBe(first.mark);
    });
  });
});
