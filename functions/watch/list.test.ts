import { afterEach, beforeEach, expect, test } from "vitest";
import { watchRoomListSchema } from "../../protocol/watch/listing.ts";
import { FakeCloud } from "../testing/fake-cloud.ts";
import { doorOf, parsed, problemOf } from "./testing/door.ts";

// The directory itself, and the order of pages, are tried on real engines: test/contract/watch-*.

let cloud: FakeCloud;
let door: ReturnType<typeof doorOf>;
beforeEach(() => {
  cloud = new FakeCloud();
  door = doorOf(cloud);
});
afterEach(() => cloud.stop());

test("without Redis the list is what Postgres knows for certain, and says what it does not know", async () => {
  const { room } = await door.created({ title: "Open", public: true, password: "open sesame" });
  await door.created({ title: "Private" });
  cloud.redis = "down";
  expect(await parsed(await door.list(), watchRoomListSchema)).toEqual({
    rooms: [
      {
        ...{ id: room.id, title: "Open", mediaTitle: "Timecode, 60 seconds", capacity: 10 },
        ...{ hasPassword: true, people: null, locked: null, activeAt_ms: null },
      },
    ],
    counts: null,
    nextCursor: null,
  });
});

test("with both down it is `unavailable`", async () => {
  cloud.redis = "down";
  cloud.postgres = "down";
  expect(await problemOf(door.list())).toMatchObject({ status: 503, code: "unavailable" });
});

test.each([
  "?limit=0",
  "?limit=51",
  "?limit=x",
  "?cursor=",
  "?cursor=room",
  "?cursor=x.1.room-1234",
  "?cursor=d.1.a b",
  "?cursor=m.1.room-1234",
  "?mine=perhaps",
])("a page that is none is a bad request: %s", async (query) => {
  expect(await problemOf(door.list(query))).toMatchObject({ status: 400, code: "bad_request" });
});

test("one's own rooms are for those who are signed in", async () => {
  expect(await problemOf(door.list("?mine=true"))).toMatchObject({
    status: 401,
    code: "sign_in_required",
  });
});
