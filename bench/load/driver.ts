import type { MeasuredModule } from "../../cost/measured.ts";
import type { Random } from "../../platform/testing/random.ts";

/** A running side of the comparison, known by its addresses; drivers see nothing else of it. */
export interface Side {
  readonly name: "edge" | "container";
  /** Origin of its HTTP API and of its sockets. */
  readonly url: string;
  /** Its Postgres, for making many people or games in one statement. */
  readonly databaseUrl: string;
  /** `ROOM_TOKEN_KEYS` as this side was started with, for tokens that no route hands out. */
  readonly roomTokenKeys: string;
}

/** Where a crowd says how its requests went. */
export interface Recorder {
  /**
   * An answer, and how long it took from the moment it was due (not from when it was sent), so that a
   * stall is felt by everybody who would have asked during it (no coordinated omission).
   * @param kind what was done, in the field's words, the same on both sides: `join`, `control`, `chat`
   */
  answered(kind: string, latency_ms: number): void;
  /**
   * No answer, or a wrong one.
   * @param why a short text of few kinds, for the report
   * @param waited_ms what it counts as among the latencies: as long as an answer is waited for, or
   *   longer. Without it nobody had waited for an answer, such as when a line is lost
   */
  failed(kind: string, why: string, waited_ms?: number): void;
  /** Bytes of payload that came from the side: bodies and frames. */
  received(bytes: number): void;
}

/** People who are there and about to behave, the same people on either side. */
export interface Crowd {
  /**
   * Behaves for so long: arrivals of a Poisson process from the given randomness, each sent when it is
   * due, however many are under way. Resolves when all answers are in or have been given up; from then
   * on nobody does anything until the next run, which goes on from where this one has left all.
   */
  run(duration_s: number, recorder: Recorder): Promise<void>;
  /** What they are at, in few words: both sides are to begin alike. */
  standing?(): string;
  /** Goes away: closes every socket. */
  leave(): Promise<void>;
}

/** Plays the people of one module against either side. */
export interface Driver {
  readonly module: MeasuredModule;
  /** What a person of this module does in an hour, in a sentence; it stands in the report. */
  readonly behaviour: string;
  /** Makes accounts, rooms or games and lets people come in, outside of what is measured. */
  prepare(side: Side, users: number, random: Random): Promise<Crowd>;
}
