import { DurableObject } from "cloudflare:workers";
import { findGameConfig } from "../../../db/queries/analytics-game.ts";
import type { MeteredRedis } from "../../../platform/meter/isolate.ts";
import { inScope, newScope } from "../../../platform/meter/scope.ts";
import type { MeterUnit } from "../../../platform/meter/units.ts";
import { keepBufferReport } from "../../../platform/reports/buffer-reports.ts";
import { serviceHeader } from "../../../platform/tokens/claims-header.ts";
import {
  type BufferAddress,
  type BufferFigures,
  bufferName,
  type GameConfig,
  gameConfigSchema,
  parseBufferName,
} from "../../../protocol/analytics/buffer.ts";
import { AwakeTime } from "../../host/awake-time.ts";
import { reportFailure } from "../../host/report.ts";
import { problemResponse } from "../../host/service.ts";
import { databaseOf, meteredRedisOf } from "../../host/stores.ts";
import { bufferLimits } from "../admit.ts";
import { answerRequest } from "./answer.ts";
import { LiveBuffer } from "./live-buffer.ts";
import { BufferStore } from "./store.ts";
import { type TailNamespace, TailTeller } from "./tail.ts";
import { BufferWriter } from "./writer.ts";

/** A slice of some thousand events with all their roll-ups, on a database that has just been woken. */
const query_ms_max = 25_000;
const party = "analytics buffer";

/** What the object is bound to, beside its stores. */
interface BufferEnv {
  readonly ANALYTICS_TAIL: TailNamespace;
}

/**
 * The Durable Object of a buffer. It takes requests from our own functions alone, which nobody else
 * can address it by. It holds no socket, and a timer only while somebody waits for an answer: between
 * two batches it is gone from memory, and its one alarm wakes it to write.
 */
export class AnalyticsBuffer extends DurableObject {
  readonly #env: BufferEnv;
  readonly #metered: MeteredRedis | undefined;
  readonly #store: BufferStore;
  readonly #awake = new AwakeTime((length_ms) => this.#count("room_awake_ms", length_ms));
  readonly #address: BufferAddress | undefined;
  #live: LiveBuffer | undefined;
  #teller: TailTeller | undefined;

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env);
    this.#env = env as unknown as BufferEnv;
    this.#metered = meteredRedisOf(env);
    this.#store = new BufferStore(ctx.storage.sql, (rows) => this.#count("rows_written", rows));
    this.#address = parseBufferName(ctx.id.name ?? this.#store.facts.readName() ?? "");
    this.#count("room_wakes", 1);
    ctx.blockConcurrencyWhile(async () => {
      const alarmAt_ms = await ctx.storage.getAlarm();
      if (this.#address !== undefined)
        this.#live = new LiveBuffer(this.#portsOf(this.#address), this.#address, alarmAt_ms);
    });
  }

  override async fetch(request: Request): Promise<Response> {
    const live = this.#live;
    if (request.headers.get(serviceHeader) !== "1" || live === undefined)
      return problemResponse("token_invalid");
    try {
      return await this.#counted(() => answerRequest(live, request));
    } catch (error) {
      reportFailure(party, "fetch", error);
      return problemResponse("internal");
    }
  }

  override async alarm(): Promise<void> {
    this.#count("room_requests", 1);
    await this.#counted(async () => this.#live?.alarm());
  }

  /** Runs something on analytics' account, and lets the isolate's meter write when that is due. */
  async #counted<T>(run: () => Promise<T>): Promise<T> {
    this.#awake.hold(Date.now());
    try {
      return await inScope(newScope("analytics"), run);
    } finally {
      const meter = this.#metered?.meter;
      const telling = meter?.isDue ? meter.flushIfDue() : undefined;
      if (telling !== undefined) this.#goOn(telling);
      this.#awake.release(Date.now());
    }
  }

  /** Work that nobody waits for: the object is up until it has ended. */
  #goOn(work: Promise<unknown>): void {
    this.ctx.waitUntil(this.#awake.during(work, Date.now));
  }

  #count(unit: MeterUnit, amount: number): void {
    if (amount > 0) this.#metered?.meter.count("analytics", unit, amount);
  }

  #portsOf(address: BufferAddress) {
    const db = databaseOf(this.env, query_ms_max, this.#metered?.meter);
    if (db === undefined) throw new Error("DATABASE_URL is not set");
    const writer = new BufferWriter(db, address);
    return {
      store: this.#store,
      limits: bufferLimits,
      now_ms: Date.now,
      random: Math.random,
      secret: () => crypto.randomUUID(),
      pause: (length_ms: number) => scheduler.wait(length_ms),
      setAlarm: (at_ms: number) => {
        this.#store.facts.writeName(this.ctx.id.name);
        this.#count("rows_written", 1);
        this.ctx.storage.setAlarm(at_ms).catch((error: unknown) => {
          // Memory is ahead of the disk: start anew from what is there.
          reportFailure(party, "alarm", error);
          this.ctx.abort("an alarm was not set");
        });
      },
      write: writer.write.bind(writer),
      loadConfig: async (): Promise<GameConfig | null> => {
        const found = await findGameConfig(db, address.gameId);
        return found === undefined ? null : gameConfigSchema.parse(found);
      },
      tell: (rows: string, places: readonly number[]) => {
        this.#teller ??= new TailTeller(this.#env.ANALYTICS_TAIL, address, {
          now_ms: Date.now,
          random: Math.random,
          pause: (length_ms) => scheduler.wait(length_ms),
          over: () => this.#live?.nobodyWatches(),
        });
        const telling = this.#teller.note(rows, places);
        if (telling !== undefined) this.#goOn(telling);
      },
      publish: (figures: BufferFigures, failures: number) => {
        const redis = this.#metered?.redis;
        if (redis === undefined) return;
        const report = { ...figures, gameId: address.gameId, at_ms: Date.now(), failures };
        // It says so again within minutes; the client's error repeats its commands.
        this.#goOn(keepBufferReport(redis, bufferName(address), report).catch(() => undefined));
      },
      report: (where: string, error: unknown) => reportFailure(party, where, error),
    };
  }
}
