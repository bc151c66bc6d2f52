import { expect, test } from "vitest";
import { seededRandom } from "../../platform/testing/random.ts";
import { freshSampler, placesOf, Reservoir, sample } from "./sampler.ts";

test("fifty events of a second pass, and the others are counted", () => {
  const first = sample(freshSampler, 40, 5_000);
  expect(first).toMatchObject({ pass: 40, skip: 0 });
  const second = sample(first.state, 40, 5_999);
  expect(second).toMatchObject({ pass: 10, skip: 30 });
  // A second in which nothing was too much is between.
  expect(sample(second.state, 40, 7_000)).toMatchObject({ pass: 40, skip: 0 });
});

test("where more come all the time, they pass all over the second and not at its beginning", () => {
  let state = freshSampler;
  const passed = Array.from({ length: 40 }, (_, tenth) => {
    const { state: next, pass } = sample(state, 100, 5_000 + 100 * tenth);
    state = next;
    return pass;
  });
  const inSecond = (at: number) => passed.slice(10 * at, 10 * at + 10);
  expect(inSecond(0)).toEqual([50, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (const later of [1, 2, 3])
    expect(inSecond(later)).toEqual([12, 0, 0, 13, 0, 12, 0, 0, 13, 0]);
});

test("a sample is of all that were offered, each as likely as any other, and in their order", () => {
  const random = seededRandom(3);
  const chosen = Array(30).fill(0);
  for (let draws = 0; draws < 3_000; draws += 1) {
    const places = placesOf(30, 10, random.next());
    expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    for (const place of places) chosen[place] += 1;
  }
  for (const times of chosen) expect(Math.abs(times - 1_000)).toBeLessThan(150);
  expect(placesOf(7, 7, 0.999)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(placesOf(7, 0, 0.5)).toEqual([]);
});

test("a reservoir holds a sample of however many come, and says of how many", () => {
  const random = seededRandom(5);
  const chosen = Array(40).fill(0);
  const reservoir = new Reservoir<number>(10, () => random.next());
  for (let draws = 0; draws < 2_000; draws += 1) {
    for (let item = 0; item < 40; item += 1) reservoir.offer(() => item);
    const { items, offered } = reservoir.take();
    expect(offered).toBe(40);
    expect(items).toHaveLength(10);
    expect(items).toEqual([...items].sort((a, b) => a - b));
    for (const item of items) chosen[item] += 1;
  }
  for (const times of chosen) expect(Math.abs(times - 500)).toBeLessThan(100);
  expect(reservoir.take()).toEqual({ items: [], offered: 0 });
});
