import { describe, expect, test } from "vitest";
import { closeCodes, pingFrame, pongFrame } from "../../../protocol/room.ts";
import { pair, sitDown, wait } from "./core-steps.ts";
import { type MatchTarget, matching } from "./visit.ts";

/** What a host of lobbies must do besides the core. The machine's own rules are proven beside it. */
export function lobbyRules(target: MatchTarget): void {
  describe("lobbies", () => {
    test("a function is told who waits, who talks, and how waiting has ended", () =>
      matching(target, async (visit) => {
        await sitDown(visit, await pair(visit));
        await wait(await visit.arrive("cho"));
        expect(await visit.ask("lobby", { type: "state" })).toMatchObject({
          queueDepth: 1,
          pairing: 0,
          statuses: { waiting: 1, in_call: 2 },
          tickets: { matched: 2 },
        });
      }));

    test("a block from a token or from a function keeps two apart", () =>
      matching(target, async (visit) => {
        const ann = await visit.enter("ann", {}, ["bob"]);
        const bob = await visit.enter("bob");
        const cho = await visit.enter("cho");
        await visit.ask("lobby", { type: "block", by: "cho", member: "bob" });
        for (const person of [bob, ann]) {
          person.send({ type: "enqueue", wishes: {} });
          await person.next("waiting");
        }
        cho.send({ type: "enqueue", wishes: {} });
        expect(await cho.next("matched")).toMatchObject({ partner: { id: "ann" } });
        expect(bob.frames.map(({ type }) => type)).not.toContain("matched");
      }));

    test("of many who come at once as many get in as there is room for", () =>
      matching(target, async (visit) => {
        const capacity = 20;
        const sockets = await Promise.all(
          Array.from({ length: 60 }, (_, number) => visit.enter(`member-${number}`, { capacity })),
        );
        const first = sockets.map(({ frames }) => frames[0]);
        expect(first.filter((frame) => frame?.type === "welcome")).toHaveLength(capacity);
        const refused = first.filter((frame) => frame?.type === "error");
        expect(refused).toHaveLength(60 - capacity);
        for (const frame of refused)
          expect(frame).toMatchObject({ code: "room_full", retryAfter_ms: expect.any(Number) });
        expect(await visit.ask("lobby", { type: "state" })).toMatchObject({
          connections: capacity,
          utilisation: 1,
        });
      }));

    test("a member's third connection takes the place of the first", () =>
      matching(target, async (visit) => {
        const sockets = [];
        for (let number = 0; number < 3; number += 1) sockets.push(await visit.enter("ann"));
        expect(await sockets[0]?.whenClosed()).toMatchObject({ code: closeCodes.replaced });
        sockets[1]?.send({ type: "status", status: "away" });
        expect(await sockets[2]?.next("presence")).toMatchObject({ status: "away" });
      }));

    test("whoever is removed is put out", () =>
      matching(target, async (visit) => {
        const ann = await visit.enter("ann");
        await visit.ask("lobby", { type: "remove", member: "ann" });
        expect(await ann.whenClosed()).toMatchObject({ code: closeCodes.notAllowed });
        const again = await visit.enter("ann");
        expect(again.frames[0]).toMatchObject({ type: "error", code: "not_allowed" });
      }));

    test("a ping is answered", () =>
      matching(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.sendRaw(pingFrame);
        await ann.until("a pong", () => ann.texts.includes(pongFrame));
      }));
  });
}
