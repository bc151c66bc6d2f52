import { describe, expect, test } from "vitest";
import { both, found, greet, pair, sitDown, wait } from "./core-steps.ts";
import { type MatchCoreTarget, meeting } from "./core-visit.ts";

/** Who is brought together with whom, when, and what becomes of it. */
export function corePairingRules(target: MatchCoreTarget): void {
  describe("pairing", () => {
    test("two who fit are paired, and find each other in their call with the tokens they got", () =>
      meeting(target, async (visit) => {
        const people = await pair(visit);
        const [ann, bob] = people;
        expect(ann.match).toMatchObject({ callId: bob.callId, partner: { name: "Name of bob" } });
        expect(bob.match).toMatchObject({ party: "call", partner: { id: ann.id } });
        expect(new Set([ann.match.role, bob.match.role])).toEqual(new Set(["impolite", "polite"]));
        expect(ann.match.token).not.toBe(bob.match.token);
        const calls = await both(people, async ({ id, match, callId, socket }) => {
          const call = await visit.follow(callId, String(match.token));
          call.send({ type: "hello" });
          const { role, partner } = match;
          expect(await call.next("welcome")).toMatchObject({ memberId: id, role, partner });
          socket.send({ type: "seated", callId });
          return call;
        });
        const [first, second] = await both(calls, (call) => call.next("restart"));
        expect(first).toMatchObject({ generation: 1 });
        expect(second).toEqual(first);
        for (const { socket, match } of people)
          expect(await socket.next("ended")).toMatchObject({
            ticketId: match.ticketId,
            end: "matched",
          });
        const late = await visit.arrive("late");
        expect(late.socket.frames[0]).toMatchObject({ counts: { waiting: 0, in_call: 2 } });
      }));

    test("who does not fit waits on, and of those who fit the longest wait comes first", () =>
      meeting(target, async (visit) => {
        const german = { languages: ["de"], firm: ["languages"] };
        const ann = await visit.arrive("ann");
        await wait(ann, german);
        const bob = await visit.arrive("bob");
        await wait(bob, german);
        const cho = await visit.arrive("cho", ["en", "de"]);
        await wait(cho);
        expect((await found(cho)).match).toMatchObject({ partner: { id: ann.id } });
        const dan = await visit.arrive("dan", ["de"]);
        await wait(dan);
        expect((await found(dan)).match).toMatchObject({ partner: { id: bob.id } });
        expect((await found(bob)).match).toMatchObject({ partner: { id: dan.id } });
      }));

    test("two who have just met are not brought together again, but with somebody else", () =>
      meeting(target, async (visit) => {
        const people = await pair(visit);
        const [ann, bob] = people;
        const [call, partner] = await sitDown(visit, people);
        call.send({ type: "hangup", reason: "next" });
        await partner.next("ended");
        await wait(ann);
        const cho = await visit.arrive("cho");
        await wait(bob);
        await wait(cho);
        expect((await found(cho)).match).toMatchObject({ partner: { id: ann.id } });
        expect((await found(ann)).match).toMatchObject({ partner: { id: cho.id } });
        expect(bob.socket.frames.filter(({ type }) => type === "matched")).toHaveLength(1);
      }));

    test("who has been found a partner is not found another before they have answered", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        ann.socket.send({ type: "enqueue", wishes: {} });
        expect(await ann.socket.next("error")).toMatchObject({ code: "stale_command" });
        const cho = await visit.arrive("cho");
        await wait(cho);
        bob.socket.send({ type: "decline", callId: bob.callId });
        expect(await ann.socket.next("requeued")).toMatchObject({
          ticket: { ticketId: ann.match.ticketId },
        });
        expect((await found(cho)).match).toMatchObject({ partner: { id: ann.id } });
        expect(ann.socket.frames.filter(({ type }) => type === "waiting")).toHaveLength(1);
      }));

    test("who declines waits no longer, and the other keeps the place", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        const { ticketId, since_ms } = ann.match;
        bob.socket.send({ type: "decline", callId: bob.callId });
        expect(await ann.socket.next("requeued")).toMatchObject({
          ticket: { ticketId, since_ms },
          reason: "partner_gone",
        });
        expect(await bob.socket.next("ended")).toMatchObject({
          ticketId: bob.match.ticketId,
          end: "cancelled",
        });
        const cho = await visit.arrive("cho");
        await wait(cho);
        expect((await found(cho)).match).toMatchObject({ partner: { id: ann.id } });
      }));
  });
  overTime(target);
}

/** What becomes of those who wait when nothing else happens, and the server's own clock goes on. */
function overTime(target: MatchCoreTarget): void {
  describe.concurrent("pairing as time passes", () => {
    test("a wish gives way by itself", () =>
      meeting(target, async (visit) => {
        const people = await both(["ann", "bob"], (name) => visit.arrive(name));
        const [ann, bob] = people;
        await wait(ann, { interests: "shared" });
        await wait(bob);
        const matches = await both(people, found);
        expect(matches[0].match).toMatchObject({ partner: { id: bob.id } });
        expect(matches[1].match).toMatchObject({ partner: { id: ann.id } });
      }));

    test("who does not come in time is out, and who has come keeps the place", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        const { ticketId, since_ms } = ann.match;
        ann.socket.send({ type: "seated", callId: ann.callId });
        expect(await ann.socket.next("requeued")).toMatchObject({
          ticket: { ticketId, since_ms },
          reason: "no_show",
        });
        expect(await bob.socket.next("ended")).toMatchObject({
          ticketId: bob.match.ticketId,
          end: "cancelled",
          reason: "no_show",
        });
      }));

    test("who hangs up before the partner has come is out, and the partner keeps the place", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        const { ticketId, since_ms } = bob.match;
        const { call } = await greet(visit, ann);
        call.send({ type: "hangup", reason: "hangup" });
        expect(await call.next("ended")).toMatchObject({ reason: "hangup", by: "you" });
        const late = await visit.follow(bob.callId, String(bob.match.token));
        expect(await late.next("ended")).toMatchObject({ reason: "hangup", by: "room" });
        bob.socket.send({ type: "seated", callId: bob.callId });
        expect(await bob.socket.next("requeued")).toMatchObject({ ticket: { ticketId, since_ms } });
        expect(await ann.socket.next("ended")).toMatchObject({
          ticketId: ann.match.ticketId,
          end: "cancelled",
        });
      }));
  });
}
