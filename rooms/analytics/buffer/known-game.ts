import type { GameConfig } from "../../../protocol/analytics/buffer.ts";
import { afterMiss, isMissed, type Misses, mayAsk } from "../misses.ts";
import type { KeptConfig } from "./fact-store.ts";
import type { BufferPorts } from "./ports.ts";

/** Until the next try when the database did not answer: it may be back any moment. */
const failed_ms = 5_000;
/** What the game itself is missed as; no key has this id. */
const theGame = "";

type KeyIds = readonly (string | undefined)[];

/**
 * What a buffer goes by: its game's configuration, of which its disk has a copy. It is told of every
 * change, and asks for what it does not know: a key at once when it first meets it, then later each
 * time, which its disk remembers.
 */
export class KnownGame {
  readonly #ports: BufferPorts;
  #config: KeptConfig;
  #misses: Misses;
  #notBefore_ms = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(ports: BufferPorts) {
    this.#ports = ports;
    this.#config = ports.store.facts.readConfig();
    this.#misses = ports.store.facts.readMisses();
  }

  get config(): KeptConfig {
    return this.#config;
  }

  get flushEvery_ms(): number {
    return (this.#config?.settings.flushEvery_s ?? 30) * 1000;
  }

  get flushEvents(): number {
    return this.#config?.settings.flushEvents ?? 5_000;
  }

  /** Whether it is certain that these keys hold, or do not: the database has said so. */
  isSureOf(keyIds: KeyIds): boolean {
    if (this.#config === null) return true;
    return this.#lacking(keyIds).every((what) => isMissed(this.#misses, what));
  }

  /** The game has changed. An older configuration than the one that is known changes nothing. */
  configure(config: GameConfig | null): void {
    if (config !== null && this.#config != null && config.revision < this.#config.revision) return;
    this.#config = config;
    this.#ports.store.facts.writeConfig(config);
    if (config === null) return;
    const has = (what: string) => what === theGame || config.keys.some(({ id }) => id === what);
    this.#keepMisses(this.#misses.filter(({ what }) => !has(what)));
  }

  /**
   * Reads the configuration anew if the game or one of these keys is not known, and may be asked for;
   * keeps the old one if it cannot. Whoever asks while it is being read waits for the same answer, and
   * for a second one where the first does not have it: it may be older than the key.
   */
  async seek(keyIds: KeyIds = []): Promise<KeptConfig> {
    if (this.#isToAsk(keyIds)) await this.#loading;
    if (this.#isToAsk(keyIds)) {
      this.#loading ??= this.#load().finally(() => {
        this.#loading = undefined;
      });
      await this.#loading;
      this.#noteMisses(keyIds);
    }
    return this.#config;
  }

  #isToAsk(keyIds: KeyIds): boolean {
    const now_ms = this.#ports.now_ms();
    if (now_ms < this.#notBefore_ms) return false;
    return this.#lacking(keyIds).some((what) => mayAsk(this.#misses, what, now_ms));
  }

  /** What is not known of these keys: the game, or some of them. */
  #lacking(keyIds: KeyIds): readonly string[] {
    const config = this.#config;
    if (config == null) return [theGame];
    return keyIds.filter(
      (id): id is string => id !== undefined && !config.keys.some((key) => key.id === id),
    );
  }

  async #load(): Promise<void> {
    try {
      this.configure(await this.#ports.loadConfig());
    } catch (error) {
      this.#notBefore_ms = this.#ports.now_ms() + failed_ms;
      this.#ports.report("configuration", error);
    }
  }

  /** Of several who waited for one answer, the first notes what it did not have. */
  #noteMisses(keyIds: KeyIds): void {
    const now_ms = this.#ports.now_ms();
    // It did not answer: nothing is known of what it has.
    if (now_ms < this.#notBefore_ms) return;
    const missed = this.#lacking(keyIds).filter((what) => mayAsk(this.#misses, what, now_ms));
    this.#keepMisses(
      missed.reduce((misses, what) => afterMiss(misses, what, now_ms), this.#misses),
    );
  }

  #keepMisses(misses: Misses): void {
    const same =
      misses.length === this.#misses.length &&
      misses.every((miss, at) => miss === this.#misses[at]);
    if (same) return;
    this.#misses = misses;
    this.#ports.store.facts.writeMisses(misses);
  }
}
