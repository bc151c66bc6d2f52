import { expect, test } from "vitest";
import { readAtMost } from "./read-at-most.ts";

/** A body that arrives in pieces, and tells how many were asked for and whether it was given up. */
function pieces(sizes: readonly number[]) {
  const seen = { pulls: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = sizes[seen.pulls];
        seen.pulls += 1;
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(seen.pulls));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

test("pieces come out as one, in order", async () => {
  expect(await readAtMost(pieces([2, 1]).stream, 3)).toEqual(new Uint8Array([1, 1, 2]));
});

test("no body is no bytes", async () => {
  expect(await readAtMost(null, 3)).toEqual(new Uint8Array());
});

test("reading stops at the limit, and the rest is not asked for", async () => {
  const { stream, seen } = pieces([2, 2, 2, 2]);
  expect(await readAtMost(stream, 3)).toBeUndefined();
  expect(seen).toEqual({ pulls: 2, cancelled: true });
});
