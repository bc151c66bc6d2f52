import { describe, expect, test } from "vitest";
import { type QueueItem, upcomingOf } from "../../../protocol/watch/queue.ts";
import { dropOn, moveBy } from "./order.ts";

const item = (id: string, order: number, votes = 0): QueueItem => ({
  id,
  source: { kind: "sample", id: "timecode" },
  place: "queue",
  order,
  addedBy: null,
  addedByName: "",
  votes,
});
const upcoming = ["a", "b", "c", "d"].map((id, order) => item(id, order));

describe("moving an item of the queue", () => {
  test.each([
    ["b", -1, "a"],
    ["a", 1, "c"],
    ["c", 1, null],
    ["d", -3, "a"],
    ["a", 3, null],
  ])("%s by %i puts it before %s", (id, by, before) => {
    expect(moveBy(upcoming, id, by)).toBe(before);
  });

  test.each([
    ["a", -1],
    ["d", 1],
    ["b", 0],
    ["gone", 1],
  ])("%s by %i goes nowhere", (id, by) => {
    expect(moveBy(upcoming, id, by)).toBeUndefined();
  });

  test.each([
    ["a", "c", "d"],
    ["d", "b", "b"],
    ["a", "d", null],
  ])("%s dropped on %s stands before %s", (id, target, before) => {
    expect(dropOn(upcoming, id, target)).toBe(before);
  });

  test("dropped on itself, or on one that is gone, changes nothing", () => {
    expect(dropOn(upcoming, "a", "a")).toBeUndefined();
    expect(dropOn(upcoming, "a", "gone")).toBeUndefined();
  });
});

describe("where votes and the given order differ", () => {
  // Shown as a, b, c; in the order people gave they are c, a, b.
  const voted = upcomingOf([item("c", 1), item("a", 5, 1), item("b", 6, 1)]);

  test("an item passes its equals, wherever the others stand in the given order", () => {
    expect(voted.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(moveBy(voted, "a", 1)).toBeNull();
    expect(moveBy(voted, "b", -1)).toBe("a");
  });

  test("an item does not pass one with more votes or fewer", () => {
    expect(moveBy(voted, "c", -1)).toBeUndefined();
    expect(moveBy(voted, "b", 1)).toBeUndefined();
  });
});
