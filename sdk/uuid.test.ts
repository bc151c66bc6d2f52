import { expect, test } from "vitest";
import { uuidMaker } from "./uuid.ts";

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const random = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
const timeOf = (uuid: string) => Number.parseInt(uuid.replace("-", "").slice(0, 12), 16);

test("a uuid is of version 7 and has its moment in it", () => {
  const uuid = uuidMaker(random)(1_790_000_000_123);
  expect(uuid).toMatch(form);
  expect(timeOf(uuid)).toBe(1_790_000_000_123);
});

test("uuids sort in the order they were made, thousands in one millisecond too", () => {
  const make = uuidMaker(random);
  const made = Array.from({ length: 10_000 }, () => make(1_790_000_000_000));
  expect(made.every((uuid) => form.test(uuid))).toBe(true);
  expect([...made].sort()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test("a clock that steps back a little does not break the order, a wrong one that is put right is followed", () => {
  const make = uuidMaker(random);
  const first = make(1_790_000_000_500);
  expect(make(1_790_000_000_000) > first).toBe(true);
  expect(timeOf(make(1_700_000_000_000))).toBe(1_700_000_000_000);
});
