import { describe, expect, it } from "vitest";
import { matches } from "./path.ts";

describe("an address", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["/", "/", true],
    ["/", "/watch", false],
    ["/watch", "/watch/", true],
    ["/watch", "/watch/abc", false],
    ["/watch/:id", "/watch", false],
    ["/analytics/:id/:part?", "/analytics", false],
    ["/analytics/:id/:part?", "/analytics/g1", true],
    ["/analytics/:id/:part?", "/analytics/g1/levels", true],
    ["/analytics/:id/:part?", "/analytics/g1/levels/x", false],
    ["/*", "/any/thing", true],
  ];
  it.each(cases)("of the pattern %s: %s is %s", (pattern, path, expected) => {
    expect(matches(pattern, path)).toBe(expected);
  });
});
