import { describe, expect, test } from "vitest";
import { type Anchor, anchorSchema, positionAt_ms } from "../../../protocol/watch/anchor.ts";
import type { Frame } from "../room-socket.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

const anchorIn = (frame: Frame): Anchor => anchorSchema.parse(frame.anchor);

/** What our hosts add to how the video is moved. */
export function commandRules(target: RoomTarget): void {
  describe("commands", () => {
    test("among several a start is scheduled a little ahead, a stop holds at once", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        await visit.enter("bob");
        const commands = [
          [{ type: "play", seq: 0, position_ms: 1_000 }, 400],
          [{ type: "seek", seq: 1, position_ms: 30_000 }, 400],
          [{ type: "pause", seq: 2, position_ms: 31_000 }, 0],
          [{ type: "seek", seq: 3, position_ms: 5_000.5 }, 0],
        ] as const;
        for (const [command, lead_ms] of commands) {
          ann.send(command);
          const told = await ann.next("anchor");
          expect(anchorIn(told).anchorServer_ms).toBe(Number(told.server_ms) + lead_ms);
        }
      }));

    test("the room says over HTTP where the video is", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "play", seq: 0, position_ms: 10_000 });
        const anchor = anchorIn(await ann.next("anchor"));
        const state = (await (await visit.ask({ type: "state" })).json()) as {
          position_ms: number;
          server_ms: number;
        };
        expect(state.position_ms).toBe(positionAt_ms(anchor, state.server_ms, 60_000));
      }));
  });
}
