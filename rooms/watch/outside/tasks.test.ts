import { expect, test } from "vitest";
import type { DirectoryEntry } from "../../../platform/directory/directory.ts";
import { type Outside, outsideOf, runWatchTask } from "./tasks.ts";

/** An outside that writes down what it is asked, and fails when a test says so. */
function fakeOutside(failing = "") {
  const journal: string[] = [];
  const act = async (what: string) => {
    if (what.startsWith(failing) && failing !== "") throw new Error("secret address");
    journal.push(what);
  };
  const outside: Outside = {
    directory: {
      put: ({ id, people }: DirectoryEntry) => act(`put ${id} ${people}`),
      remove: (id) => act(`remove ${id}`),
      list: () => Promise.reject(new Error("rooms do not list")),
    },
    deleteRow: (id) => act(`delete ${id}`),
    tell: (heard) => act(`tell of ${heard.corrections} corrections`),
  };
  return { outside, journal };
}

const entry = {
  title: "Film night",
  people: 3,
  capacity: 10,
  mediaTitle: "A",
  locked: false,
  hasPassword: false,
  activeAt_ms: 5,
};
const ignore = () => {};

test("a room tells the list how it is, and takes itself out of it", async () => {
  const { outside, journal } = fakeOutside();
  expect(await runWatchTask({ type: "announce", entry }, "room-1", outside, ignore)).toEqual({
    task: "announce",
    ok: true,
  });
  await runWatchTask({ type: "withdraw" }, "room-1", outside, ignore);
  expect(journal).toEqual(["put room-1 3", "remove room-1"]);
});

test("a room that empties adds what it heard to the figures of all rooms", async () => {
  const { outside, journal } = fakeOutside();
  const heard = { drift: [], corrections: 4, stalls: 0, resumes: 0, gateWaits: 0 };
  await runWatchTask({ type: "tell", heard }, "room-1", outside, ignore);
  expect(journal).toEqual(["tell of 4 corrections"]);
});

test("an expired room's row goes first, because without it nobody is let in any more", async () => {
  const { outside, journal } = fakeOutside();
  await runWatchTask({ type: "expire" }, "room-1", outside, ignore);
  expect(journal).toEqual(["delete room-1", "remove room-1"]);
});

test("what fails is reported and answered, never thrown", async () => {
  for (const failing of ["delete", "remove"]) {
    const errors: unknown[] = [];
    const { outside } = fakeOutside(failing);
    const answer = await runWatchTask({ type: "expire" }, "room-1", outside, (error) =>
      errors.push(error),
    );
    expect(answer).toEqual({ task: "expire", ok: false });
    expect(errors).toHaveLength(1);
  }
});

test("where there is no outside, there is nothing to do, and it is done", async () => {
  expect(outsideOf({})).toBeUndefined();
  expect(outsideOf({ UPSTASH_REDIS_REST_URL: "https://redis.test" })).toBeUndefined();
  expect(await runWatchTask({ type: "expire" }, "room-1", undefined, ignore)).toEqual({
    task: "expire",
    ok: true,
  });
});

test("the Worker's bindings name an outside", () => {
  const bindings = {
    UPSTASH_REDIS_REST_URL: "https://redis.test",
    UPSTASH_REDIS_REST_TOKEN: "token",
    DATABASE_URL: "postgres://user:password@neon.test/offrail",
  };
  expect(outsideOf(bindings)).toMatchObject({ directory: {}, deleteRow: expect.any(Function) });
});
