import { expect, test } from "vitest";
import { createFlights } from "./flights.ts";
import { VirtualTime } from "./testing/virtual-time.ts";

function flights(flights_max = 10) {
  const time = new VirtualTime();
  return { time, flights: createFlights<number>({ timer: time, flights_max, age_ms_max: 100 }) };
}
const pending = () => new Promise<number>(() => {});

test("work can be joined until it ends, and nothing is kept of it afterwards", async () => {
  const { time, flights: of } = flights();
  const work = time.sleep(50).then(() => 7);
  of.add("a", [], work);
  expect(of.find("a")).toBe(work);
  await time.pass(50);
  expect(of.find("a")).toBeUndefined();
});

test("work that fails can be joined no more, and harms nobody who did not", async () => {
  const { time, flights: of } = flights();
  const work = time.sleep(50).then(() => Promise.reject(new Error("no")));
  of.add("a", [], work);
  await expect(time.until(work)).rejects.toThrow("no");
  await time.pass(0);
  expect(of.find("a")).toBeUndefined();
});

test("work that never ends can be joined for so long only", async () => {
  const { time, flights: of } = flights();
  of.add("a", [], pending());
  await time.pass(100);
  expect(of.find("a")).toBeDefined();
  await time.pass(1);
  expect(of.find("a")).toBeUndefined();
});

test("work beyond the limit is not joined, until what never ended has made room", async () => {
  const { time, flights: of } = flights(2);
  for (const key of ["a", "b", "c"]) of.add(key, [], pending());
  expect(of.find("b")).toBeDefined();
  expect(of.find("c")).toBeUndefined();
  await time.pass(101);
  of.add("c", [], pending());
  expect(of.find("c")).toBeDefined();
});

test("the end of older work leaves newer work under the same key alone", async () => {
  const { time, flights: of } = flights();
  const old = time.sleep(50).then(() => 1);
  of.add("a", [], old);
  of.drop("a", old);
  const recent = pending();
  of.add("a", [], recent);
  await time.pass(60);
  expect(of.find("a")).toBe(recent);
});

test("work under a tag can be dropped by it", () => {
  const { flights: of } = flights();
  of.add("a", ["x", "y"], pending());
  of.add("b", ["z"], pending());
  expect(of.dropTags(["y"])).toBe(true);
  expect(of.dropTags(["y"])).toBe(false);
  expect(of.find("a")).toBeUndefined();
  expect(of.find("b")).toBeDefined();
});
