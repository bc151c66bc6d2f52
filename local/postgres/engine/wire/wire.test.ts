import { expect, test } from "vitest";
import {
  endStatus,
  FrameReader,
  frame,
  ProtocolError,
  query,
  readyForQuery,
  wholeFrames,
} from "./frames.ts";
import { SessionLease } from "./lease.ts";

test("frames come out whole, however the bytes arrive", () => {
  const bytes = Buffer.concat([query("SELECT 1"), frame("S"), frame("X")]);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const reader = new FrameReader(1_000);
    const seen: string[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      reader.push(bytes.subarray(at, at + size));
      for (let next = reader.next(); next !== undefined; next = reader.next()) seen.push(next.type);
    }
    expect(seen).toStrictEqual(["Q", "S", "X"]);
    expect(reader.length).toBe(0);
  }
});

test("a length that is impossible or over the limit is a protocol error", () => {
  for (const length of [-1, 0, 3, 1_001]) {
    const reader = new FrameReader(1_000);
    const bytes = frame("Q");
    bytes.writeInt32BE(length, 1);
    reader.push(bytes);
    expect(() => reader.next()).toThrow(ProtocolError);
  }
});

test("the status is read from the end of a reply, and only from there", () => {
  expect(endStatus(Buffer.concat([frame("C", "SELECT 1"), readyForQuery("T")]))).toBe("T");
  expect(endStatus(frame("C", "SELECT 1"))).toBeUndefined();
  expect(endStatus(Buffer.alloc(0))).toBeUndefined();
});

test("half a frame at the end is cut away", () => {
  const whole = Buffer.concat([frame("D", "a"), frame("D", "b")]);
  expect(wholeFrames(whole)).toStrictEqual(whole);
  expect(wholeFrames(whole.subarray(0, -1))).toStrictEqual(frame("D", "a"));
});

test("the session goes to one at a time, in the order they came", async () => {
  const lease = new SessionLease();
  const [a, b, c] = [{}, {}, {}];
  const log: string[] = [];
  const take = (name: string, holder: object) =>
    lease.acquire(holder).then((grant) => log.push(`${name} ${grant}`));
  await take("a", a);
  await take("a", a);
  const waiting = [take("b", b), take("c", c)];
  await Promise.resolve();
  expect(log).toStrictEqual(["a taken_over", "a kept"]);
  lease.release(a);
  await waiting[0];
  lease.release(b);
  await waiting[1];
  lease.release(c);
  expect(log.slice(2)).toStrictEqual(["b taken_over", "c taken_over"]);
  await take("c", c);
  expect(log.at(-1)).toBe("c kept");
});

test("who gives up waiting is passed over and told so", async () => {
  const lease = new SessionLease();
  const [a, b, c] = [{}, {}, {}];
  await lease.acquire(a);
  const [leaving, staying] = [lease.acquire(b), lease.acquire(c)];
  lease.release(b);
  expect(await leaving).toBe("given_up");
  lease.release(a);
  expect(await staying).toBe("taken_over");
  expect(lease.holds(c)).toBe(true);
});
