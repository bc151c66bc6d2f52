import { describe, expect, test } from "vitest";
import { closeCodes, pingFrame, pongFrame } from "../../../protocol/room.ts";
import { type MatchTarget, type MatchVisit, matching } from "./visit.ts";

const nobody = { genders: ["nobody"], firm: ["genders"] };

/** What a host of lobbies must do. The machine's own rules are proven beside it. */
export function lobbyRules(target: MatchTarget): void {
  describe("lobbies", () => {
    test("whoever enters is welcomed, and told what others do", () =>
      matching(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "enqueue", wishes: nobody });
        await ann.next("waiting");
        const bob = await visit.enter("bob");
        expect(await bob.next("welcome")).toMatchObject({
          memberId: "bob",
          counts: { online: 1, waiting: 1 },
        });
      }));

    test("two who fit are paired, and find each other in their call with the tokens they got", () =>
      matching(target, async (visit) => {
        const people = [await visit.enter("ann"), await visit.enter("bob")];
        for (const person of people) person.send({ type: "enqueue", wishes: {} });
        const calls = [];
        for (const person of people) {
          const { callId, token } = await person.next("matched");
          const call = await visit.follow(String(callId), String(token));
          call.send({ type: "hello" });
          await call.next("welcome");
          person.send({ type: "seated", callId });
          calls.push(call);
        }
        for (const call of calls)
          expect(await call.next("restart")).toMatchObject({ generation: 1 });
        for (const person of people)
          expect(await person.next("ended")).toMatchObject({ end: "matched" });
        expect(await visit.ask("lobby", { type: "state" })).toMatchObject({
          queueDepth: 0,
          statuses: { in_call: 2 },
          tickets: { matched: 2 },
        });
        calls[0]?.send({ type: "hangup", reason: "hangup" });
        expect(await calls[1]?.next("ended")).toMatchObject({ reason: "hangup", by: "partner" });
      }));

    test("a wish gives way by itself, when the schedule says", () =>
      matching(target, async (visit) => {
        const ann = await visit.enter("ann");
        ann.send({ type: "enqueue", wishes: { interests: "shared" } });
        await ann.next("waiting");
        const bob = await visit.enter("bob");
        bob.send({ type: "enqueue", wishes: {} });
        await bob.next("waiting");
        // Nothing else happens: it is the alarm that brings them together.
        await eventually(() => expect(bob.frames.map(({ type }) => type)).toContain("matched"));
        expect(await ann.next("matched")).toMatchObject({ partner: { id: "bob" } });
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
      matching(target, async (visit: MatchVisit) => {
        const ann = await visit.enter("ann");
        ann.sendRaw(pingFrame);
        await ann.until("a pong", () => ann.texts.includes(pongFrame));
      }));
  });
}

/** Longer than a socket waits for a frame: for what is due only after some seconds. */
const eventually = (holds: () => void) =>
  expect.poll(() => probe(holds), { timeout: 20_000 }).toBe(true);

function probe(holds: () => void): boolean {
  try {
    holds();
    return true;
  } catch {
    return false;
  }
}
