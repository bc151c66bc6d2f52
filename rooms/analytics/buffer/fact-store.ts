import { type GameConfig, gameConfigSchema } from "../../../protocol/analytics/buffer.ts";
import { type Misses, missesSchema } from "../misses.ts";
import { type ForgottenPlayers, forgottenPlayersSchema } from "./forgotten.ts";
import type { CountedSql } from "./sql.ts";
import { type BufferStats, bufferStatsSchema, freshStats } from "./stats.ts";

/** A game's configuration as it is kept: null when the game is gone, undefined when nothing is known. */
export type KeptConfig = GameConfig | null | undefined;

/** A few facts on a buffer's disk, each by its name. */
export class FactStore {
  readonly #sql: CountedSql;

  constructor(sql: CountedSql) {
    this.#sql = sql;
    sql.write(
      "create table if not exists fact (name text primary key, value text not null) without rowid",
    );
  }

  readConfig(): KeptConfig {
    const text = this.#read("config");
    if (text === undefined) return undefined;
    const parsed = gameConfigSchema.nullable().safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  }

  writeConfig(config: GameConfig | null): void {
    this.#keep("config", JSON.stringify(config));
  }

  /** What the database did not have; nothing in rooms of before that was written down. */
  readMisses(): Misses {
    const parsed = missesSchema.safeParse(JSON.parse(this.#read("misses") ?? "[]"));
    return parsed.success ? parsed.data : [];
  }

  writeMisses(misses: Misses): void {
    if (misses.length === 0) this.#sql.write("delete from fact where name = 'misses'");
    else this.#keep("misses", JSON.stringify(misses));
  }

  /** The object's own name, which an alarm does not bring along everywhere. */
  readName(): string | undefined {
    return this.#read("name");
  }

  writeName(name: string | undefined): void {
    if (name !== undefined && this.readName() === undefined) this.#keep("name", name);
  }

  readStats(): BufferStats {
    const parsed = bufferStatsSchema.safeParse(JSON.parse(this.#read("stats") ?? "null"));
    return parsed.success ? parsed.data : freshStats;
  }

  writeStats(stats: BufferStats): void {
    this.#keep("stats", JSON.stringify(stats));
  }

  readForgotten(): ForgottenPlayers | undefined {
    const text = this.#read("forgotten");
    return text === undefined ? undefined : forgottenPlayersSchema.parse(JSON.parse(text));
  }

  writeForgotten(forgotten: ForgottenPlayers | undefined): void {
    if (forgotten === undefined) this.#sql.write("delete from fact where name = 'forgotten'");
    else this.#keep("forgotten", JSON.stringify(forgotten));
  }

  #read(name: string): string | undefined {
    const [row] = this.#sql.read<{ value: string }>("select value from fact where name = ?", name);
    return row?.value;
  }

  #keep(name: string, value: string): void {
    this.#sql.write(
      "insert into fact (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
      name,
      value,
    );
  }
}
