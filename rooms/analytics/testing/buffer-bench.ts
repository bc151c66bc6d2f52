import { DatabaseSync } from "node:sqlite";
import type { AcceptHead, BufferFigures, GameConfig } from "../../../protocol/analytics/buffer.ts";
import { gameSettingsSchema } from "../../../protocol/analytics/game.ts";
import { makeUuid7 } from "../../../protocol/analytics/uuid7.ts";
import { type BufferLimits, bufferLimits } from "../admit.ts";
import { LiveBuffer } from "../buffer/live-buffer.ts";
import { BufferStore } from "../buffer/store.ts";
import type { Write, Written } from "../buffer/writer.ts";

/** A key that the bench's game has. */
export const keyId = "write-key-01";

/** The platform's SQLite, by Node's own. */
function storageOf(database: DatabaseSync) {
  return {
    exec: (query: string, ...values: (string | number | null)[]) => {
      const statement = database.prepare(query);
      const rows = /^\s*select/i.test(query) ? statement.all(...values) : [];
      const rowsWritten = /^\s*select/i.test(query) ? 0 : Number(statement.run(...values).changes);
      return { toArray: () => rows.map((row) => ({ ...row })), rowsWritten };
    },
  };
}

/** A buffer with a disk that outlives it, a clock, an alarm, and a database that does as it is told. */
export class BufferBench {
  now_ms = Date.UTC(2026, 10, 21, 12);
  alarmAt_ms: number | null = null;
  alarms = 0;
  /** Rows written to its disk, and alarms set. */
  rows_written = 0;
  alarmsSet = 0;
  /** What the database does with a write. */
  database: (uuids: readonly string[]) => void | Promise<void> = () => {};
  /** Takes the place of that: a database as it really is. */
  writer: ((work: Write, config: GameConfig) => Promise<Written>) | undefined;
  readonly limits: BufferLimits;
  openSeen_ms: number | null = null;
  sweeps: number[] = [];
  config: GameConfig | null = benchConfig();
  /** How it waits for more batches; by itself those gather that are sent without a wait between them. */
  pause: (length_ms: number) => Promise<void> = () => Promise.resolve();
  configAway = false;
  /** What is to be waited for before it is answered. */
  configAfter: Promise<void> = Promise.resolve();
  loads = 0;
  told = 0;
  readonly reports: string[] = [];
  /** What it said of itself. */
  readonly published: (BufferFigures & { readonly failures: number })[] = [];
  readonly #sqlite = new DatabaseSync(":memory:");
  buffer: LiveBuffer;
  readonly #kept = new Set<string>();
  #count = 0;

  constructor(limits: BufferLimits = bufferLimits) {
    this.limits = limits;
    this.buffer = this.#wake();
  }

  /** Dies and comes back: memory is gone, the disk and the alarm are not. */
  restart(): void {
    this.buffer = this.#wake();
  }

  /** Does something to its disk behind its back. */
  onDisk(query: string, ...values: (string | number | null)[]): void {
    this.#sqlite.prepare(query).run(...values);
  }

  /** Names of the facts on its disk. */
  facts(): string[] {
    return this.#sqlite
      .prepare("select name from fact")
      .all()
      .map(({ name }) => String(name));
  }

  uuid(): string {
    this.#count += 1;
    const random = Uint8Array.from({ length: 10 }, (_, at) => (this.#count >> (8 * at)) & 255);
    return makeUuid7(this.now_ms, random);
  }

  send(uuids: readonly string[], more: Partial<AcceptHead> = {}) {
    const rows = JSON.stringify(uuids.map((u) => ({ u })));
    return this.buffer.accept({ revision: 1, keyId, uuids: [...uuids], ...more }, rows);
  }

  /** Lets time go by, and the alarm ring whenever it is due. */
  async pass(length_ms: number): Promise<void> {
    const until_ms = this.now_ms + length_ms;
    for (let rings = 0; this.alarmAt_ms !== null && this.alarmAt_ms <= until_ms; rings += 1) {
      if (rings > 500) throw new Error("the alarm rings without end");
      this.now_ms = Math.max(this.now_ms, this.alarmAt_ms);
      this.alarmAt_ms = null;
      this.alarms += 1;
      await this.buffer.alarm();
    }
    // What an alarm does may itself take longer than that.
    this.now_ms = Math.max(this.now_ms, until_ms);
  }

  /** What the database has, in the order it came. */
  get kept(): string[] {
    return [...this.#kept];
  }

  get kept_events(): number {
    return this.#kept.size;
  }

  /** The database takes rows in: each once. */
  take(uuids: readonly string[]): void {
    for (const uuid of uuids) this.#kept.add(uuid);
  }

  #wake(): LiveBuffer {
    return new LiveBuffer(
      {
        store: new BufferStore(storageOf(this.#sqlite) as never, (rows) => {
          this.rows_written += rows;
        }),
        limits: this.limits,
        now_ms: () => this.now_ms,
        random: () => 0.5,
        secret: () => `key ${this.loads}`,
        pause: (length_ms) => this.pause(length_ms),
        setAlarm: (at_ms) => {
          this.alarmsSet += 1;
          this.alarmAt_ms = at_ms;
        },
        write: (work, config) => this.writer?.(work, config) ?? this.#write(work),
        loadConfig: async () => {
          this.loads += 1;
          const { config, configAway } = this;
          await this.configAfter;
          if (configAway) throw new Error("away");
          return config;
        },
        tell: (_, places) => {
          this.told += places.length;
        },
        publish: (figures, failures) => this.published.push({ ...figures, failures }),
        report: (where) => this.reports.push(where),
      },
      { gameId: "game000000000000", env: "live", shard: 0 },
      this.alarmAt_ms,
    );
  }

  async #write({ slice, silentSince_ms }: Write): Promise<Written> {
    const uuids =
      slice === undefined ? [] : (JSON.parse(slice.rows) as { u: string }[]).map(({ u }) => u);
    await this.database(uuids);
    this.take(uuids);
    if (silentSince_ms !== undefined) this.sweeps.push(silentSince_ms);
    return {
      ingest:
        slice === undefined
          ? undefined
          : {
              revision: this.config?.revision ?? null,
              events: uuids.length,
              revenue: [],
              open_seen_ms: this.openSeen_ms,
            },
      sweep: silentSince_ms === undefined ? undefined : { closed: 1, open_seen_ms: null },
    };
  }
}

export const uuidsOf = (bench: BufferBench, count: number) =>
  Array.from({ length: count }, () => bench.uuid());

/** An error as the database's driver throws it. @param code a SQLSTATE */
export function refused(code: string): Error {
  return Object.assign(new Error("refused"), { code });
}

export function benchConfig(more: Partial<GameConfig> = {}): GameConfig {
  return {
    gameId: "game000000000000",
    revision: 1,
    retention_days: 90,
    retention_days_before: 90,
    retentionFrom: "2026-01-01",
    settings: gameSettingsSchema.parse({ flushEvery_s: 30, flushEvents: 100 }),
    keys: [
      { id: keyId, kind: "write", env: "live" },
      { id: "sandbox-key1", kind: "write", env: "sandbox" },
      { id: "secret-key-1", kind: "secret", env: "live" },
    ],
    rules: [],
    ...more,
  };
}
