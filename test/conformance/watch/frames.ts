import { describe, expect, test } from "vitest";
import { closeCodes, frame_bytes_max, pingFrame, pongFrame } from "../../../protocol/room.ts";
import { watchMachine } from "../../../rooms/watch/machine.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

const { strikes_max, messages_burst } = watchMachine.limits;

/** What a host does with frames before a machine hears of them. */
export function frameRules(target: RoomTarget): void {
  describe("frames", () => {
    test("a ping is answered with a pong", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.sendRaw(pingFrame);
        await ann.until("a pong", () => ann.texts.length > 0);
        expect(ann.texts).toEqual([pongFrame]);
      }));

    test("a frame over 16 KiB of UTF-8 is named and ends the socket", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.sendRaw("€".repeat(frame_bytes_max / 3 + 1));
        expect(await ann.next("error")).toMatchObject({ code: "frame_too_large" });
        expect(await ann.whenClosed()).toMatchObject({ code: closeCodes.frameTooLarge });
      }));

    test("what is no message is answered each time, and its sender closed at the last strike", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bad = [
          ["{", "invalid_json"],
          [new ArrayBuffer(4), "invalid_message"],
          ['{"type":"play"}', "invalid_message"],
          ['{"type":"seek","seq":0,"position_ms":-1}', "invalid_message"],
          ["[]", "invalid_message"],
        ] as const;
        expect(bad).toHaveLength(strikes_max);
        for (const [frame, code] of bad) {
          ann.sendRaw(frame);
          expect(await ann.next("error")).toMatchObject({ code });
        }
        expect(await ann.whenClosed()).toMatchObject({ code: closeCodes.invalidMessages });
      }));

    test("one bad message harms nothing", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.sendRaw("{");
        await ann.next("error");
        ann.send({ type: "play", seq: 0 });
        expect(await ann.next("anchor")).toMatchObject({ anchor: { seq: 1 } });
      }));

    test("a flood is cut off, and the others do not feel it", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        for (let sent = 0; sent < messages_burst * 4; sent += 1)
          bob.send({ type: "clock", client_ms: sent });
        expect(await bob.next("error")).toMatchObject({
          code: "rate_limited",
          retryAfter_ms: expect.any(Number),
        });
        expect(await bob.whenClosed()).toMatchObject({ code: closeCodes.rateLimited });
        ann.send({ type: "play", seq: 0 });
        await ann.next("anchor");
      }));
  });
}
