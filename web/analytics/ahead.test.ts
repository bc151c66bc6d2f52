import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { gameAhead } from "./ahead.ts";
import { fetchGame, levelsQuery, overviewQuery } from "./api.ts";
import { askedOf } from "./view.ts";

const now_ms = Date.parse("2026-11-29T12:00:00Z");
const calls: string[] = [];
beforeEach(() => {
  calls.length = 0;
  vi.stubGlobal("fetch", async (input: string) => {
    calls.push(input);
    return Response.json({ of: input });
  });
});
afterEach(() => vi.unstubAllGlobals());

const cases = [
  ["/analytics/g1?days=90&env=sandbox", overviewQuery],
  ["/analytics/g2/overview", overviewQuery],
  ["/analytics/g3/levels?days=7", levelsQuery],
] as const;

it.each(cases)("what %s shows is asked for once, and ahead of its page", async (path, query) => {
  const address = new URL(path, "http://offrail.test");
  gameAhead(address, now_ms);
  expect(calls).toHaveLength(2);
  const id = address.pathname.split("/")[2] ?? "";
  await fetchGame(id);
  await query(id, askedOf(address.searchParams, now_ms).range).queryFn();
  expect(calls).toHaveLength(2);
});

it("of parts whose reports take raw events the game alone is asked for", async () => {
  gameAhead(new URL("http://offrail.test/analytics/g4/retention"), now_ms);
  expect(calls).toEqual(["/v1/analytics/games/g4"]);
  await fetchGame("g4");
});
