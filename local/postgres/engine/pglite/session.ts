import { PGlite } from "@electric-sql/pglite";
import type { WireSession } from "../wire/connection.ts";
import {
  endStatus,
  errorResponse,
  query,
  readyForQuery,
  type TransactionStatus,
  wholeFrames,
} from "../wire/frames.ts";

/**
 * As PGlite starts Postgres by itself, but for what makes it differ from a server to a client: the
 * system tables are not writable (no `-O`) and the search path is the usual one. WAL is kept small,
 * since nobody replicates from here. fsync is off: a killed process loses nothing, because what it
 * wrote is the system's by then; a machine that loses power may lose its last seconds.
 */
const startParams = [
  "--single",
  "-F",
  "-j",
  ...[
    "exit_on_error=false",
    "log_checkpoints=false",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "io_method=sync",
    "wal_level=minimal",
    "max_wal_senders=0",
    "min_wal_size=32MB",
    "max_wal_size=64MB",
  ].flatMap((setting) => ["-c", setting]),
];

/** Settings whose values a server reports to its clients at login. */
const reported = [
  "server_version",
  "server_encoding",
  "client_encoding",
  "DateStyle",
  "IntervalStyle",
  "TimeZone",
  "integer_datetimes",
  "is_superuser",
  "session_authorization",
  "standard_conforming_strings",
  "in_hot_standby",
  "default_transaction_read_only",
  "search_path",
];

export interface PgliteSession extends WireSession {
  /** From `version()`: `18.6` and the PGlite around it. */
  readonly version: string;
  /** Writes everything to the data files, so that the log can be reused. Not in a transaction. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the embedded Postgres on a data folder.
 * @param reply_bytes_max the most one exchange may answer; it is held in memory
 */
export async function openPglite(folder: string, reply_bytes_max: number): Promise<PgliteSession> {
  const database = await PGlite.create(folder, { startParams });
  const settings = new Map<string, string>();
  for (const name of reported) {
    const { rows } = await database.query<Record<string, string>>(`SHOW ${name}`);
    const [value] = Object.values(rows[0] ?? {});
    if (value !== undefined) settings.set(name, value);
  }
  const { rows } = await database.query<{ version: string }>("SELECT version()");

  let lastExchange_ms = 0;
  const exchange = async (messages: Buffer) => {
    const reply = new BoundedReply(reply_bytes_max);
    const begin_ms = performance.now();
    await database.execProtocolRawStream(messages, {
      syncToFs: false,
      onRawData: (bytes) => reply.add(bytes),
    });
    lastExchange_ms = performance.now() - begin_ms;
    return reply.finish();
  };
  return {
    settings,
    get lastExchange_ms() {
      return lastExchange_ms;
    },
    version: rows[0]?.version ?? "",
    exchange,
    async reset() {
      // Without a transaction the first only warns. Within one the second would fail.
      await exchange(query("ROLLBACK"));
      await exchange(query("DISCARD ALL"));
    },
    async checkpoint() {
      await exchange(query("CHECKPOINT"));
    },
    close: () => database.close(),
  };
}

/**
 * Collects what Postgres writes during one exchange, which it does without a pause. Once it is too
 * much, the rest is dropped and the client is told so by an error in place of the missing rows.
 */
class BoundedReply {
  readonly #bytes_max: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  /** The last bytes seen: however much was dropped, they tell how the exchange ended. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max;
  }

  add(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    // A copy, because `bytes` is a view of memory that Postgres goes on using.
    if (this.#bytes <= this.#bytes_max) this.#chunks.push(Buffer.from(bytes));
    else this.#tail = Buffer.concat([this.#tail, bytes]).subarray(-6);
  }

  finish(): { reply: readonly Buffer[]; status: TransactionStatus | undefined } {
    if (this.#bytes <= this.#bytes_max)
      return { reply: this.#chunks, status: endStatus(Buffer.concat(this.#chunks.slice(-6))) };
    const kept = Buffer.concat(this.#chunks);
    const status = endStatus(Buffer.concat([kept, this.#tail]).subarray(-6));
    const message = `result is larger than ${this.#bytes_max} bytes, the most this engine answers`;
    const error = errorResponse("ERROR", "54000", message);
    const end = status === undefined ? [] : [readyForQuery(status)];
    return { reply: [wholeFrames(kept), error, ...end], status };
  }
}
