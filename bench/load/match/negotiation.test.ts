import { describe, expect, test } from "vitest";
import { callUpSchema } from "../../../protocol/match/call-up.ts";
import { frame_bytes_max } from "../../../protocol/room.ts";
import { signalsOf } from "./negotiation.ts";

describe("what two browsers say to each other", () => {
  test.each([
    ["impolite", "offer", 3_000],
    ["polite", "answer", 2_000],
  ] as const)(
    "the %s side makes the %s of %i characters, and its candidates follow",
    (role, type, length) => {
      const [first, ...rest] = signalsOf(role);
      expect(first?.signal).toMatchObject({ description: { type } });
      const sdp = first && "description" in first.signal ? first.signal.description.sdp : "";
      expect(sdp).toHaveLength(length);
      expect(rest).toHaveLength(3);
      for (const { signal } of rest) expect(signal).toHaveProperty("candidates");
    },
  );

  test("each is a message that a call takes, in a frame that fits, in the order of their moments", () => {
    for (const role of ["impolite", "polite"] as const) {
      const signals = signalsOf(role);
      for (const [at, { signal, after_ms }] of signals.entries()) {
        const message = { type: "signal", generation: 1, number: at + 1, signal };
        expect(callUpSchema.parse(message)).toEqual(message);
        expect(JSON.stringify(message).length).toBeLessThan(frame_bytes_max);
        expect(after_ms).toBeGreaterThan(signals[at - 1]?.after_ms ?? 0);
      }
    }
  });
});
