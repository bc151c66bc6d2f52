import { PartySocket } from "partysocket";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { signSeat } from "../../../platform/tokens/seat.ts";
import { signServiceToken } from "../../../platform/tokens/service.ts";
import { closeCodes } from "../../../protocol/room.ts";
import { defaultPermissions } from "../../../protocol/watch/permissions.ts";
import { watchMachine } from "../../../rooms/watch/machine.ts";
import { RoomSocket } from "../room-socket.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

const { connections_per_member_max } = watchMachine.limits;

/** Who is let in, who is not, and how each learns of it. */
export function entryRules(target: RoomTarget): void {
  describe("entry", () => {
    test("a good token is welcomed with all that a page needs", () =>
      visiting(target, async (visit) => {
        const ann = await visit.open("ann", { role: "host", name: "Änn 🎬" });
        expect(await ann.next("welcome")).toEqual({
          type: "welcome",
          memberId: "ann",
          recovered: false,
          anchor: {
            itemId: "first",
            position_ms: 0,
            anchorServer_ms: 0,
            rate: 1,
            playing: false,
            seq: 0,
          },
          members: [{ id: "ann", name: "Änn 🎬", role: "host" }],
          options: {
            title: "Film night",
            maxParticipants: 200,
            permissions: defaultPermissions,
            gate: false,
            locked: false,
            public: false,
            hasPassword: false,
          },
          queue: [
            {
              id: "first",
              source: { kind: "sample", id: "timecode" },
              place: "current",
              order: 0,
              addedBy: null,
              addedByName: "",
              votes: 0,
            },
          ],
          voted: [],
          chat: [],
          reacted: [],
          chatCursor: 0,
          bans: [],
          server_ms: expect.any(Number),
        });
      }));

    test("a token that is missing, forged, expired or of another kind is refused before the room", () =>
      visiting(target, async (visit) => {
        const address = { party: "watch", room: visit.room };
        const lifetime = { now_ms: Date.now(), lifetime_ms: 60_000 };
        const seat = await signSeat(
          { member: "ann", role: "host" },
          address,
          target.keys,
          lifetime,
        );
        const service = await signServiceToken(address, target.keys, Date.now());
        const good = await visit.token("ann");
        const verdicts = {
          "": "token_missing",
          nonsense: "token_invalid",
          [good.slice(0, -3)]: "token_invalid",
          [await visit.token("ann", { room: "another-room" })]: "token_invalid",
          [await visit.token("ann", {}, 120_000)]: "token_expired",
          [seat]: "token_invalid",
          [service]: "token_invalid",
        };
        for (const [token, code] of Object.entries(verdicts))
          expect(await visit.refusal(token)).toEqual({ status: 401, code });
      }));

    test("a token whose data is no watch room's is answered and let go", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        const bad = await visit.open("bad", { data: {} });
        expect(bad.frames).toMatchObject([{ type: "error", code: "token_invalid" }]);
        expect(await bad.whenClosed()).toMatchObject({ code: closeCodes.tokenInvalid });
        ann.send({ type: "clock", client_ms: 1 });
        await ann.next("clock");
        expect(ann.frames.map(({ type }) => type)).toEqual(["welcome", "clock"]);
      }));

    test("a member with more tabs than may be loses the oldest", () =>
      visiting(target, async (visit) => {
        const tabs = [];
        for (let tab = 0; tab <= connections_per_member_max; tab += 1)
          tabs.push(await visit.enter("ann"));
        expect(await tabs[0]?.whenClosed()).toMatchObject({ code: closeCodes.replaced });
        expect(tabs[1]?.closed).toBeUndefined();
      }));

    test("a connection id that a client brings along is not used", () =>
      visiting(target, async (visit) => {
        const ann = await visit.open("ann", {}, "&_pk=same");
        const bob = await visit.open("bob", {}, "&_pk=same");
        bob.send({ type: "clock", client_ms: 5 });
        await bob.next("clock");
        ann.send({ type: "clock", client_ms: 6 });
        expect(await ann.next("clock")).toMatchObject({ client_ms: 6 });
        expect(ann.frames.filter(({ type }) => type === "clock")).toHaveLength(1);
      }));

    test("partysocket, which pages use, enters, commands, and comes back to where things stand", () =>
      visiting(target, async (visit) => {
        const { host } = new URL(target.socketUrl(visit.room, ""));
        const query = async () => ({ token: await visit.token("ann") });
        const party = new PartySocket({
          host,
          party: "watch",
          room: visit.room,
          query,
          WebSocket,
          maxRetries: 5,
          minReconnectionDelay: 1,
          maxEnqueuedMessages: 10,
        });
        try {
          const ann = new RoomSocket(party);
          await ann.next("welcome");
          ann.send({ type: "seek", seq: 0, position_ms: 4_000 });
          await ann.next("anchor");
          party.reconnect();
          expect(await ann.next("welcome")).toMatchObject({
            anchor: { seq: 1, position_ms: 4_000 },
          });
        } finally {
          party.close();
        }
      }));
  });
}
