import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import { defaultPermissions } from "../../../protocol/watch/permissions.ts";
import type { Frame } from "../room-socket.ts";
import type { CoreTarget } from "../target.ts";
import { visitingCore } from "../visit.ts";
import { watchData } from "../watch-data.ts";

const idsIn = ({ members }: Frame) => (members as { id: string }[]).map(({ id }) => id);

/** Who comes, is there, speaks and goes. */
export function corePeopleRules(target: CoreTarget): void {
  describe("people", () => {
    test("whoever comes first makes the room, as the token says", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.open("ann", { role: "host", name: "Änn 🎬" });
        expect(await ann.next("welcome")).toMatchObject({
          memberId: "ann",
          recovered: false,
          anchor: { itemId: "first", position_ms: 0, rate: 1, playing: false, seq: 0 },
          members: [{ id: "ann", name: "Änn 🎬", role: "host" }],
          options: { title: "Film night", maxParticipants: 200, permissions: defaultPermissions },
          queue: [{ id: "first", source: { kind: "sample", id: "timecode" }, place: "current" }],
          chat: [],
          chatCursor: 0,
          server_ms: expect.any(Number),
        });
      }));

    test("everybody hears who comes, and who goes", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.open("bob");
        expect(idsIn(await bob.next("welcome"))).toEqual(["ann", "bob"]);
        expect(idsIn(await ann.next("members"))).toEqual(["ann", "bob"]);
        bob.send({ type: "bye" });
        expect(await bob.whenClosed()).toMatchObject({ code: 1000 });
        expect(idsIn(await ann.next("members"))).toEqual(["ann"]);
      }));

    test("somebody with two tabs is there once, until the last one says goodbye", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const tab = await visit.enter("bob");
        expect(idsIn(await ann.next("members"))).toEqual(["ann", "bob"]);
        const second = await visit.open("bob");
        expect(idsIn(await second.next("welcome"))).toEqual(["ann", "bob"]);
        tab.send({ type: "bye" });
        await tab.whenClosed();
        second.send({ type: "bye" });
        expect(idsIn(await ann.next("members"))).toEqual(["ann"]);
        expect(ann.frames.map(({ type }) => type)).toEqual(["welcome", "members", "members"]);
      }));

    test("a full room says so, lets go, and gives out the next place that comes free", () =>
      visitingCore(target, async (visit) => {
        const data = (member: string) => ({ data: watchData(member, { maxParticipants: 3 }) });
        const sockets = [];
        for (const id of ["ann", "bob", "cho"]) sockets.push(await visit.enter(id, data(id)));
        const refused = await visit.open("one-too-many");
        expect(refused.frames).toMatchObject([
          { type: "error", code: "room_full", retryAfter_ms: expect.any(Number) },
        ]);
        expect(await refused.whenClosed()).toMatchObject({ code: closeCodes.roomFull });
        const [first, second] = sockets;
        first?.send({ type: "bye" });
        await second?.next(
          "members",
          ({ members }) => Array.isArray(members) && members.length === 2,
        );
        await visit.enter("next");
      }));

    test("of many who come at once exactly as many get in as may", () =>
      visitingCore(target, async (visit) => {
        const data = (member: string) => ({ data: watchData(member, { maxParticipants: 10 }) });
        const racing = Array.from({ length: 30 }, (_, index) => `racer-${index}`);
        const sockets = await Promise.all(racing.map((id) => visit.open(id, data(id))));
        const first = sockets.map(({ frames }) => frames[0]?.type);
        expect(first.filter((type) => type === "welcome")).toHaveLength(10);
        expect(first.filter((type) => type === "error")).toHaveLength(20);
      }));

    test("what is said reaches everybody, its author too, and whoever comes later", () =>
      visitingCore(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bob = await visit.enter("bob");
        ann.send({ type: "say", text: "hello", ref: "r1" });
        for (const person of [ann, bob])
          expect(await person.next("chat")).toMatchObject({
            message: { id: 1, by: "ann", name: "Name of ann", text: "hello", ref: "r1" },
          });
        bob.send({ type: "say", text: "hi" });
        await ann.next("chat", ({ message }) => (message as { id: number }).id === 2);
        const late = await visit.open("late");
        expect(await late.next("welcome")).toMatchObject({
          chat: [{ text: "hello" }, { by: "bob", text: "hi" }],
          chatCursor: 2,
        });
      }));
  });
}
