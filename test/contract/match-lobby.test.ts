import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { signRoomToken, verifyRoomToken } from "../../platform/tokens/room.ts";
import { memberTag, unpackTags } from "../../protocol/match/member-tag.ts";
import { enteredLobbySchema, iceSchema, standingSchema } from "../../protocol/match/rest-lobby.ts";
import { rulesVersion } from "../../protocol/match/rest-rules.ts";
import { lobbyDataSchema } from "../../protocol/match/room-data.ts";
import { done, MatchSite, type Person, someProfile, tokenKeys } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

onEachEngine("the way into a lobby", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  beforeEach(() => {
    site.room = done;
    site.asked.length = 0;
  });
  afterAll(() => site?.stop());

  const enter = (person: Person, body: unknown = {}) =>
    person.good("POST", "/v1/match/lobby", enteredLobbySchema, body);
  const claimsOf = async ({ room, token }: { room: string; token: string }) => {
    const verified = await verifyRoomToken(token, { party: "lobby", room }, tokenKeys, Date.now());
    if (!verified.ok) throw new Error(verified.code);
    return { ...verified.claims, data: lobbyDataSchema.parse(verified.claims.data) };
  };
  test("is closed without a session, without a profile and without the confirmed rules", async () => {
    const nobody = await site.request("/v1/match/lobby", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: "{}",
    });
    expect(nobody.status).toBe(401);
    const ada = await site.guest();
    expect(await ada.refused("POST", "/v1/match/lobby", {})).toBe("403 profile_required");
    await ada.fine("PUT", "/v1/match/profile", someProfile);
    expect(await ada.refused("POST", "/v1/match/lobby", {})).toBe("403 consent_required");
    await ada.fine("POST", "/v1/match/consent", { rulesVersion, adult: true, keepsRules: true });
    expect(await enter(ada)).toMatchObject({ memberId: ada.id, region: "eu", queue: null });
    expect(site.asked).toEqual([]);
  });

  test.each([
    ["of a minor", { rulesVersion, adult: false, keepsRules: true }],
    ["without the rules", { rulesVersion, adult: true, keepsRules: false }],
    ["of other rules", { rulesVersion: rulesVersion + 1, adult: true, keepsRules: true }],
    ["of nothing", {}],
  ])("no confirmation is taken %s", async (_what, body) => {
    const ada = await site.guest();
    expect(await ada.refused("POST", "/v1/match/consent", body)).toBe("400 bad_request");
  });

  test("a confirmation is kept with its first date", async () => {
    const ada = await site.member();
    const first = await ada.good("GET", "/v1/match/me", standingSchema);
    await ada.fine("POST", "/v1/match/consent", { rulesVersion, adult: true, keepsRules: true });
    const second = await ada.good("GET", "/v1/match/me", standingSchema);
    expect(first.rules.confirmedAt).not.toBeNull();
    expect(second.rules).toEqual(first.rules);
  });

  test("leads to one lobby for one person, with what the lobby has to know of them", async () => {
    const ada = await site.member({ name: "Ada", gender: "Woman", interests: ["Chess", "go"] });
    const entered = await enter(ada);
    expect(await enter(ada)).toMatchObject({ lobby: { room: entered.lobby.room } });
    expect(entered.lobby.socketPath).toBe(`/parties/lobby/${entered.lobby.room}`);
    expect(await claimsOf(entered.lobby)).toMatchObject({
      member: ada.id,
      name: "Ada",
      data: {
        facts: {
          ageRange: "25-34",
          languages: ["en", "de"],
          interests: ["chess", "go"],
          gender: "woman",
          region: "eu",
          picturePath: null,
        },
        blocks: "",
        recent: "",
        adult: true,
      },
    });
  });

  test("may be of another region than one's own, which the lobby still knows", async () => {
    const ada = await site.member();
    const entered = await enter(ada, { region: "na" });
    expect(entered.lobby.room).toBe("na-0");
    expect((await claimsOf(entered.lobby)).data.facts.region).toBe("eu");
    expect(await ada.refused("POST", "/v1/match/lobby", { region: "xx" })).toBe("400 bad_request");
  });

  test("tells everybody one has blocked, and the partners of the last ten calls, latest first", async () => {
    const ada = await site.member();
    const others: Person[] = [];
    for (let at = 0; at < 12; at += 1) others.push(await site.guest());
    for (const [at, other] of others.entries())
      await site.met(ada, other, Date.now() - 600_000 + at);
    const [first, second] = others;
    if (first === undefined || second === undefined) throw new Error("there are twelve");
    await ada.fine("POST", `/v1/match/blocks/${first.id}`);
    await second.fine("POST", `/v1/match/blocks/${ada.id}`);
    const { data } = await claimsOf((await enter(ada)).lobby);
    expect(unpackTags(data.blocks)).toEqual([memberTag(first.id)]);
    const latest = others
      .slice(2)
      .reverse()
      .map(({ id }) => memberTag(id));
    expect(unpackTags(data.recent)).toEqual(latest);
    // Whoever is blocked is kept apart by the other's list.
    const theirs = (await claimsOf((await enter(await withConsent(second))).lobby)).data;
    expect(unpackTags(theirs.blocks)).toEqual([memberTag(ada.id)]);
  });

  const withConsent = async (person: Person) => {
    await person.fine("PUT", "/v1/match/profile", someProfile);
    await person.fine("POST", "/v1/match/consent", { rulesVersion, adult: true, keepsRules: true });
    return person;
  };

  test("stays open with as many blocks and as long a profile as there may be", async () => {
    const wide = "語".repeat(24);
    const ada = await site.member({
      name: "語".repeat(40),
      gender: wide,
      languages: ["aaa", "bbb", "ccc", "ddd", "eee", "fff"],
      interests: Array.from({ length: 10 }, (_, at) => `${at}${"語".repeat(23)}`),
    });
    await site.db.execute(
      `insert into "user" (id, name, email) select 'blocked-' || at, 'x', 'blocked-' || at || '@x.test'
       from generate_series(1, 500) at on conflict do nothing`,
    );
    await site.db.execute(
      `insert into match_block (blocker_id, blocked_id) select '${ada.id}', 'blocked-' || at
       from generate_series(1, 500) at`,
    );
    for (let at = 0; at < 10; at += 1) await site.met(ada, await site.guest());
    const { data } = await claimsOf((await enter(ada)).lobby);
    expect(unpackTags(data.blocks)).toHaveLength(500);
    const one = await site.guest();
    expect(await ada.refused("POST", `/v1/match/blocks/${one.id}`)).toBe("409 limit_reached");
  });

  describe("servers for a call", () => {
    test("are for its two, by the token of the call or by the word of its room", async () => {
      const [ada, bob, eve] = [await site.member(), await site.member(), await site.member()];
      site.room = () => ({
        phase: "live",
        members: [ada.id, bob.id],
        startedAt_ms: 1,
        endedAt_ms: null,
        reason: null,
        server_ms: 2,
      });
      const ice = await ada.good("POST", "/v1/match/calls/call-live/ice", iceSchema, {});
      expect(ice.iceServers).toEqual([{ urls: ["stun:stun.cloudflare.com:3478"] }]);
      expect(ice.expiresAt_ms).toBeGreaterThan(Date.now() + 3_600_000);
      expect(site.takeAsked("state")).toMatchObject([{ party: "call", room: "call-live" }]);
      expect(await eve.refused("POST", "/v1/match/calls/call-live/ice", {})).toBe("404 not_found");

      site.asked.length = 0;
      const claims = {
        party: "call",
        room: "call-live",
        name: "x",
        role: "polite",
        data: {},
      } as const;
      const lifetime = { now_ms: Date.now(), lifetime_ms: 60_000 };
      const token = await signRoomToken({ ...claims, member: bob.id }, tokenKeys, lifetime);
      await bob.good("POST", "/v1/match/calls/call-live/ice", iceSchema, { token });
      expect(await eve.refused("POST", "/v1/match/calls/call-live/ice", { token })).toBe(
        "401 token_invalid",
      );
      expect(await bob.refused("POST", "/v1/match/calls/call-else/ice", { token })).toBe(
        "401 token_invalid",
      );
      expect(site.asked).toEqual([]);
    });
  });
});
