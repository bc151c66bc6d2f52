import { describe, expect, test } from "vitest";
import { wait } from "./core-steps.ts";
import { type MatchCoreTarget, meeting } from "./core-visit.ts";

const nobody = { genders: ["nobody"], firm: ["genders"] };

/** Who is in a lobby, what they see of each other, and how they wait there. */
export function coreLobbyRules(target: MatchCoreTarget): void {
  describe("the lobby", () => {
    test("whoever enters is welcomed, and told what others do", () =>
      meeting(target, async (visit) => {
        const ann = await visit.arrive("ann");
        await wait(ann, nobody);
        const bob = await visit.arrive("bob");
        expect(bob.id).not.toBe(ann.id);
        expect(bob.socket.frames[0]).toMatchObject({
          type: "welcome",
          memberId: bob.id,
          status: "online",
          counts: { online: 1, waiting: 1, in_call: 0, away: 0 },
          ticket: null,
        });
      }));

    test("whoever looks sees who waits, and no more of them than their card", () =>
      meeting(target, async (visit) => {
        const ann = await visit.arrive("ann");
        const { ticket } = await wait(ann, nobody);
        const bob = await visit.arrive("bob");
        bob.socket.send({ type: "look" });
        const { since_ms } = ticket as { since_ms: number };
        const { counts, oldestWait_ms, people } = await bob.socket.next("queue");
        expect(counts).toMatchObject({ online: 1, waiting: 1 });
        expect(oldestWait_ms).toEqual(expect.any(Number));
        expect(people).toEqual([
          {
            id: ann.id,
            name: "Name of ann",
            ageRange: "25-34",
            languages: ["en"],
            interests: [],
            gender: null,
            region: "eu",
            picturePath: null,
            since_ms,
          },
        ]);
      }));

    test("what somebody says they do, their other window hears, and strangers only in numbers", () =>
      meeting(target, async (visit) => {
        const [window, other] = [await visit.arrive("ann"), await visit.arrive("ann")];
        const bob = await visit.arrive("bob");
        window.socket.send({ type: "status", status: "away" });
        expect(await other.socket.next("presence")).toMatchObject({
          memberId: window.id,
          status: "away",
        });
        bob.socket.send({ type: "look" });
        expect(await bob.socket.next("queue")).toMatchObject({ counts: { online: 1, away: 1 } });
        expect(bob.socket.frames.map(({ type }) => type)).not.toContain("presence");
      }));

    test("who asks again for other things keeps the place", () =>
      meeting(target, async (visit) => {
        const ann = await visit.arrive("ann");
        const { ticket } = await wait(ann, nobody);
        const { ticketId, since_ms } = ticket as { ticketId: string; since_ms: number };
        const wishes = { languages: ["de"], firm: ["languages"] };
        expect(await wait(ann, wishes)).toMatchObject({ ticket: { ticketId, since_ms, wishes } });
        const bob = await visit.arrive("bob", ["de"]);
        bob.socket.send({ type: "enqueue", wishes: {} });
        expect(await ann.socket.next("matched")).toMatchObject({ ticketId, since_ms });
      }));

    test("who cancels waits no longer, is told so once, and is not found any more", () =>
      meeting(target, async (visit) => {
        const [ann, bob, cho] = [
          await visit.arrive("ann"),
          await visit.arrive("bob"),
          await visit.arrive("cho"),
        ];
        const { ticket } = await wait(ann);
        ann.socket.send({ type: "cancel" });
        expect(await ann.socket.next("ended")).toMatchObject({
          ticketId: (ticket as { ticketId: string }).ticketId,
          end: "cancelled",
          reason: "asked",
        });
        ann.socket.send({ type: "cancel" });
        await wait(bob);
        await wait(cho);
        expect(await bob.socket.next("matched")).toMatchObject({ partner: { id: cho.id } });
        // By then the second word has been heard, too.
        await wait(ann);
        const heard = ann.socket.frames.map(({ type }) => type);
        expect(heard.filter((type) => type === "ended")).toHaveLength(1);
        expect(heard).not.toContain("matched");
      }));

    test("what is no message is answered as such, and harms nothing", () =>
      meeting(target, async (visit) => {
        const { socket } = await visit.arrive("ann");
        for (const message of [{ type: "dance" }, { type: "enqueue" }, { type: "seated" }]) {
          socket.send(message);
          expect(await socket.next("error")).toMatchObject({ code: "invalid_message" });
        }
        socket.send({ type: "look" });
        expect(await socket.next("queue")).toMatchObject({ people: [] });
      }));
  });
}
