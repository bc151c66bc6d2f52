import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import type { Frame } from "../room-socket.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";
import { watchData } from "../watch-data.ts";

const host = { role: "host" };
const film = { kind: "file", url: "https://films.test/a.mp4", format: "mp4", title: "A" } as const;

/** What people do together besides watching. */
export function togetherRules(target: RoomTarget): void {
  describe("together", () => {
    test("what is said reaches everybody, replies, reactions and deletions too", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann", host);
        const bob = await visit.enter("bob");
        ann.send({ type: "say", text: "hello @Name of bob", ref: "r1" });
        const said = await bob.next("chat");
        expect(said.message).toMatchObject({ id: 1, by: "ann", mentions: ["bob"], ref: "r1" });
        bob.send({ type: "say", text: "hi", replyTo: 1 });
        bob.send({ type: "react", emoji: "👍", to: 1 });
        expect(await bob.next("reacted")).toMatchObject({ messageId: 1, emoji: "👍" });
        const versions =
          (id: number) =>
          ({ message }: Frame) =>
            (message as { id: number }).id === id;
        expect(await ann.next("chat", versions(2))).toMatchObject({ message: { replyTo: 1 } });
        ann.send({ type: "delete", messageId: 2 });
        await bob.until(
          "all of it",
          () => bob.frames.filter(({ type }) => type === "chat").length === 4,
        );
      }));

    test("the queue goes on once, however many say that the item ended", () =>
      visiting(target, async (visit) => {
        const media = { ...film, duration_ms: 1_000 };
        const people = [];
        for (const id of ["ann", "bob", "cho"])
          people.push(await visit.enter(id, { data: watchData(id, { media }) }));
        const [ann] = people;
        for (const title of ["B", "C"])
          ann?.send({ type: "queue_add", source: { ...film, title } });
        ann?.send({ type: "play", seq: 0 });
        for (const person of people) {
          await person.next("anchor");
          person.send({ type: "ended", itemId: "first" });
        }
        for (const person of people)
          expect((await person.next("anchor")).anchor).toMatchObject({ seq: 2, playing: true });
        const late = await visit.open("late");
        const { queue } = await late.next("welcome");
        expect(queue).toMatchObject([
          { id: "first", place: "history" },
          { place: "current", source: { title: "B" } },
          { place: "queue", source: { title: "C" } },
        ]);
      }));

    test("the host's table holds, and a role that the host gives", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann", host);
        const bob = await visit.enter("bob");
        const control = { control: "cohost" };
        ann.send({ type: "set_permissions", permissions: control });
        await bob.next("options");
        bob.send({ type: "play", seq: 0 });
        expect(await bob.next("error")).toMatchObject({ code: "not_allowed", about: "play" });
        ann.send({ type: "set_role", memberId: "bob", role: "cohost" });
        await bob.next("members");
        bob.send({ type: "play", seq: 0 });
        expect(await bob.next("anchor")).toMatchObject({ by: "bob" });
      }));

    test("who is banned is put out and does not come back, by no token", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann", host);
        const bob = await visit.enter("bob");
        ann.send({ type: "ban", memberId: "bob" });
        expect(await bob.next("error")).toMatchObject({ code: "room_banned" });
        expect(await bob.whenClosed()).toMatchObject({ code: closeCodes.banned });
        const attempts = [
          await visit.open("bob"),
          await visit.resume("bob"),
          await visit.open("other", { data: watchData("bob") }),
        ];
        for (const attempt of attempts) {
          expect(attempt.frames).toMatchObject([{ type: "error", code: "room_banned" }]);
          expect(await attempt.whenClosed()).toMatchObject({ code: closeCodes.banned });
        }
      }));

    test("a room that waits for everybody starts when all are ready", () =>
      visiting(target, async (visit) => {
        const gate = (id: string) => ({ data: watchData(id, { gate: true }) });
        const people = [
          await visit.enter("ann", gate("ann")),
          await visit.enter("bob", gate("bob")),
        ];
        people[0]?.send({ type: "play", seq: 0 });
        for (const person of people) {
          const { anchor } = await person.next("anchor");
          expect(anchor).toMatchObject({ playing: false, waitingFor: ["ann", "bob"] });
          person.send({ type: "ready", seq: 1 });
        }
        for (const person of people)
          expect(await person.next("anchor")).toMatchObject({
            by: null,
            anchor: { playing: true },
          });
      }));

    test("a room that nobody is ready in starts after five seconds all the same, by its alarm", () =>
      visiting(target, async (visit) => {
        const gate = (id: string) => ({ data: watchData(id, { gate: true }) });
        const ann = await visit.enter("ann", gate("ann"));
        await visit.enter("bob", gate("bob"));
        ann.send({ type: "play", seq: 0 });
        await ann.next("anchor");
        expect(await ann.next("anchor")).toMatchObject({ by: null, anchor: { playing: true } });
      }));

    test("a room that is ended sends everybody away and forgets all", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "say", text: "hello" });
        await ann.next("chat");
        expect(await (await visit.ask({ type: "end" })).json()).toEqual({ ok: true });
        expect(await ann.next("error")).toMatchObject({ code: "room_not_found" });
        expect(await ann.whenClosed()).toMatchObject({ code: closeCodes.roomNotFound });
        const back = await visit.resume("ann");
        expect(back.frames).toMatchObject([{ type: "error", code: "room_not_found" }]);
      }));
  });
}
