import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { samples } from "../../functions/match/testing/pictures.ts";
import { erasureReceiptSchema, meSchema } from "../../protocol/identity/account.ts";
import { pastCallsSchema, reportedSchema } from "../../protocol/match/rest-calls.ts";
import { matchRegions, standingSchema } from "../../protocol/match/rest-lobby.ts";
import { profileSchema } from "../../protocol/match/rest-profile.ts";
import { MatchSite, opsToken, type Person } from "./match-site.ts";
import { onEachEngine } from "./neon-engines.ts";

const tables = [
  "match_profile",
  "match_picture",
  "match_consent",
  "match_call",
  "match_block",
  "match_report",
  "match_ban",
] as const;

onEachEngine("what match keeps of a person", (gateway) => {
  let site: MatchSite;
  beforeAll(async () => {
    site = await MatchSite.start(gateway);
  }, 90_000);
  beforeEach(async () => {
    site.asked.length = 0;
    await site.db.execute(sql`delete from match_picture`);
  });
  afterAll(() => site?.stop());

  const met = async (one: { readonly id: string }, other: Person) =>
    (await site.met(one, other)).callId;
  const ban = async (userId: string) =>
    await site.request("/v1/match/moderation/bans", {
      method: "POST",
      headers: { Authorization: `Bearer ${opsToken}`, "Content-Type": "application/json" },
      body: JSON.stringify({ userId, reason: "as agreed", days: null }),
    });
  const signUp = (person: Person) =>
    person.fine("POST", "/v1/auth/sign-up", {
      name: "Ada",
      email: `${crypto.randomUUID()}@example.com`,
      password: "a long enough password",
    });
  const idOf = async (person: Person) => (await person.good("GET", "/v1/me", meSchema)).user.id;
  const rowsOf = async (table: string) =>
    (await site.db.execute(sql`select * from ${sql.identifier(table)}`)).rows;
  const report = (person: Person, callId: string) =>
    person.good("POST", "/v1/match/reports", reportedSchema, {
      callId,
      reason: "spam",
      details: "words of the reporter",
    });

  /** Somebody with a row in every table, and whom they met. */
  const full = async () => {
    const [ada, bob] = [await site.member({ name: "Ada", bio: "mine" }), await site.member()];
    await ada.fine("PUT", "/v1/match/profile/picture", samples.png);
    await report(ada, await met(ada, bob));
    await bob.fine("POST", `/v1/match/blocks/${ada.id}`);
    await ban(ada.id);
    site.asked.length = 0;
    return { ada, bob };
  };

  test("can be taken along, and nothing of what others said of them", async () => {
    const { ada, bob } = await full();
    await report(bob, await met(bob, ada));
    const response = await ada.fine("GET", "/v1/me/export");
    const exported = z
      .object({ tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))) })
      .parse(await response.json()).tables;
    const counts = Object.fromEntries(tables.map((table) => [table, exported[table]?.length]));
    expect(counts).toEqual({
      match_profile: 1,
      match_picture: 1,
      match_consent: 1,
      match_call: 2,
      match_block: 1,
      match_report: 1,
      match_ban: 1,
    });
    expect(exported.match_profile?.[0]).toMatchObject({ name: "Ada", bio: "mine" });
    expect(exported.match_ban?.[0]).not.toHaveProperty("bannedBy");
  });

  test("is exported to the last row, however many there are", async () => {
    const ada = await site.member();
    await site.db.execute(sql`insert into match_call (call_id, user_id, started_at, ended_at, reason)
      select 'many-' || at, ${ada.id}, now(), now(), 'next' from generate_series(1, 1203) at`);
    const response = await ada.fine("GET", "/v1/me/export");
    const { tables: exported } = z
      .object({ tables: z.object({ match_call: z.array(z.object({ callId: z.string() })) }) })
      .parse(await response.json());
    expect(new Set(exported.match_call.map(({ callId }) => callId)).size).toBe(1_203);
  });

  test("is erased: rows, copies, picture and place in lobbies; partners keep a call with nobody", async () => {
    const { ada, bob } = await full();
    const { picturePath } = await ada.good("GET", "/v1/match/profile", profileSchema);
    await bob.fine("GET", `/v1/match/profiles/${ada.id}`);
    const receipt = await ada.good("POST", "/v1/me/erase", erasureReceiptSchema, {});
    expect(receipt.rows).toMatchObject({
      match_profile: 1,
      match_picture: 1,
      match_consent: 1,
      match_call: 2,
      match_block: 2,
      match_report: 1,
      match_ban: 1,
    });
    for (const table of tables)
      expect(JSON.stringify(await rowsOf(table)), table).not.toContain(ada.id);
    const { calls: history } = await bob.good("GET", "/v1/match/calls", pastCallsSchema);
    expect(history).toMatchObject([{ partner: null }]);
    const reports = await rowsOf("match_report");
    expect(reports.find(({ reported_id }) => reported_id === bob.id)).toMatchObject({
      reporter_id: null,
      details: "",
    });
    const deadline = { timeout: 20_000 };
    await expect
      .poll(() => bob.refused("GET", `/v1/match/profiles/${ada.id}`), deadline)
      .toBe("404 not_found");
    await expect
      .poll(async () => (await site.request(picturePath ?? "")).status, deadline)
      .toBe(404);
    await expect.poll(() => rowsOf("match_picture"), deadline).toEqual([]);
    await expect
      .poll(() => site.asked.filter(({ request }) => request.type === "remove").length, deadline)
      .toBe(matchRegions.length);
  });

  test("stays when the erasure is refused", async () => {
    const ada = await site.member();
    await ada.fine("PUT", "/v1/match/profile/picture", samples.png);
    await signUp(ada);
    await site.db.execute(
      sql`update session set created_at = now() - interval '1 day' where user_id = ${await idOf(ada)}`,
    );
    await site.redis.flushall();
    expect(await ada.refused("POST", "/v1/me/erase", {})).toBe("403 session_not_fresh");
    const { picturePath } = await ada.good("GET", "/v1/match/profile", profileSchema);
    expect((await site.request(picturePath ?? "")).status).toBe(200);
    expect(site.asked).toEqual([]);
  });

  test("goes with a guest who is swept up, but for the picture, which is then found by its row", async () => {
    const { ada, bob } = await full();
    await site.db.execute(sql`delete from "user" where id = ${ada.id}`);
    for (const table of tables)
      expect(JSON.stringify(await rowsOf(table)), table).not.toContain(ada.id);
    expect(await rowsOf("match_picture")).toMatchObject([{ user_id: null }]);
    const { calls: history } = await bob.good("GET", "/v1/match/calls", pastCallsSchema);
    expect(history).toMatchObject([{ partner: null }]);
  });

  test("becomes the account's when a guest gets one, bans and blocks included", async () => {
    const { ada, bob } = await full();
    const guestId = ada.id;
    await signUp(ada);
    const id = await idOf(ada);
    expect(id).not.toBe(guestId);
    const standing = await ada.good("GET", "/v1/match/me", standingSchema);
    expect(standing).toMatchObject({
      profile: { userId: id, name: "Ada", bio: "mine" },
      ban: { reason: "as agreed" },
    });
    expect(standing.profile?.picturePath).not.toBeNull();
    expect(standing.rules.confirmedAt).not.toBeNull();
    const { calls: own } = await ada.good("GET", "/v1/match/calls", pastCallsSchema);
    expect(own).toMatchObject([{ partner: { userId: bob.id }, blocked: true }]);
    const { calls: theirs } = await bob.good("GET", "/v1/match/calls", pastCallsSchema);
    expect(theirs).toMatchObject([{ partner: { userId: id }, blocked: true }]);
    for (const table of tables)
      expect(JSON.stringify(await rowsOf(table)), table).not.toContain(guestId);
  });

  test("is met by what rooms still say of the guest's id", async () => {
    const [ada, bob] = [await site.member(), await site.member()];
    const guest = { id: ada.id };
    await signUp(ada);
    const id = await idOf(ada);
    const callId = await met(guest, bob);
    expect((await ada.good("GET", "/v1/match/calls", pastCallsSchema)).calls).toMatchObject([
      { callId, partner: { userId: bob.id } },
    ]);
    site.asked.length = 0;
    await bob.fine("POST", `/v1/match/blocks/${guest.id}`);
    const told = site.takeAsked("block").map(({ request }) => request.member);
    expect(new Set(told)).toEqual(new Set([guest.id, id]));
    const { calls: theirs } = await bob.good("GET", "/v1/match/calls", pastCallsSchema);
    expect(theirs).toMatchObject([{ partner: { userId: id }, blocked: true }]);
  });

  test("of a guest who signs in to an account with things of its own adds what fits", async () => {
    const bob = await site.member();
    const email = `${crypto.randomUUID()}@example.com`;
    const password = "a long enough password";
    const account = await site.guest();
    await account.fine("POST", "/v1/auth/sign-up", { name: "Ada", email, password });
    const id = await idOf(account);
    await account.fine("PUT", "/v1/match/profile", {
      name: "Old",
      ageRange: "55+",
      languages: ["fr"],
    });
    const guest = await site.member({ name: "New" });
    await guest.fine("PUT", "/v1/match/profile/picture", samples.png);
    await guest.fine("POST", `/v1/match/blocks/${bob.id}`);
    await guest.fine("POST", `/v1/match/blocks/${id}`);
    await guest.fine("POST", "/v1/auth/sign-in", { email, password });
    expect(await idOf(guest)).toBe(id);
    const standing = await guest.good("GET", "/v1/match/me", standingSchema);
    expect(standing.profile).toMatchObject({ name: "Old", picturePath: null });
    expect(standing.rules.confirmedAt).not.toBeNull();
    expect(await rowsOf("match_block")).toContainEqual(
      expect.objectContaining({ blocker_id: id, blocked_id: bob.id }),
    );
  });
});
