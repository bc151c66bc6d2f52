import { describe, expect, test } from "vitest";
import { closeCodes } from "../../../protocol/room.ts";
import type { RoomSocket } from "../room-socket.ts";
import { candidate } from "./core-steps.ts";
import { type MatchTarget, type MatchVisit, matching } from "./visit.ts";

async function greet(visit: MatchVisit, member: "ann" | "bob", resume?: unknown) {
  const socket = await visit.sit(member);
  socket.send({ type: "hello", ...(resume === undefined ? {} : { resume }) });
  return { socket, welcome: await socket.next("welcome") };
}

async function started(visit: MatchVisit): Promise<[RoomSocket, RoomSocket, string]> {
  const ann = await greet(visit, "ann");
  const bob = await greet(visit, "bob");
  for (const { socket } of [ann, bob]) await socket.next("restart");
  return [ann.socket, bob.socket, String(bob.welcome.epoch)];
}

/** What a host of calls must do besides the core. The machine's own rules are proven beside it. */
export function callRules(target: MatchTarget): void {
  describe("calls", () => {
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

    test("whoever comes after the end is told of it, and so is a function", () =>
      matching(target, async (visit) => {
        const [ann, bob] = await started(visit);
        bob.send({ type: "hangup", reason: "next" });
        await ann.whenClosed();
        const late = await visit.sit("ann");
        expect(await late.next("ended")).toMatchObject({ reason: "next", by: "room" });
        expect(await late.whenClosed()).toMatchObject({ code: closeCodes.callEnded });
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
