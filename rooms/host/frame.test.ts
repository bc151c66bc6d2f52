import { expect, test } from "vitest";
import { z } from "zod";
import { frame_bytes_max } from "../../protocol/room.ts";
import { parseFrame } from "./frame.ts";

const schema = z.object({ type: z.literal("say"), text: z.string() });
const say = (text: string) => JSON.stringify({ type: "say", text });
const envelope_bytes = say("").length;

test("a frame that fits the schema is read, and fields nobody asked for are dropped", () => {
  expect(parseFrame(schema, '{"type":"say","text":"hi","__proto__":{"x":1},"more":1}')).toEqual({
    ok: true,
    message: { type: "say", text: "hi" },
  });
});

test("the size that counts is bytes of UTF-8, to the byte", () => {
  const fits = frame_bytes_max - envelope_bytes;
  expect(parseFrame(schema, say("x".repeat(fits))).ok).toBe(true);
  expect(parseFrame(schema, say("é".repeat(fits / 2))).ok).toBe(true);
  for (const frame of [
    say("x".repeat(fits + 1)),
    say(`${"é".repeat(fits / 2)}x`),
    say("€".repeat(fits / 2)),
    new ArrayBuffer(frame_bytes_max + 1),
  ])
    expect(parseFrame(schema, frame)).toMatchObject({
      ok: false,
      error: { type: "error", code: "frame_too_large" },
    });
});

test.each([
  ["binary", new ArrayBuffer(4), "invalid_message"],
  ["a view of binary", new Uint8Array(4), "invalid_message"],
  ["nothing", "", "invalid_json"],
  ["half of JSON", '{"type":"say"', "invalid_json"],
  ["deep nesting", "[".repeat(8000), "invalid_json"],
  ["deep nesting that closes", `${"[".repeat(8000)}${"]".repeat(8000)}`, "invalid_message"],
  ["null", "null", "invalid_message"],
  ["another type", '{"type":"shout","text":"hi"}', "invalid_message"],
  ["a field of another type", '{"type":"say","text":1}', "invalid_message"],
])("%s is answered by its code", (_name, frame, code) => {
  expect(parseFrame(schema, frame)).toMatchObject({ ok: false, error: { type: "error", code } });
});

test("the message names the field and stays short", () => {
  const parsed = parseFrame(schema, '{"type":"say","text":1}');
  expect(parsed).toMatchObject({ error: { message: expect.stringMatching(/^text: .{1,200}$/) } });
});
