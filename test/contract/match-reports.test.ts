import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { lobbyRequestSchema } from "../../protocol/match/requests.ts";
import { reportedSchema } from "../../protocol/match/rest-calls.ts";
import { matchRegions, standingSchema } from "../../protocol/match/rest-lobby.ts";
import {
  banSchema,
  bansSchema,
  moderatedReportSchema,
  moderatedReportsSchema,
} from "../../protocol/match/rest-moderation.ts";
import { type Asked, done, MatchSite, opsToken, type Person } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("moderation", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  beforeEach(() => {
    site.room = done;
    site.asked.length = 0;
  });
  afterAll(() => site?.stop());

  describe("a report", () => {
    const report = (person: Person, body: unknown) =>
      person.good("POST", "/v1/match/reports", reportedSchema, body);
    const asOperator = async (method: string, path: string, body?: unknown) =>
      await site.request(`/v1/match/moderation${path}`, {
        method,
        headers: { Authorization: `Bearer ${opsToken}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const reports = async (query = "") =>
      moderatedReportsSchema.parse(await (await asOperator("GET", `/reports${query}`)).json());
    const find = async (id: string, query = "?limit=50") =>
      (await reports(query)).reports.find((one) => one.id === id);

    test("is about the partner of the call, is kept once, and blocks them", async () => {
      const [ada, bob] = [await site.member({ name: "Ada" }), await site.member({ name: "Bob" })];
      const { callId } = await site.met(ada, bob);
      const first = await report(ada, { callId, reason: "nudity", details: "as said" });
      expect(first.blocked).toBe(true);
      expect(site.takeAsked("block")).toHaveLength(matchRegions.length);
      const again = await report(ada, { callId, reason: "hate", details: "more" });
      expect(again.reportId).toBe(first.reportId);
      expect(await find(first.reportId)).toMatchObject({
        callId,
        reporter: { userId: ada.id, name: "Ada" },
        reported: { userId: bob.id, name: "Bob" },
        reportsOfReported: 1,
        reason: "nudity",
        details: "as said",
        decision: null,
      });
    });

    test("can be made while the call goes on, of whom its room has there", async () => {
      const [ada, bob, eve] = [await site.guest(), await site.guest(), await site.guest()];
      site.room = ({ party }) =>
        party === "lobby"
          ? { ok: true }
          : {
              phase: "live",
              members: [ada.id, bob.id],
              startedAt_ms: 1,
              endedAt_ms: null,
              reason: null,
              server_ms: 2,
            };
      const body = { callId: "call-now", reason: "threat", block: false };
      const { reportId, blocked } = await report(ada, body);
      expect(blocked).toBe(false);
      expect(await find(reportId)).toMatchObject({ reported: { userId: bob.id } });
      expect(await eve.refused("POST", "/v1/match/reports", body)).toBe("404 not_found");
    });

    test.each([
      ["for no reason there is", { reason: "boredom" }],
      ["with too many words", { details: "x".repeat(1_001) }],
      ["of no call", { callId: "x" }],
    ])("is refused %s", async (_what, fields) => {
      const ada = await site.guest();
      const body = { callId: "call-somewhere", reason: "spam", ...fields };
      expect(await ada.refused("POST", "/v1/match/reports", body)).toBe("400 bad_request");
    });

    test("is for operators' eyes alone", async () => {
      const ada = await site.member();
      for (const [method, path] of [
        ["GET", "/reports"],
        ["POST", "/reports/some-report/decide"],
        ["GET", "/bans"],
        ["POST", "/bans"],
        ["DELETE", "/bans/some-ban"],
      ] as const) {
        const body = method === "POST" ? {} : undefined;
        expect(await ada.refused(method, `/v1/match/moderation${path}`, body)).toBe(
          "403 not_allowed",
        );
        expect((await site.request(`/v1/match/moderation${path}`, { method })).status).not.toBe(
          200,
        );
      }
    });

    const reported = async () => {
      const [ada, bob] = [await site.member(), await site.member()];
      const { callId } = await site.met(ada, bob);
      const { reportId } = await report(ada, { callId, reason: "spam", block: false });
      site.asked.length = 0;
      return { ada, bob, reportId };
    };
    const decide = async (id: string, body: unknown) =>
      await asOperator("POST", `/reports/${id}/decide`, body);

    test("that is dismissed moves from the open list to the other, and is decided once", async () => {
      const { bob, reportId } = await reported();
      const response = await decide(reportId, { decision: "dismissed", note: "nothing to see" });
      expect(moderatedReportSchema.parse(await response.json())).toMatchObject({
        decision: "dismissed",
        note: "nothing to see",
      });
      expect(await find(reportId)).toBeUndefined();
      expect(await find(reportId, "?state=closed")).toMatchObject({ decision: "dismissed" });
      expect((await decide(reportId, { decision: "banned", days: 1 })).status).toBe(409);
      expect((await decide("no-such-report", { decision: "dismissed" })).status).toBe(404);
      await bob.fine("POST", "/v1/match/lobby", {});
      expect(site.takeAsked("remove")).toEqual([]);
    });

    test("that ends in a warning is shown to the one warned", async () => {
      const { bob, reportId } = await reported();
      await decide(reportId, { decision: "warned" });
      const { warnings } = await bob.good("GET", "/v1/match/me", standingSchema);
      expect(warnings).toMatchObject([{ reason: "spam" }]);
    });

    test("that ends in a ban puts its person out at once, and keeps them out until it ends", async () => {
      const { bob, reportId } = await reported();
      expect((await decide(reportId, { decision: "banned", days: 7 })).status).toBe(200);
      const told = site.takeAsked("remove");
      expect(told.map(({ room }) => room).sort()).toEqual(matchRegions.map((one) => `${one}-0`));
      for (const { request } of told)
        expect(lobbyRequestSchema.parse(request)).toMatchObject({ member: bob.id });
      expect(await bob.refused("POST", "/v1/match/lobby", {})).toBe("403 banned");
      const { ban } = await bob.good("GET", "/v1/match/me", standingSchema);
      expect(ban?.reason).toBe("spam");
      const left_ms = Date.parse(ban?.expiresAt ?? "") - Date.now();
      expect(Math.abs(left_ms - 7 * 86_400_000)).toBeLessThan(600_000);
      await site.db.execute(
        `update match_ban set created_at = now() - interval '8 days', expires_at = now() - interval '1 day'
         where user_id = '${bob.id}'`,
      );
      await bob.fine("POST", "/v1/match/lobby", {});
      expect((await bob.good("GET", "/v1/match/me", standingSchema)).ban).toBeNull();
    });

    test("that ends in a ban ends the call, too, while it goes on", async () => {
      const [ada, bob] = [await site.member(), await site.member()];
      const live = { phase: "live", startedAt_ms: 1, endedAt_ms: null, reason: null, server_ms: 2 };
      site.room = (asked) =>
        asked.request.type === "state" ? { ...live, members: [ada.id, bob.id] } : done(asked);
      const { reportId } = await report(ada, { callId: "call-goes-on", reason: "nudity" });
      await decide(reportId, { decision: "banned", days: 30 });
      expect(site.takeAsked("end")).toMatchObject([{ party: "call", room: "call-goes-on" }]);
      const { reportId: past } = await reported();
      await decide(past, { decision: "banned", days: 30 });
      expect(site.takeAsked("end")).toEqual([]);
    });

    test("can be decided by an operator's account, which the record then names", async () => {
      const { reportId } = await reported();
      const operator = await site.guest();
      await site.db.execute(`update "user" set operator = true where id = '${operator.id}'`);
      await site.redis.flushall();
      const path = `/v1/match/moderation/reports/${reportId}/decide`;
      await operator.good("POST", path, moderatedReportSchema, { decision: "dismissed" });
      const { rows } = await site.db.execute(
        `select decided_by from match_report where id = '${reportId}'`,
      );
      expect(rows).toEqual([{ decided_by: operator.id }]);
    });

    test("is listed oldest first while open, in pages", async () => {
      const made: string[] = [];
      for (let at = 0; at < 3; at += 1) made.push((await reported()).reportId);
      const seen: string[] = [];
      let cursor: string | null = "";
      for (let pages = 0; pages < 50 && cursor !== null; pages += 1) {
        const page = await reports(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
        seen.push(...page.reports.map(({ id }) => id));
        cursor = page.cursor;
      }
      expect(seen.filter((id) => made.includes(id))).toEqual(made);
      expect(new Set(seen).size).toBe(seen.length);
    });

    describe("a ban without one", () => {
      const bans = async (query = "") =>
        bansSchema.parse(await (await asOperator("GET", `/bans?limit=50${query}`)).json()).bans;
      const ban = async (userId: string, days: number | null) =>
        await asOperator("POST", "/bans", { userId, reason: "as agreed", days });

      test("holds for good until it is lifted, and stays as a record", async () => {
        const bob = await site.member({ name: "Bob" });
        const response = await ban(bob.id, null);
        expect(response.status).toBe(201);
        const made = banSchema.parse(await response.json());
        expect(made).toMatchObject({ user: { userId: bob.id, name: "Bob" }, expiresAt: null });
        expect(site.takeAsked("remove")).toHaveLength(matchRegions.length);
        expect(await bob.refused("POST", "/v1/match/lobby", {})).toBe("403 banned");
        expect((await bans()).map(({ id }) => id)).toContain(made.id);
        const lifted = banSchema.parse(
          await (await asOperator("DELETE", `/bans/${made.id}`)).json(),
        );
        expect(lifted.liftedAt).not.toBeNull();
        const again = banSchema.parse(
          await (await asOperator("DELETE", `/bans/${made.id}`)).json(),
        );
        expect(again).toEqual(lifted);
        await bob.fine("POST", "/v1/match/lobby", {});
        expect((await bans()).map(({ id }) => id)).not.toContain(made.id);
        expect((await bans("&state=all")).map(({ id }) => id)).toContain(made.id);
      });

      test("ends the call that its person is in, which a lobby remembers", async () => {
        const [ada, bob] = [await site.member(), await site.member()];
        const led = (callId: string) => (asked: Asked) =>
          asked.request.type === "remove" && asked.room === "eu-0"
            ? { ok: true, callId }
            : done(asked);
        site.room = led("call-under-way");
        await ban(bob.id, 1);
        expect(site.takeAsked("end")).toMatchObject([{ party: "call", room: "call-under-way" }]);
        // What is in the history is over.
        const { callId } = await site.met(ada, bob);
        site.room = led(callId);
        await ban(bob.id, 1);
        expect(site.takeAsked("end")).toEqual([]);
      });

      test("reaches rooms that know its person as the guest they were", async () => {
        const bob = await site.member();
        await site.db.execute(
          `insert into match_moved (guest_id, account_id) values ('guest-of-${bob.id}', '${bob.id}')`,
        );
        await ban(bob.id, 1);
        const told = site.takeAsked("remove").map(({ request }) => request.member);
        expect(new Set(told)).toEqual(new Set([bob.id, `guest-of-${bob.id}`]));
        expect(told).toHaveLength(2 * matchRegions.length);
      });

      test("the longest of several counts", async () => {
        const bob = await site.member();
        await ban(bob.id, 1);
        await ban(bob.id, null);
        await ban(bob.id, 3);
        const { ban: told } = await bob.good("GET", "/v1/match/me", standingSchema);
        expect(told?.expiresAt).toBeNull();
      });

      test("of nobody is `not_found`", async () => {
        expect((await ban("nobody-at-all", 1)).status).toBe(404);
        expect((await asOperator("DELETE", "/bans/no-such-ban")).status).toBe(404);
      });
    });
  });
});
