import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { createDb, type Db } from "../../db/client.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { findJob } from "../../db/queries/job-read.ts";
import { postgresJobStore } from "../../functions/jobs/store.ts";
import type { JobStore, NewJob } from "../../platform/jobs/store.ts";
import { type MemoryEffect, MemoryJobStore } from "../../platform/jobs/testing/memory-store.ts";
import type { JobDetail } from "../../protocol/jobs.ts";
import { type GatewayUnderTest, onEachEngine } from "./neon-engines.ts";

/** A store, and what a story needs beside it. */
export interface StoreUnderTest<Effect> {
  readonly store: JobStore<Effect>;
  /** An effect that can be seen: it adds a line. */
  note(line: string): Effect;
  notes(): Promise<readonly string[]>;
  /** Lets time go by. */
  pass(length_ms: number): Promise<void>;
  read(id: string): Promise<JobDetail>;
  clear(): Promise<void>;
}

/** Moments of a job; time goes by when all of them lie further back. */
const moments = [
  "run_at",
  "redispatch_at",
  "lease_until",
  "cancel_requested_at",
  "created_at",
  "updated_at",
  "finished_at",
];

export class PostgresUnderTest implements StoreUnderTest<JobEffect> {
  readonly info: GatewayUnderTest["info"];
  readonly db: Db;
  readonly store: JobStore<JobEffect>;

  constructor(gateway: GatewayUnderTest) {
    this.info = gateway.info;
    this.db = createDb(gateway.info);
    this.store = postgresJobStore(this.db);
  }

  async prepare(gateway: GatewayUnderTest): Promise<void> {
    await migrateDatabase(gateway.info);
    await this.db.execute(
      sql`create table note (at serial, line text not null check (line <> ''))`,
    );
  }

  note(line: string): JobEffect {
    return this.db.execute(sql`insert into note (line) values (${line})`);
  }

  async notes(): Promise<readonly string[]> {
    const { rows } = await this.db.execute<{ line: string }>(
      sql`select line from note order by at`,
    );
    return rows.map(({ line }) => line);
  }

  async pass(length_ms: number): Promise<void> {
    const shifts = moments.map(
      (name) => sql`${sql.identifier(name)} =
        ${sql.identifier(name)} - make_interval(secs => ${length_ms / 1000}::float8)`,
    );
    await this.db.execute(sql`update job set ${sql.join(shifts, sql`, `)}`);
  }

  async read(id: string): Promise<JobDetail> {
    const job = await findJob(this.db, id);
    if (job === undefined) throw new Error(`there is no job ${id}`);
    return job;
  }

  async clear(): Promise<void> {
    await this.db.batch([this.db.execute(sql`truncate job`), this.db.execute(sql`truncate note`)]);
  }
}

class MemoryUnderTest implements StoreUnderTest<MemoryEffect> {
  #now_ms = 1_760_000_000_000;
  #notes: string[] = [];
  store = new MemoryJobStore(() => this.#now_ms);

  note(line: string): MemoryEffect {
    return () => this.#notes.push(line);
  }

  async notes(): Promise<readonly string[]> {
    return this.#notes;
  }

  async pass(length_ms: number): Promise<void> {
    this.#now_ms += length_ms;
  }

  async read(id: string): Promise<JobDetail> {
    const job = this.store.rows.get(id);
    if (job === undefined) throw new Error(`there is no job ${id}`);
    return job;
  }

  async clear(): Promise<void> {
    this.store.rows.clear();
    this.#notes = [];
  }
}

/** Defines the same tests for the store in Postgres, on each engine this machine has. */
export function onEachPostgres(title: string, define: (tested: () => PostgresUnderTest) => void) {
  onEachEngine(title, (gateway) => {
    let tested: PostgresUnderTest | undefined;
    const given = () => {
      if (tested === undefined) throw new Error("the store has not been started");
      return tested;
    };
    beforeAll(async () => {
      tested = new PostgresUnderTest(gateway);
      await tested.prepare(gateway);
    }, 90_000);
    beforeEach(() => given().clear());
    define(given);
  });
}

/** Defines the same tests for every store there is; memory is what other tests use in its place. */
export function onEachStore(
  title: string,
  define: <Effect>(tested: () => StoreUnderTest<Effect>) => void,
): void {
  describe(`${title}, in memory`, () => {
    const memory = new MemoryUnderTest();
    beforeEach(() => memory.clear());
    afterAll(() => memory.clear());
    define<MemoryEffect>(() => memory);
  });
  onEachPostgres(title, (tested) => define<JobEffect>(tested));
}

/** A job that is due at once. */
export function newJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: crypto.randomUUID(),
    kind: "test.note",
    payloadText: '{"a":1}',
    attempts_max: 3,
    delay_ms: 0,
    grace_ms: 60_000,
    idempotencyKey: null,
    ...changes,
  };
}
