import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import { both, candidate, greet, pair, sitDown } from "./core-steps.ts";
import { type MatchCoreTarget, meeting } from "./core-visit.ts";

/** What goes between the two of a call. */
export function coreCallRules(target: MatchCoreTarget): void {
  describe("the call", () => {
    test("whoever is first waits for the partner, and then it starts for both", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        const first = await greet(visit, ann);
        const start = { recovered: false, generation: 0, seq: 0, received: 0, startedAt_ms: null };
        expect(first.welcome).toMatchObject({ ...start, partnerState: "coming", chat: [] });
        const second = await greet(visit, bob);
        expect(second.welcome).toMatchObject({ ...start, partnerState: "here", chat: [] });
        expect(await first.call.next("partner")).toMatchObject({ state: "here", until_ms: null });
        for (const { call } of [first, second])
          expect(await call.next("restart")).toMatchObject({
            generation: 1,
            startedAt_ms: expect.any(Number),
            endsAt_ms: expect.any(Number),
          });
      }));

    test("signals go to the partner alone, in order", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await sitDown(visit, await pair(visit));
        const description = { type: "offer", sdp: `v=0\r\n${"a=x\r\n".repeat(1_500)}` };
        ann.send({ type: "signal", generation: 1, number: 1, signal: { description } });
        for (let number = 2; number <= 20; number += 1) ann.send(candidate(number));
        expect(await bob.next("signal")).toMatchObject({ seq: 1, signal: { description } });
        for (let number = 2; number <= 20; number += 1)
          expect(await bob.next("signal")).toMatchObject({
            seq: number,
            generation: 1,
            signal: candidate(number).signal,
          });
        await ann.next("received", (frame) => frame.number === 20);
        expect(ann.frames.map(({ type }) => type)).not.toContain("signal");
      }));

    test("a page that begins anew begins a new negotiation for both", () =>
      meeting(target, async (visit) => {
        const people = await pair(visit);
        const [ann, bob] = await sitDown(visit, people);
        const { call, welcome } = await greet(visit, people[1]);
        expect(await bob.whenClosed()).toMatchObject({ code: closeCodes.replaced });
        expect(welcome).toMatchObject({ recovered: false, generation: 1 });
        for (const page of [ann, call])
          expect(await page.next("restart")).toMatchObject({ generation: 2 });
        ann.send(candidate(1, 1));
        ann.send(candidate(2, 2));
        expect(await call.next("signal")).toMatchObject({
          generation: 2,
          seq: 1,
          signal: candidate(2).signal,
        });
        await ann.next("received", (frame) => frame.number === 2);
      }));

    test("what is said reaches the partner and its author, and stands once under its key", () =>
      meeting(target, async (visit) => {
        const people = await pair(visit);
        const [ann, bob] = await sitDown(visit, people);
        const hello = { type: "say", key: "k", text: "Hello" };
        for (const line of [hello, hello]) bob.send(line);
        bob.send({ type: "say", key: "l", text: "Änn 🎬?" });
        const from = people[1].id;
        for (const page of [ann, bob])
          expect(await page.next("chat")).toMatchObject({
            line: { id: 1, from, key: "k", text: "Hello" },
          });
        expect(await ann.next("chat")).toMatchObject({
          line: { id: 2, from, key: "l", text: "Änn 🎬?" },
        });
      }));

    test("what is said is kept for who comes later", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await pair(visit);
        const { call } = await greet(visit, ann);
        call.send({ type: "say", key: "k", text: "Hello?" });
        await call.next("chat");
        const { welcome } = await greet(visit, bob);
        expect(welcome.chat).toMatchObject([{ id: 1, from: ann.id, text: "Hello?" }]);
      }));

    test("hanging up ends it for both, and says who did it and why", () =>
      meeting(target, async (visit) => {
        const calls = await sitDown(visit, await pair(visit));
        const [ann, bob] = calls;
        bob.send({ type: "hangup", reason: "next" });
        expect(await ann.next("ended")).toMatchObject({ reason: "next", by: "partner" });
        expect(await bob.next("ended")).toMatchObject({ reason: "next", by: "you" });
        for (const closed of await both(calls, (call) => call.whenClosed()))
          expect(closed).toMatchObject({ code: closeCodes.callEnded });
      }));

    test("what is no message is answered as such, and harms nothing", () =>
      meeting(target, async (visit) => {
        const [ann, bob] = await sitDown(visit, await pair(visit));
        ann.send({ type: "dance" });
        expect(await ann.next("error")).toMatchObject({ code: "invalid_message" });
        ann.send(candidate(1));
        expect(await bob.next("signal")).toMatchObject({ seq: 1 });
      }));
  });
}
