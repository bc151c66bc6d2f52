import type { GameConfig } from "../../../protocol/analytics/buffer.ts";
import type { KeptConfig } from "./fact-store.ts";
import type { BufferPorts } from "./ports.ts";

/** A buffer reads the game's configuration anew for keys it does not know, this often at most. */
const reload_ms_min = 5_000;

/** What a buffer goes by: its game's configuration, of which its disk has a copy. */
export class KnownGame {
  readonly #ports: BufferPorts;
  #config: KeptConfig;
  #loadedAt_ms = Number.NEGATIVE_INFINITY;
  #loading: Promise<void> | undefined;

  constructor(ports: BufferPorts) {
    this.#ports = ports;
    this.#config = ports.store.facts.readConfig();
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

  /** Reads the configuration if one of these keys is not in it. */
  async seek(keyIds: readonly (string | undefined)[]): Promise<void> {
    const known = (id: string | undefined) =>
      id === undefined || this.#config?.keys.some((key) => key.id === id) === true;
    if (this.#config == null || !keyIds.every(known)) await this.reload();
  }

  /** The game has changed. An older configuration than the one that is known changes nothing. */
  configure(config: GameConfig | null): void {
    if (config !== null && this.#config != null && config.revision < this.#config.revision) return;
    this.#config = config;
    this.#ports.store.facts.writeConfig(config);
  }

  /**
   * Reads the configuration anew, unless that was done just now; keeps the old one if it cannot.
   * Whoever asks while it is being read waits for the same answer.
   */
  async reload(): Promise<KeptConfig> {
    const now_ms = this.#ports.now_ms();
    if (this.#loading === undefined && now_ms - this.#loadedAt_ms >= reload_ms_min) {
      this.#loadedAt_ms = now_ms;
      this.#loading = this.#load().finally(() => {
        this.#loading = undefined;
      });
    }
    await this.#loading;
    return this.#config;
  }

  async #load(): Promise<void> {
    try {
      this.configure(await this.#ports.loadConfig());
    } catch (error) {
      this.#ports.report("configuration", error);
    }
  }
}
