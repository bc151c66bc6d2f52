import { expect, test } from "vitest";
import { forAll } from "../../platform/testing/random.ts";
import { keyedBatchOf, keyLineOf, RecentEvents } from "./recent.ts";

test("A-ACK-3 a batch under a key comes back from its line on disk as it went there", async () => {
  await forAll(200, (random) => {
    const batch = {
      key: `k${random.text(20).replaceAll("\n", " ")}\t${random.below(9)}`,
      fingerprint: "0123abcd",
      said: [undefined, "KDR0", "K"][random.below(3)],
    };
    expect(keyedBatchOf(keyLineOf(batch))).toEqual(batch);
  });
});

test("A-ACK-3 a line of before there was more than a key is a key", () => {
  for (const key of ["batch-1", '["x"]', "a\tb\tc\td"]) {
    const old = { key, fingerprint: undefined, said: undefined };
    expect(keyedBatchOf(key)).toEqual(old);
    expect(keyLineOf(old)).toBe(key);
  }
});

test("what is remembered is bounded: the oldest is forgotten first", () => {
  const recent = new RecentEvents(3, 2);
  const under = (key: string) => ({ key, fingerprint: undefined, said: undefined });
  recent.remember(["a", "b"], under("first"));
  recent.remember(["c", "d"], under("second"));
  expect(recent.duplicatesIn(["a", "b", "c", "d", "e", "e"])).toEqual([1, 2, 3, 5]);
  recent.remember(["f"], under("third"));
  expect(recent.lookUp(under("first"), ["a", "b"]).type).toBe("new");
  expect(recent.lookUp(under("second"), ["c", "d"]).type).toBe("same");
  expect(recent.lookUp(under("third"), ["c"]).type).toBe("other");
});

test("A-ACK-3 a batch that was kept before there were fingerprints is known by its uuids", () => {
  const recent = new RecentEvents();
  recent.remember(["a", "b"], keyedBatchOf("batch-1"));
  const again = { key: "batch-1", fingerprint: "0123abcd", said: "KK" };
  expect(recent.lookUp(again, ["a", "b"])).toEqual({ type: "same", said: undefined });
  expect(recent.lookUp(again, ["a", "c"])).toEqual({ type: "other" });
});
