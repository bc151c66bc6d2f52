import { describe, expect, test } from "vitest";
import { roomMemberSchema, roomStatsSchema } from "../../../protocol/watch/request.ts";
import { watchRoomStateSchema } from "../../../protocol/watch/rest.ts";
import type { RoomTarget } from "../target.ts";
import { visiting } from "../visit.ts";

/** How functions ask a room. */
export function requestRules(target: RoomTarget): void {
  describe("requests", () => {
    test("a ping is answered, also by a room nobody has used", () =>
      visiting(target, async (visit) => {
        const response = await visit.ask({ type: "ping" });
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({ ok: true });
      }));

    test("the state tells what is going on", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        await visit.enter("ann");
        await visit.enter("bob");
        ann.send({ type: "play", seq: 0, position_ms: 2_000 });
        await ann.next("anchor");
        const state = watchRoomStateSchema.parse(await (await visit.ask({ type: "state" })).json());
        expect(state).toMatchObject({ playing: true, members: 2 });
      }));

    test("statistics are told, and so is who somebody is", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann", { role: "host" });
        ann.send({ type: "clock", client_ms: 1 });
        await ann.next("clock");
        const stats = roomStatsSchema.parse(await (await visit.ask({ type: "stats" })).json());
        expect(stats).toMatchObject({ people: 1, peak: 1, messages: 1 });
        const member = roomMemberSchema.parse(
          await (await visit.ask({ type: "member", memberId: "ann" })).json(),
        );
        expect(member).toMatchObject({ role: "host", present: true, mayInvite: true });
      }));

    test("what a function changes everybody hears", () =>
      visiting(target, async (visit) => {
        const ann = await visit.enter("ann");
        await visit.ask({ type: "update", title: "Another night", maxParticipants: 5 });
        expect(await ann.next("options")).toMatchObject({
          options: { title: "Another night", maxParticipants: 5 },
        });
      }));

    test("without a service token for this room nobody is answered", () =>
      visiting(target, async (visit) => {
        const verdicts = {
          "": "token_missing",
          "Bearer nonsense": "token_invalid",
          [`Bearer ${await visit.token("ann")}`]: "token_invalid",
        };
        for (const [authorization, code] of Object.entries(verdicts)) {
          const response = await visit.ask({ type: "ping" }, authorization);
          expect(response.status).toBe(401);
          expect(await response.json()).toMatchObject({ code });
        }
      }));

    test.each([
      ["is no JSON", "{", "invalid_json"],
      ["the room does not know", { type: "what" }, "bad_request"],
    ])("a request that %s gets a typed error", (_name, body, code) =>
      visiting(target, async (visit) => {
        const response = await visit.ask(body);
        expect(response.status).toBe(400);
        expect(response.headers.get("content-type")).toContain("application/problem+json");
        expect(await response.json()).toMatchObject({ code });
      }),
    );
  });
}
