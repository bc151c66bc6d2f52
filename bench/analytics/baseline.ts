import process from "node:process";
import fastify from "fastify";
import pg from "pg";
import { z } from "zod";

/**
 * The document's writer as a server of its own: events are pushed into an array, and every five
 * seconds, or once a hundred wait, the array is written row by row through a pool. It writes raw
 * events and nothing else: the document adds levels up in a job of its own, once a night, so that
 * work is not in this figure, while the product's has all its roll-ups in it.
 *
 * It is run as a child process, so that its CPU time can be read, and says by itself when its array
 * is empty, so that nobody has to ask it again and again.
 */

const MAX_BATCH_SIZE = 100;
const MAX_BATCH_DELAY_MS = 5_000;
const MAX_BUFFER_SIZE = 1_000;

const eventSchema = z.object({
  uuid: z.uuid(),
  kind: z.string(),
  player: z.string().min(1).max(64),
  name: z.string().max(64).optional(),
  props: z.record(z.string(), z.unknown()).optional(),
});
type PendingEvent = z.infer<typeof eventSchema>;

/** What the process says of itself: where it listens, and then each time its array is empty. */
export const baselineMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("listening"), url: z.string() }),
  z.object({
    type: z.literal("empty"),
    flushed: z.number(),
    dropped: z.number(),
    cpu_us: z.number(),
  }),
]);
export type BaselineMessage = z.infer<typeof baselineMessageSchema>;

class EventBatchWriter {
  #buffer: PendingEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing = false;
  totalFlushed = 0;
  totalDropped = 0;
  readonly #pool: pg.Pool;
  readonly #empty: () => void;

  /** @param empty called each time that all there was is written */
  constructor(pool: pg.Pool, empty: () => void) {
    this.#pool = pool;
    this.#empty = empty;
  }

  enqueue(event: PendingEvent): void {
    if (this.#buffer.length >= MAX_BUFFER_SIZE) {
      this.totalDropped += 1;
      return;
    }
    this.#buffer.push(event);
    this.#timer ??= setTimeout(() => void this.flush(), MAX_BATCH_DELAY_MS);
    if (this.#buffer.length >= MAX_BATCH_SIZE) setImmediate(() => void this.flush());
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#flushing) return;
    this.#flushing = true;
    try {
      while (this.#buffer.length > 0) {
        for (const event of this.#buffer.splice(0, MAX_BATCH_SIZE)) {
          const { uuid, kind, player, name, props } = event;
          await this.#pool.query(
            "insert into baseline_event (id, kind, player, name, props) values ($1, $2, $3, $4, $5) on conflict do nothing",
            [uuid, kind, player, name ?? null, props ?? null],
          );
          this.totalFlushed += 1;
        }
      }
    } finally {
      this.#flushing = false;
    }
    this.#empty();
  }
}

async function run({ databaseUrl }: { readonly databaseUrl: string }): Promise<void> {
  const say = (message: BaselineMessage) => process.send?.(message);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  await pool.query(
    "create table if not exists baseline_event (id uuid primary key, kind text, player text, name text, props jsonb, at timestamptz default now())",
  );
  await pool.query("truncate baseline_event");
  const writer = new EventBatchWriter(pool, () => {
    const { user, system } = process.cpuUsage();
    const { totalFlushed: flushed, totalDropped: dropped } = writer;
    say({ type: "empty", flushed, dropped, cpu_us: user + system });
  });
  const app = fastify({ bodyLimit: 2 * 1024 * 1024 });
  const body = z.object({ events: z.array(eventSchema).min(1).max(500) });
  app.post("/events", async (request, reply) => {
    const parsed = body.safeParse(request.body);
    if (!parsed.success) return reply.code(400).send({ error: "invalid" });
    for (const event of parsed.data.events) writer.enqueue(event);
    return reply.code(202).send({ accepted: parsed.data.events.length });
  });
  say({ type: "listening", url: await app.listen({ host: "127.0.0.1", port: 0 }) });
  process.on("disconnect", () => process.exit(0));
}

if (import.meta.main) await run(JSON.parse(process.argv[2] ?? "{}") as { databaseUrl: string });
