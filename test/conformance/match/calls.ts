import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import type { RoomSocket } from "../room-socket.ts";
import { type MatchTarget, type MatchVisit, matching } from "./visit.ts";

async function greet(visit: MatchVisit, member: "ann" | "bob", resume?: unknown) {
  const socket = await visit.sit(member);
  socket.send({ type: "hello", ...(resume === undefined ? {} : { resume }) });
  return { socket, welcome: await socket.next("welcome") };
}

const candidate = (number: number, generation = 1) => ({
  type: "signal",
  generation,
  number,
  signal: { candidates: [{ candidate: `candidate ${number}`, sdpMid: "0" }] },
});

async function started(visit: MatchVisit): Promise<[RoomSocket, RoomSocket, string]> {
  const ann = await greet(visit, "ann");
  const bob = await greet(visit, "bob");
  for (const { socket } of [ann, bob]) await socket.next("restart");
  return [ann.socket, bob.socket, String(bob.welcome.epoch)];
}

/** What a host of calls must do. The machine's own rules are proven beside it. */
export function callRules(target: MatchTarget): void {
  describe("calls", () => {
    test("signals go to the partner alone, in order", () =>
      matching(target, async (visit) => {
        const [ann, bob] = await started(visit);
        const description = { type: "offer", sdp: `v=0\r\n${"a=x\r\n".repeat(1_500)}` };
        ann.send({ type: "signal", generation: 1, number: 1, signal: { description } });
        for (let number = 2; number <= 20; number += 1) ann.send(candidate(number));
        expect(await bob.next("signal")).toMatchObject({ seq: 1, signal: { description } });
        for (let number = 2; number <= 20; number += 1)
          expect(await bob.next("signal")).toMatchObject({
            seq: number,
            signal: candidate(number).signal,
          });
        await ann.next("received", (frame) => frame.number === 20);
        expect(ann.frames.map(({ type }) => type)).not.toContain("signal");
      }));

    test("a page whose line broke gets what it missed, once", () =>
      matching(target, async (visit) => {
        const [ann, bob, epoch] = await started(visit);
        ann.send(candidate(1));
        await bob.next("signal");
        bob.breakOff();
        await ann.next("partner", ({ state }) => state === "lost");
        for (const number of [2, 3]) ann.send(candidate(number));
        await ann.next("received", (frame) => frame.number === 3);
        const back = await greet(visit, "bob", { epoch, seq: 1, sent: 0 });
        expect(back.welcome).toMatchObject({ recovered: true, seq: 1 });
        for (const seq of [2, 3]) expect(await back.socket.next("signal")).toMatchObject({ seq });
        await ann.next("partner", ({ state }) => state === "here");
      }));

    test("a page that begins anew begins a new negotiation for both", () =>
      matching(target, async (visit) => {
        const [ann] = await started(visit);
        const { socket, welcome } = await greet(visit, "bob");
        expect(welcome).toMatchObject({ recovered: false });
        for (const page of [ann, socket])
          expect(await page.next("restart")).toMatchObject({ generation: 2 });
        ann.send(candidate(1, 1));
        ann.send(candidate(2, 2));
        expect(await socket.next("signal")).toMatchObject({ generation: 2 });
      }));

    test("chat is kept for who comes later", () =>
      matching(target, async (visit) => {
        const { socket: ann } = await greet(visit, "ann");
        ann.send({ type: "say", key: "k", text: "Hello?" });
        await ann.next("chat");
        const { welcome } = await greet(visit, "bob");
        expect(welcome.chat).toMatchObject([{ id: 1, from: "ann", text: "Hello?" }]);
      }));

    test("hanging up ends it for both, for good", () =>
      matching(target, async (visit) => {
        const [ann, bob] = await started(visit);
        bob.send({ type: "hangup", reason: "next" });
        expect(await ann.next("ended")).toMatchObject({ reason: "next", by: "partner" });
        for (const page of [ann, bob])
          expect(await page.whenClosed()).toMatchObject({ code: closeCodes.callEnded });
        const late = await visit.sit("ann");
        expect(await late.next("ended")).toMatchObject({ reason: "next", by: "room" });
        expect(await visit.ask("call", { type: "state" })).toMatchObject({ phase: "ended" });
      }));

    test("a function can end it", () =>
      matching(target, async (visit) => {
        const [ann] = await started(visit);
        expect(await visit.ask("call", { type: "end" })).toEqual({ ok: true });
        expect(await ann.next("ended")).toMatchObject({ reason: "removed", by: "room" });
      }));
  });
}
