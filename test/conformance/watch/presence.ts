import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

/** Who is shown to be there. */
export function presenceRules(target: RoomTarget): void {
  describe("presence", () => {
    test("a socket that closes is answered in kind", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.close(1000);
        expect(await ann.whenClosed()).toMatchObject({ code: 1000 });
      }));

    test("a line that breaks off keeps its place, and coming back in time troubles nobody", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        await ann.next("members");
        bob.breakOff();
        await bob.whenClosed();
        const back = await visit.resume("bob", "&since=0");
        expect(await back.next("welcome")).toMatchObject({
          recovered: true,
          members: [{ id: "ann" }, { id: "bob" }],
        });
        ann.send({ type: "clock", client_ms: 1 });
        await ann.next("clock");
        expect(ann.frames.map(({ type }) => type)).toEqual(["welcome", "members", "clock"]);
      }));

    test("what was said meanwhile comes with the welcome, in one frame", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        ann.send({ type: "say", text: "before" });
        await bob.next("chat");
        bob.breakOff();
        await bob.whenClosed();
        ann.send({ type: "say", text: "meanwhile" });
        await ann.next("chat", ({ message }) => (message as { id: number }).id === 2);
        const back = await visit.resume("bob", "&since=1");
        expect(await back.next("welcome")).toMatchObject({
          recovered: true,
          chat: [{ id: 2, text: "meanwhile", by: "ann" }],
          chatCursor: 2,
        });
      }));

    test("a resume token opens no room that is not there", () =>
      visiting(target, async (visit) => {
        const ann = await visit.resume("ann");
        expect(ann.frames).toMatchObject([{ type: "error", code: "room_not_found" }]);
        expect(await ann.whenClosed()).toMatchObject({ code: closeCodes.roomNotFound });
      }));
  });
}
