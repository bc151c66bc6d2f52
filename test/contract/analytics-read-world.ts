import { eq } from "drizzle-orm";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { createPartition, partitionOf } from "../../db/queries/analytics-partition.ts";
import {
  type AnalyticsPlace,
  ingestAnalytics,
  lockAnalytics,
} from "../../db/queries/analytics-rollup.ts";
import { analyticsGame } from "../../db/schema/analytics.ts";
import { member, user } from "../../db/schema/identity.ts";
import type { AnalyticsEventInput } from "../../protocol/analytics/event.ts";
import { uuid7Time_ms } from "../../protocol/analytics/uuid7.ts";
import { sliceLimits } from "../../rooms/analytics/plan.ts";
import { deliveriesOf, rowOf } from "../analytics-truth/delivery.ts";
import type { World } from "../analytics-truth/plan.ts";
import type { GatewayUnderTest } from "./neon-engines.ts";

/** As many as a buffer writes at once. */
const flush_events = sliceLimits.events_max;

/** A database with every table, and ways to let games take in events as buffers do. */
export class AnalyticsUnderTest {
  readonly db: Db;
  #games = 0;
  readonly #partitions = new Set<string>();

  private constructor(db: Db) {
    this.db = db;
  }

  static async start({ info }: GatewayUnderTest): Promise<AnalyticsUnderTest> {
    await migrateDatabase(info);
    const db = createDb({ ...info, query_ms_max: 60_000 });
    await db
      .insert(user)
      .values({ id: "owner-of-games", name: "Ada", email: "ada@example.com", emailVerified: true });
    return new AnalyticsUnderTest(db);
  }

  /** Over a database that has every table already. */
  static over(db: Db): AnalyticsUnderTest {
    return new AnalyticsUnderTest(db);
  }

  /** A new game of one person; raw events are kept for 90 days. */
  async game(userId = "owner-of-games"): Promise<AnalyticsPlace & { readonly env: "live" }> {
    this.#games += 1;
    const gameId = `game-${String(this.#games).padStart(11, "0")}`;
    await this.db.insert(analyticsGame).values({
      ...{ id: gameId, userId, name: gameId, settings: {} },
      ...{ retentionDays: 90, retentionDaysBefore: 90, retentionFrom: "2020-01-01" },
    });
    return { gameId, env: "live" };
  }

  /** A new game of an organization. */
  async gameOf(organizationId: string): Promise<AnalyticsPlace> {
    const place = await this.game();
    await this.db
      .update(analyticsGame)
      .set({ organizationId, userId: null })
      .where(eq(analyticsGame.id, place.gameId));
    return place;
  }

  async join(organizationId: string, userId: string, role: string): Promise<void> {
    const id = crypto.randomUUID();
    await this.db
      .insert(member)
      .values({ id, organizationId, userId, role, createdAt: new Date() });
  }

  /** Takes in events as they are, in one flush. */
  async takeIn(place: AnalyticsPlace, events: readonly AnalyticsEventInput[]): Promise<void> {
    for (const { uuid } of events) {
      const partition = partitionOf(place.env === "live" ? 90 : 0, uuid7Time_ms(uuid));
      if (this.#partitions.has(partition.table)) continue;
      this.#partitions.add(partition.table);
      await createPartition(this.db, partition);
    }
    const rows = JSON.stringify(events.map(rowOf));
    const ingest = ingestAnalytics(this.db, place, rows);
    await this.db.batch([lockAnalytics(this.db, place), ingest]);
  }

  /** Takes in all that happens in a world, as it arrives. */
  async takeInWorld(place: AnalyticsPlace, world: World): Promise<void> {
    for (const batch of deliveriesOf(world, flush_events)) await this.takeIn(place, batch);
  }
}
