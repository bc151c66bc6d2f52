import { expect, test } from "vitest";
import { gameSchema } from "../../protocol/analytics/game.ts";
import { boundsOf, changesOf, typedOf, wrongWith } from "./keeping-form.ts";

const game = gameSchema.parse({
  id: "tower-of-hats-01",
  name: "Tower of hats",
  organizationId: null,
  role: "owner",
  retention_days: 90,
  settings: {},
  createdAt: "2026-11-29T12:00:00.000Z",
});

test("a form that was not touched changes nothing", () => {
  expect(changesOf(game, typedOf(game))).toEqual({});
});

test("what was changed is sent, and nothing else, so that a refused part holds up no other", () => {
  const typed = typedOf(game);
  expect(changesOf(game, { ...typed, flushEvery_s: " 600 " })).toEqual({
    settings: { flushEvery_s: 600 },
  });
  expect(changesOf(game, { ...typed, signedOnly: true, retention_days: "30" })).toEqual({
    settings: { signedOnly: true },
    retention_days: 30,
  });
});

test.each(["", " ", "0", "3601", "1.5", "soon", "-1", "Infinity"])(
  "%j is no interval, and the form says which would be",
  (text) => {
    expect(wrongWith("flushEvery_s", text)).toBe("A whole number from 1 to 3,600.");
    expect(changesOf(game, { ...typedOf(game), flushEvery_s: text })).toBeUndefined();
  },
);

test("the bounds are those of the API", () => {
  expect(boundsOf("flushEvery_s")).toEqual({ min: 1, max: 3_600 });
  expect(boundsOf("flushEvents")).toEqual({ min: 100, max: 50_000 });
  expect(boundsOf("shards")).toEqual({ min: 1, max: 16 });
});
