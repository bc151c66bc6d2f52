import { PassThrough } from "node:stream";
import type { ClientBase } from "pg";
import { expect, test } from "vitest";
import { ResultTooLargeError } from "./errors.ts";
import { guardFrames } from "./frame-guard.ts";
import { frame } from "./wire/frames.ts";

function guarded(): PassThrough {
  const stream = new PassThrough();
  guardFrames({ connection: { stream } } as unknown as ClientBase, 1_000);
  stream.resume();
  return stream;
}

test("messages up to the limit pass, however they are cut", async () => {
  const bytes = Buffer.concat([
    frame("D", Buffer.alloc(1_000)),
    frame("C", "SELECT 1"),
    frame("Z"),
  ]);
  for (const size of [1, 3, 4, 5, 6, 100, bytes.length]) {
    const stream = guarded();
    for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => stream.end(resolve));
    expect(stream.errored).toBeNull();
  }
});

test("a larger one ends the connection when it is announced, before its body has come", async () => {
  const stream = guarded();
  const failed = new Promise((resolve) => stream.once("error", resolve));
  const head = frame("D", Buffer.alloc(100_000)).subarray(0, 5);
  stream.write(Buffer.concat([frame("1"), frame("2")]));
  for (const byte of head) stream.write(Buffer.from([byte]));
  expect(await failed).toBeInstanceOf(ResultTooLargeError);
});
