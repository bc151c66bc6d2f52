import { sql } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import { recountAnalytics } from "../../db/queries/analytics-recount.ts";
import { recordCall } from "../../db/queries/match-call.ts";
import { moveAnalytics } from "../../local/move/analytics.ts";
import { moveBack } from "../../local/move/back.ts";
import { moveMatch } from "../../local/move/match.ts";
import { compareDatabases } from "../../local/move/verify.ts";
import { seededRandom } from "../../platform/testing/random.ts";
import { makeUuid7 } from "../../protocol/analytics/uuid7.ts";
import { runScript } from "../command.ts";
import { AnalyticsUnderTest } from "./analytics-read-world.ts";
import { fillOldTables, makeOldTables } from "./move-old-world.ts";
import { GatewayUnderTest, onEachEngine } from "./neon-engines.ts";

const ever = new Date(0);
const owner = "owner-of-games";

onEachEngine("moving from the old design", (gateway) => {
  let old: Client;
  let analytics: AnalyticsUnderTest;
  const oldGateway = new GatewayUnderTest(gateway.kind);

  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start(gateway);
    await oldGateway.start();
    old = new Client(oldGateway.info.databaseUrl);
    await old.connect();
    await makeOldTables(old);
    await fillOldTables(old, seededRandom(7));
  }, 120_000);
  afterAll(async () => {
    await old?.end();
    await oldGateway.stop();
  });

  /** `npm run move -- …`, from one database to another. */
  const move = (...args: string[]) => {
    const { databaseUrl, fetchEndpoint } = gateway.info;
    return runScript("local/move/main.ts", args, {
      DATABASE_URL: databaseUrl,
      NEON_FETCH_ENDPOINT: fetchEndpoint,
      OLD_DATABASE_URL: oldGateway.info.databaseUrl,
    });
  };

  const copy = async () => [
    ...(await moveMatch(old, analytics.db, ever)),
    ...(await moveAnalytics(old, analytics.db, owner, ever)),
  ];
  const differing = async () =>
    (await compareDatabases(old, analytics.db)).filter(({ same }) => !same);
  const counting = (from: string) => `select count(*)::integer as n from ${from}`;
  const countOld = async (from: string) =>
    (await old.query<{ n: number }>(counting(from))).rows[0]?.n;
  const count = async (from: string) =>
    (await analytics.db.execute<{ n: number }>(sql.raw(counting(from)))).rows[0]?.n;

  test("says what differs before anything was copied", async () => {
    const found = (await differing()).map(({ what }) => what);
    expect(found).toEqual([
      ...["profiles", "signed in", "calls", "events", "purchases", "sessions", "levels by day"],
    ]);
  });

  test("the command copies everything, and then says that both sides are the same", {
    timeout: 120_000,
  }, async () => {
    const refused = await move("copy");
    expect(refused).toMatchObject({
      code: 1,
      text: expect.stringContaining("games need an owner"),
    });
    const copied = await move("copy", "--owner", owner);
    expect(copied.text).toMatch(/^(\w[\w ]+ [1-9]\d* read, [1-9]\d* new or changed\n){7}$/);
    expect(copied.code).toBe(0);
    const compared = await move("compare");
    expect(compared.text).toMatch(/^(\w[\w ]+ same: \d+ and \d+ rows.*\n){7}$/);
    expect(compared.code).toBe(0);
  });

  test("nothing of a row can differ without being said", async () => {
    const changes: readonly (readonly [string, string, string, string])[] = [
      ["profiles", "match_profile", "gender", "'other'"],
      ["profiles", "match_profile", "links", `'["https://example.com/other"]'::jsonb`],
      ["signed in", "session", "expires_at", "expires_at + interval '1 day'"],
      ["purchases", "analytics_revenue", "product", "'other'"],
      ["purchases", "analytics_revenue", "session_id", "gen_random_uuid()"],
      ["purchases", "analytics_revenue", "at_ms", "at_ms + 1"],
    ];
    for (const [what, table, column, value] of changes) {
      const kept = `create table kept as select * from ${table}`;
      await analytics.db.execute(sql.raw(kept));
      await analytics.db.execute(sql.raw(`update ${table} set ${column} = ${value}`));
      expect(
        (await differing()).map((one) => one.what),
        column,
      ).toEqual([what]);
      const key = { match_profile: "user_id", session: "id", analytics_revenue: "uuid" }[table];
      await analytics.db.execute(
        sql.raw(
          `update ${table} t set ${column} = k.${column} from kept k where t.${key} = k.${key}`,
        ),
      );
      await analytics.db.execute(sql.raw("drop table kept"));
      expect(await differing()).toEqual([]);
    }
  });

  test("leaves sessions that are over behind, and brings those that hold with their tokens", async () => {
    const holds = await countOld("baseline_session where expires_at > now()");
    expect(await count("session where token like 'token-%'")).toBe(holds);
    expect(await count(`"user" u join session s on s.user_id = u.id where u.is_anonymous`)).toBe(
      holds,
    );
  });

  test("leaves roll-ups that equal a recount from raw rows", async () => {
    for (const gameId of ["oldgame000000001", "oldgame000000002"]) {
      const place = { gameId, env: "live" } as const;
      const recount = await recountAnalytics(analytics.db, place, "2000-01-01");
      expect(Object.entries(recount).filter(([, { rows }]) => rows > 0)).toEqual([]);
    }
    const ended = await countOld("baseline_play_session where ended_at is not null");
    expect(await count("analytics_session where ended and not open")).toBe(ended);
  });

  test("copies nothing twice, and keeps what people have changed here since", async () => {
    await analytics.db.execute(
      sql`update match_profile set bio = 'new', updated_at = now() + interval '1 minute'
        where user_id = 'person-3-of-old'`,
    );
    const again = await copy();
    expect(again.map(({ added }) => added)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect((await differing()).map(({ what }) => what)).toEqual(["profiles"]);
    expect(await count("match_profile where bio = 'new'")).toBe(1);
  });

  test("brings back what has come about since the cut-over, once", {
    timeout: 120_000,
  }, async () => {
    const cutOver = new Date(Date.now() - 60_000);
    const members = ["person-1-of-old", "person-2-of-old"] as const;
    const now_ms = Date.now();
    const call = { callId: "call-after", members, startedAt_ms: now_ms, endedAt_ms: now_ms + 5 };
    await recordCall(analytics.db, { ...call, reason: "hangup" });
    const event = { player: "player-new", name: "came back", kind: "event" } as const;
    const uuid = makeUuid7(now_ms, new Uint8Array(10).fill(5));
    const place = { gameId: "oldgame000000001", env: "live" } as const;
    // Games that came over keep their raw events for a year.
    await createPartition(analytics.db, partitionOf(365, now_ms));
    await analytics.takeIn(place, [{ ...event, uuid }]);
    const came = ["baseline_call where id = 'call-after'", `baseline_event where id = '${uuid}'`];
    const unsure = await move("back");
    expect(unsure).toMatchObject({ code: 1, text: expect.stringContaining("since the cut-over") });
    const brought = await move("back", "--since", cutOver.toISOString());
    expect(brought.text).toMatch(/^(\w[\w ]+ \d+ read, \d+ new or changed\n)+$/);
    expect(brought.code).toBe(0);
    for (const what of came) expect(await countOld(what)).toBe(1);
    expect(await countOld("baseline_user where bio = 'new'")).toBe(1);
    expect(await differing()).toEqual([]);
    const again = await moveBack(old, analytics.db, cutOver);
    const added = Object.fromEntries(again.map((one) => [one.what, one.added]));
    expect(added).toMatchObject({ profiles: 0, calls: 0, games: 0, events: 0, purchases: 0 });
    expect(await differing()).toEqual([]);
  });
});
