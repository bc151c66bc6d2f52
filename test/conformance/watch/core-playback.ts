import { describe, expect, test } from "vitest";
import { type Anchor, anchorSchema, positionAt_ms } from "../../../protocol/watch/anchor.ts";
import type { Frame } from "../room-socket.ts";
import type { CoreTarget } from "../target.ts";
import { visitingCore } from "../visit.ts";

const anchorIn = (frame: Frame): Anchor => anchorSchema.parse(frame.anchor);

/** How the video is moved. */
export function corePlaybackRules(target: CoreTarget): void {
  describe("playback", () => {
    test("play, seek and pause reach everybody alike, each one higher in seq", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        const commands = [
          [ann, { type: "play", seq: 0, position_ms: 1_000 }, { playing: true }],
          [bob, { type: "seek", seq: 1, position_ms: 30_000 }, { playing: true }],
          [ann, { type: "pause", seq: 2, position_ms: 31_000 }, { playing: false }],
          [bob, { type: "seek", seq: 3, position_ms: 5_000.5 }, { playing: false }],
        ] as const;
        for (const [sender, command, expected] of commands) {
          sender.send(command);
          const [toAnn, toBob] = [await ann.next("anchor"), await bob.next("anchor")];
          expect(toBob).toEqual(toAnn);
          expect(toAnn).toMatchObject({
            by: sender === ann ? "ann" : "bob",
            anchor: { ...expected, seq: command.seq + 1, position_ms: command.position_ms },
          });
        }
      }));

    test("a command on an older anchor is refused, and its sender is shown the newer one", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        ann.send({ type: "play", seq: 0 });
        const { anchor } = await bob.next("anchor");
        bob.send({ type: "pause", seq: 0 });
        expect(await bob.next("error")).toMatchObject({ code: "stale_command" });
        expect(await bob.next("anchor")).toMatchObject({ by: null, anchor });
      }));

    test("of two who act at once one wins, and both end at the same anchor", () =>
      visitingCore(target, async (visit) => {
        const people = [await visit.enter("ann"), await visit.enter("bob")];
        for (const [index, person] of people.entries())
          person.send({ type: "seek", seq: 0, position_ms: 1_000 * (index + 1) });
        const refused = () =>
          people.filter(({ frames }) => frames.some(({ type }) => type === "error"));
        const seen = [];
        for (const person of people) seen.push(anchorIn(await person.next("anchor")));
        await expect.poll(() => refused().length).toBe(1);
        expect(seen[0]).toEqual(seen[1]);
        expect(seen[0]?.seq).toBe(1);
      }));

    test("whoever joins late lands where the video is", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "play", seq: 0, position_ms: 10_000 });
        const told = await ann.next("anchor");
        const late = await visit.open("late");
        const welcome = await late.next("welcome");
        expect(welcome.anchor).toEqual(told.anchor);
        const position_ms = positionAt_ms(anchorIn(welcome), Number(welcome.server_ms), 60_000);
        expect(position_ms).toBeGreaterThanOrEqual(10_000);
      }));

    test("a position past the end of the clip becomes its end", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "seek", seq: 0, position_ms: 70_000 });
        expect(anchorIn(await ann.next("anchor")).position_ms).toBe(60_000);
      }));

    test("a room that everybody left takes up where it stood", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "seek", seq: 0, position_ms: 12_000 });
        const { anchor } = await ann.next("anchor");
        ann.send({ type: "bye" });
        await ann.whenClosed();
        const again = await visit.open("ann");
        expect((await again.next("welcome")).anchor).toEqual(anchor);
        again.send({ type: "play", seq: 1 });
        expect(await again.next("anchor")).toMatchObject({ anchor: { seq: 2, playing: true } });
      }));

    test("a clock probe comes back to its sender alone", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        bob.send({ type: "clock", client_ms: -1.5 });
        expect(await bob.next("clock")).toMatchObject({ client_ms: -1.5 });
        ann.send({ type: "clock", client_ms: 9 });
        await ann.next("clock");
        expect(ann.frames.filter(({ type }) => type === "clock")).toHaveLength(1);
      }));

    test("a message that is none harms nothing", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "seek", seq: 0, position_ms: -1 });
        expect(await ann.next("error")).toMatchObject({ code: "invalid_message" });
        ann.send({ type: "play", seq: 0 });
        expect(await ann.next("anchor")).toMatchObject({ anchor: { seq: 1, playing: true } });
      }));
  });
}
