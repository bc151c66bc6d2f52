import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { recordCall } from "../../db/queries/match-call.ts";
import { callKinds, callSweepDefaults } from "../../functions/match/sweep-kind.ts";
import { contextOf } from "../../platform/jobs/testing/context.ts";
import { callEndSchema } from "../../protocol/match/call-down.ts";
import { lobbyRequestSchema } from "../../protocol/match/requests.ts";
import {
  blockedSchema,
  blocksSchema,
  pastCallsSchema,
  ratedSchema,
} from "../../protocol/match/rest-calls.ts";
import { matchRegions } from "../../protocol/match/rest-lobby.ts";
import { done, MatchSite, type Person } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("after a call", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  beforeEach(() => {
    site.room = done;
    site.asked.length = 0;
  });
  afterAll(() => site?.stop());

  const callsOf = (person: Person, query = "") =>
    person.good("GET", `/v1/match/calls${query}`, pastCallsSchema);

  describe("the history", () => {
    test("tells both whom they met, when, how long, and why it ended", async () => {
      const [ada, bob] = [await site.member({ name: "Ada" }), await site.member({ name: "Bob" })];
      const { callId, startedAt_ms, endedAt_ms } = await site.met(ada, bob);
      expect((await callsOf(ada)).calls).toEqual([
        {
          callId,
          partner: { userId: bob.id, name: "Bob", picturePath: null },
          startedAt: new Date(startedAt_ms).toISOString(),
          endedAt: new Date(endedAt_ms).toISOString(),
          duration_ms: 1_234,
          reason: "next",
          rating: null,
          blocked: false,
        },
      ]);
      expect((await callsOf(bob)).calls).toMatchObject([{ callId, partner: { name: "Ada" } }]);
    });

    test("has a call once, however often its room tells it", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      const outcome = await site.met(ada, bob);
      await Promise.all([0, 1, 2].map(() => recordCall(site.db, outcome)));
      await recordCall(site.db, { ...outcome, reason: "hangup" });
      expect((await callsOf(ada)).calls).toMatchObject([{ reason: "next" }]);
    });

    test("takes every reason that a room has, and a clock that went back", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      for (const reason of callEndSchema.options) {
        const outcome = await site.met(ada, bob);
        const members = outcome.members;
        const callId = `${outcome.callId}-${reason.replace("_", "-")}`;
        await recordCall(site.db, {
          callId,
          members,
          startedAt_ms: 5_000,
          endedAt_ms: 4_000,
          reason,
        });
        const { calls: all } = await callsOf(ada, "?limit=50");
        expect(all.find((call) => call.callId === callId)).toMatchObject({
          reason,
          duration_ms: 0,
        });
      }
    });

    test("lets go of a call after ninety days, and the night's run of no other", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      const day_ms = 86_400_000;
      const old = await site.met(ada, bob, Date.now() - 91 * day_ms);
      const kept = await site.met(ada, bob, Date.now() - 89 * day_ms);
      const kind = callKinds(site.db)["match.sweep-calls"];
      const run = async () => {
        const { result } = await kind.run(contextOf(callSweepDefaults));
        return z.object({ deleted: z.number(), more: z.boolean() }).parse(result);
      };
      expect((await callsOf(ada)).calls.map(({ callId }) => callId)).toContain(old.callId);
      // Others of this file may be as old: those of a clock that went back.
      expect((await run()).deleted).toBeGreaterThanOrEqual(2);
      expect(await run()).toEqual({ deleted: 0, more: false });
      for (const person of [ada, bob])
        expect((await callsOf(person)).calls.map(({ callId }) => callId)).toEqual([kept.callId]);
    });

    test("of a member who is gone is the other's alone", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      const outcome = await site.met(ada, bob);
      const lone = {
        ...outcome,
        callId: "call-with-nobody",
        members: [ada.id, "gone-user"],
      } as const;
      await recordCall(site.db, lone);
      const { calls: all } = await callsOf(ada);
      expect(all.find(({ callId }) => callId === lone.callId)).toMatchObject({ partner: null });
    });

    test("comes in pages, newest first, each call once, also of one moment", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      const at_ms = Date.now() - 3_600_000;
      const made: string[] = [];
      for (let at = 0; at < 7; at += 1)
        made.push((await site.met(ada, bob, at_ms + Math.floor(at / 3))).callId);
      const seen: string[] = [];
      let query = "?limit=2";
      for (let pages = 0; pages < 10; pages += 1) {
        const page = await callsOf(ada, query);
        expect(page.calls.length).toBeLessThanOrEqual(2);
        seen.push(...page.calls.map(({ callId }) => callId));
        if (page.cursor === null) break;
        query = `?limit=2&cursor=${page.cursor}`;
      }
      expect([...seen].sort()).toEqual([...made].sort());
      expect(new Set(seen).size).toBe(7);
      const { calls: whole } = await callsOf(ada);
      expect(whole.map(({ callId }) => callId)).toEqual(seen);
      expect(whole.map(({ startedAt }) => startedAt)).toEqual(
        whole
          .map(({ startedAt }) => startedAt)
          .sort()
          .reverse(),
      );
    });

    test.each(["?cursor=x", "?cursor=1.a.b", "?limit=0", "?limit=51"])(
      "refuses %s",
      async (query) => {
        const ada = await site.guest();
        expect(await ada.refused("GET", `/v1/match/calls${query}`)).toBe("400 bad_request");
      },
    );

    test("keeps a rating, which can be changed, and only of one's own calls", async () => {
      const [ada, bob, eve] = [await site.guest(), await site.guest(), await site.guest()];
      const { callId } = await site.met(ada, bob);
      const path = `/v1/match/calls/${callId}/rating`;
      await ada.good("POST", path, ratedSchema, { rating: 2 });
      await ada.good("POST", path, ratedSchema, { rating: 5 });
      expect((await callsOf(ada)).calls).toMatchObject([{ rating: 5 }]);
      expect((await callsOf(bob)).calls).toMatchObject([{ rating: null }]);
      expect(await eve.refused("POST", path, { rating: 5 })).toBe("404 not_found");
      expect(await ada.refused("POST", path, { rating: 6 })).toBe("400 bad_request");
    });
  });

  describe("a block", () => {
    const block = (person: Person, id: string) =>
      person.good("POST", `/v1/match/blocks/${id}`, blockedSchema);
    const blocks = (person: Person, query = "") =>
      person.good("GET", `/v1/match/blocks${query}`, blocksSchema);

    test("is told at once to every lobby its maker may be in", async () => {
      const [ada, bob] = [await site.member(), await site.member({ name: "Bob" })];
      expect(await block(ada, bob.id)).toEqual({
        memberId: bob.id,
        blocked: true,
        toldLobbies: true,
      });
      const told = site.takeAsked("block");
      expect(told.map(({ party, room }) => `${party}/${room}`).sort()).toEqual(
        matchRegions.map((region) => `lobby/${region}-0`),
      );
      for (const { request } of told)
        expect(lobbyRequestSchema.parse(request)).toMatchObject({ by: ada.id, member: bob.id });
      expect((await blocks(ada)).blocks).toMatchObject([
        { member: { userId: bob.id, name: "Bob" } },
      ]);
      expect((await blocks(bob)).blocks).toEqual([]);
    });

    test("is kept though lobbies do not answer, and says that they have not", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      site.room = ({ room }) => {
        if (room === "na-0") throw new Error("the room is away");
        return { ok: true };
      };
      expect((await block(ada, bob.id)).toldLobbies).toBe(false);
      expect((await blocks(ada)).blocks).toHaveLength(1);
      site.room = done;
      expect((await block(ada, bob.id)).toldLobbies).toBe(true);
      expect((await blocks(ada)).blocks).toHaveLength(1);
    });

    test("reaches a lobby that failed once", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      const failed = new Set<string>();
      site.room = ({ room }) => {
        if (failed.has(room)) return { ok: true };
        failed.add(room);
        throw new Error("the room moves house");
      };
      expect((await block(ada, bob.id)).toldLobbies).toBe(true);
    });

    test("hides one's name from whom one has blocked, and can be taken back", async () => {
      const [ada, bob] = [await site.member({ name: "Ada" }), await site.member({ name: "Bob" })];
      await site.met(ada, bob);
      await block(ada, bob.id);
      expect((await callsOf(ada)).calls).toMatchObject([
        { blocked: true, partner: { name: "Bob" } },
      ]);
      expect((await callsOf(bob)).calls).toMatchObject([
        { blocked: false, partner: { userId: ada.id, name: null } },
      ]);
      site.asked.length = 0;
      const path = `/v1/match/blocks/${bob.id}`;
      expect(await ada.good("DELETE", path, blockedSchema)).toMatchObject({ blocked: false });
      expect(site.takeAsked("unblock")).toHaveLength(matchRegions.length);
      expect((await callsOf(bob)).calls).toMatchObject([{ partner: { name: "Ada" } }]);
      expect(await ada.good("DELETE", path, blockedSchema)).toMatchObject({ blocked: false });
    });

    test("of oneself or of nobody is refused", async () => {
      const ada = await site.guest();
      expect(await ada.refused("POST", `/v1/match/blocks/${ada.id}`)).toBe("400 bad_request");
      expect(await ada.refused("POST", "/v1/match/blocks/nobody-at-all")).toBe("404 not_found");
      expect(site.asked).toEqual([]);
    });

    test("made twice at the same time is one", async () => {
      const [ada, bob] = [await site.guest(), await site.guest()];
      await Promise.all([0, 1, 2, 3].map(() => block(ada, bob.id)));
      expect((await blocks(ada)).blocks).toHaveLength(1);
    });

    test("is listed in pages", async () => {
      const ada = await site.guest();
      const blocked: string[] = [];
      for (let at = 0; at < 5; at += 1) {
        const other = await site.guest();
        blocked.push(other.id);
        await block(ada, other.id);
      }
      const first = await blocks(ada, "?limit=3");
      const second = await blocks(ada, `?limit=3&cursor=${first.cursor}`);
      const seen = [...first.blocks, ...second.blocks].map(({ member }) => member.userId);
      expect([...seen].sort()).toEqual(blocked.sort());
      expect(second.cursor).toBeNull();
    });
  });
});
