import { expect, test } from "vitest";
import { defaultCacheTimes } from "./limits.ts";
import { type CacheName, caches, definitionOf } from "./table.ts";

const names = Object.keys(caches) as CacheName[];

test("the caches live as long as they are said to", () => {
  const minutes = (name: CacheName) => definitionOf(name).ttl_s / 60;
  expect([minutes("user"), minutes("business"), minutes("statistics")]).toEqual([30, 10, 10]);
  expect([caches.galleryPage.ttl_s, caches.roomDirectory.ttl_s]).toEqual([60, 5]);
});

test.each(names)("%s states limits that can be kept", (name) => {
  const { ttl_s, stale_s, negative_ttl_s, value_bytes_max, version } = definitionOf(name);
  expect(ttl_s).toBeGreaterThan(0);
  expect(stale_s).toBeGreaterThanOrEqual(0);
  expect(negative_ttl_s).toBeLessThanOrEqual(ttl_s);
  expect(version).toBeGreaterThanOrEqual(1);
  // Upstash takes 10 MB a request; a lookup must also come back within its deadline.
  expect(value_bytes_max).toBeLessThanOrEqual(1024 * 1024);
  // Until a lease ends, a value that was kept under it must still be there.
  expect(ttl_s * 1000 * 0.9).toBeGreaterThan(defaultCacheTimes.lease_ms);
});

test("what a broken Redis may cost stays below 50 ms with room for a busy machine", () => {
  expect(defaultCacheTimes.redis_ms).toBeLessThanOrEqual(40);
});
