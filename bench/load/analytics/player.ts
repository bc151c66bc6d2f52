import { randomUUID } from "node:crypto";
import type { Random } from "../../../platform/testing/random.ts";
import { type Analytics, startClient } from "../../../sdk/client.ts";
import { limits } from "../../../sdk/limits.ts";
import { memoryStore } from "../../../sdk/store.ts";
import { exponential } from "../arrivals.ts";
import type { Studio } from "./studio.ts";

/** A session lasts so long on average; then somebody else plays. */
const session_ms_mean = 12 * 60_000;
/** Something happens in a game so often. */
const event_ms_mean = 10_000;
/** Sessions in which something is bought. */
const buys = 0.01;
/** Of what happens outside of a level, how often it is the start of one; inside, its end. */
const startsLevel = 0.5;
const endsLevel = 0.3;
const wins = 0.65;
const levels = 40;
const actions = ["shop_opened", "item_used", "tower_built", "quest_read", "chest_found"] as const;

/** A place at which one player after another plays a session, with the SDK in the game. */
export class Player {
  readonly #studio: Studio;
  readonly #random: Random;
  #client: Analytics | undefined;
  #buys = false;
  /** The level that is being played, and since when. */
  #level:
    | { readonly name: string; readonly attempt: number; readonly began_ms: number }
    | undefined;

  constructor(studio: Studio, random: Random) {
    this.#studio = studio;
    this.#random = random;
  }

  /** Has played for a while when others look: the session is known, and its next heartbeat is near. */
  async arrive(): Promise<void> {
    await this.#start(this.#random.next() * limits.heartbeat_ms);
    await this.#client?.event("game_opened");
    await this.#client?.flush();
  }

  /** Begins to play. The session itself begins with the first event, as the SDK has it. */
  async #start(firstHeartbeat_ms: number = limits.heartbeat_ms): Promise<void> {
    const { side, key } = this.#studio;
    this.#buys = this.#random.next() < buys;
    this.#level = undefined;
    this.#client = await startClient(
      { url: side.url, writeKey: key, player: randomUUID(), appVersion: "1.2.3", platform: "web" },
      this.#studio.storeFor(memoryStore()),
      this.#studio.host(firstHeartbeat_ms),
    );
  }

  /** Means to play on, in this run. */
  begin(): void {
    const { agenda } = this.#studio;
    agenda.repeat(
      () => exponential(this.#random, event_ms_mean),
      () => this.#act(),
    );
    this.#planHandOver(performance.now());
  }

  /** Whether all that happened has been answered. */
  get settled(): boolean {
    return this.#client === undefined || this.#client.stats().waiting === 0;
  }

  async stop(): Promise<void> {
    await this.#client?.stop();
    this.#client = undefined;
  }

  #planHandOver(from_ms: number): void {
    const { agenda } = this.#studio;
    const handOver = (due_ms: number) => void this.#handOver(due_ms);
    agenda.after(exponential(this.#random, session_ms_mean), handOver, from_ms);
  }

  async #handOver(due_ms: number): Promise<void> {
    await this.stop();
    await this.#start();
    this.#planHandOver(due_ms);
  }

  #act(): void {
    const client = this.#client;
    if (client === undefined) return;
    if (this.#buys) {
      this.#buys = false;
      const transactionId = randomUUID();
      const price = { amount_minor: 499, currency: "USD", product: "gems_100" };
      void client.revenue({ store: "play", transactionId, ...price });
    }
    const chance = this.#random.next();
    if (this.#level === undefined && chance < startsLevel) this.#startLevel(client);
    else if (this.#level !== undefined && chance < endsLevel) this.#endLevel(client);
    else
      void client.event(this.#random.pick(actions), {
        screen: "tower",
        item: `sword-${this.#random.below(17)}`,
        coins: this.#random.below(1_000),
        difficulty: "hard",
      });
  }

  #startLevel(client: Analytics): void {
    const name = `stage ${1 + this.#random.below(levels)}`;
    this.#level = { name, attempt: 1 + this.#random.below(3), began_ms: performance.now() };
    void client.level({ level: name, status: "start", attempt: this.#level.attempt });
  }

  #endLevel(client: Analytics): void {
    const level = this.#level;
    if (level === undefined) return;
    this.#level = undefined;
    const { name, attempt, began_ms } = level;
    const won = this.#random.next() < wins;
    void client.level({
      level: name,
      status: won ? "complete" : "fail",
      attempt,
      duration_ms: Math.round(performance.now() - began_ms),
      ...(won ? { score: 1_000 + this.#random.below(9_000) } : {}),
    });
  }
}
