import { expect, test } from "vitest";
import type { RoomEffect, RoomTypes } from "../room.ts";
import { collectChanges } from "./changes.ts";

const store = (changes: Record<string, unknown>): RoomEffect<RoomTypes> => ({
  type: "store",
  changes,
});

test("all that a step stores becomes one write, and null deletes", () => {
  expect(
    collectChanges([store({ a: 1, b: 2 }), { type: "broadcast", message: 0 }, store({ b: null })]),
  ).toEqual({ puts: { a: 1 }, deletes: ["b"] });
});

test("a step that stores nothing writes nothing", () => {
  expect(collectChanges([{ type: "broadcast", message: 0 }, store({})])).toBeUndefined();
});

test("more keys than the platform takes are refused as a whole", () => {
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, index]));
  expect(Object.keys(collectChanges([store(keys(128))])?.puts ?? {})).toHaveLength(128);
  expect(() => collectChanges([store(keys(129))])).toThrow(RangeError);
});
