import type { GameConfig } from "../../../protocol/analytics/buffer.ts";

/** Configurations that an isolate holds: each is some tens of kilobytes at most. */
const known_max = 100;

/**
 * What this isolate has last heard of games from their buffers. It is a guess that each buffer checks
 * by its revision before it keeps anything, so a wrong one costs a second request and nothing else.
 */
export class KnownGames {
  readonly #configs = new Map<string, GameConfig>();

  get(gameId: string): GameConfig | undefined {
    return this.#configs.get(gameId);
  }

  set(config: GameConfig): void {
    this.#configs.delete(config.gameId);
    this.#configs.set(config.gameId, config);
    const [oldest] = this.#configs.keys();
    if (this.#configs.size > known_max && oldest !== undefined) this.#configs.delete(oldest);
  }

  delete(gameId: string): void {
    this.#configs.delete(gameId);
  }
}
