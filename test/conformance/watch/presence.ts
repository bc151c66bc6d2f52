import { describe, expect, test } from "vitest";
import type { Frame } from "../room-socket.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

const idsIn = ({ members }: Frame) => (members as { id: string }[]).map(({ id }) => id);

/** Who is shown to be there. */
export function presenceRules(target: RoomTarget): void {
  describe("presence", () => {
    test("somebody with two tabs is there once, until the last one closes", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const tab = await visit.enter("bob");
        expect(idsIn(await ann.next("members"))).toEqual(["ann", "bob"]);
        const second = await visit.open("bob");
        expect(idsIn(await second.next("welcome"))).toEqual(["ann", "bob"]);
        tab.close();
        await tab.whenClosed();
        second.close();
        expect(idsIn(await ann.next("members"))).toEqual(["ann"]);
        expect(ann.frames.map(({ type }) => type)).toEqual(["welcome", "members", "members"]);
      }));

    test("a socket that closes is answered in kind", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.close(1000);
        expect(await ann.whenClosed()).toMatchObject({ code: 1000 });
      }));

    test("a socket that breaks off without a word leaves too", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        await ann.next("members");
        bob.breakOff();
        expect(idsIn(await ann.next("members"))).toEqual(["ann"]);
      }));
  });
}
