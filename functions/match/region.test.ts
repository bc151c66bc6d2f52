import { describe, expect, test } from "vitest";
import { forAll, type Random } from "../../platform/testing/random.ts";
import { matchRegions } from "../../protocol/match/rest-lobby.ts";
import { roomIdSchema } from "../../protocol/room.ts";
import { allRooms, lobbyOf, regionOf, roomsOf, shardOf } from "./region.ts";

const someId = (random: Random) =>
  Array.from({ length: 32 }, () => random.pick([..."abcXYZ019-_"])).join("");

describe("the region of a request", () => {
  test.each([
    ["EU", "eu"],
    ["NA", "na"],
    ["AN", "oc"],
    ["T1", "eu"],
    ["toString", "eu"],
    [undefined, "eu"],
    [7, "eu"],
  ])("%s is %s", (continent, region) => {
    expect(regionOf(continent)).toBe(region);
  });
});

describe("the shard of a user", () => {
  test("is one of those there are, always the same, and has a lobby's address", async () => {
    await forAll(2_000, (random) => {
      const id = someId(random);
      const shards = 1 + random.below(16);
      const shard = shardOf(id, shards);
      expect(shard).toBeGreaterThanOrEqual(0);
      expect(shard).toBeLessThan(shards);
      expect(shardOf(id, shards)).toBe(shard);
      expect(roomIdSchema.safeParse(lobbyOf(random.pick(matchRegions), id, shards)).success).toBe(
        true,
      );
    });
  });

  test("changes only to the new one when there is one more", async () => {
    await forAll(2_000, (random) => {
      const id = someId(random);
      const shards = 1 + random.below(15);
      const [before, after] = [shardOf(id, shards), shardOf(id, shards + 1)];
      expect([before, shards]).toContain(after);
    });
  });

  test("is as likely any of them", async () => {
    await forAll(5, (random) => {
      const shards = 2 + random.below(8);
      const users = 8_000;
      const counts = Array<number>(shards).fill(0);
      for (let at = 0; at < users; at += 1) {
        const shard = shardOf(someId(random), shards);
        counts[shard] = (counts[shard] ?? 0) + 1;
      }
      // Six standard deviations of a binomial: chance does not get there.
      const mean = users / shards;
      const allowed = 6 * Math.sqrt(mean * (1 - 1 / shards));
      for (const count of counts) expect(Math.abs(count - mean)).toBeLessThan(allowed);
    });
  });
});

test("with one shard a region has one room, and with more a queue beside them", () => {
  expect(allRooms(1).map(({ room }) => room)).toEqual(matchRegions.map((region) => `${region}-0`));
  expect(allRooms(2)).toHaveLength(3 * matchRegions.length);
  expect(roomsOf("somebody", 1)).toHaveLength(matchRegions.length);
  expect(roomsOf("somebody", 4)).toHaveLength(2 * matchRegions.length);
});
