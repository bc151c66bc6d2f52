import type { BufferFigures, GameConfig } from "../../../protocol/analytics/buffer.ts";
import type { BufferLimits } from "../admit.ts";
import type { BufferStore } from "./store.ts";
import type { Write, Written } from "./writer.ts";

/** What a buffer reaches of the world. */
export interface BufferPorts {
  readonly store: BufferStore;
  readonly limits: BufferLimits;
  now_ms(): number;
  random(): number;
  /** A new key that nobody can guess. */
  secret(): string;
  /** Comes back after so long; requests come in meanwhile. */
  pause(length_ms: number): Promise<void>;
  setAlarm(at_ms: number): void;
  /** One round trip to the database. */
  write(work: Write, config: GameConfig): Promise<Written>;
  /** What the database says of the game; null when it is gone. @throws when it does not answer */
  loadConfig(): Promise<GameConfig | null>;
  /** Tells whoever watches of rows that were taken in. */
  tell(rows: string, places: readonly number[]): void;
  /** Keeps how the buffer stands where it can be read without waking it. */
  publish(figures: BufferFigures, failures: number): void;
  report(where: string, error: unknown): void;
}
