/** What one player will have done: the plan is drawn first, events and truth both follow from it. */
export interface PlannedPlayer {
  readonly id: string;
  /** The day of the first session, counted from the world's first day. */
  readonly cohort: number;
  readonly sessions: readonly PlannedSession[];
}

export interface PlannedSession {
  /** The day the session begins. */
  readonly day: number;
  readonly start_ms: number;
  /** Signs of life after the start. */
  readonly heartbeats_ms: readonly number[];
  /** Undefined when the game crashed: the session then ends with its last heartbeat. */
  readonly end_ms: number | undefined;
  readonly attempts: readonly PlannedAttempt[];
  readonly marks: readonly { readonly name: string; readonly at_ms: number }[];
  readonly purchases: readonly PlannedPurchase[];
  readonly errors: readonly { readonly name: string; readonly at_ms: number }[];
}

export type AttemptOutcome = "complete" | "fail" | "quit";

export interface PlannedAttempt {
  /** From 1. */
  readonly level: number;
  /** Which attempt of this player at this level it is, from 1. */
  readonly attempt: number;
  readonly start_ms: number;
  /** Undefined for an attempt that was never ended: the game crashed within it. */
  readonly outcome: AttemptOutcome | undefined;
  readonly duration_ms: number;
  readonly score: number;
}

export interface PlannedPurchase {
  readonly transactionId: string;
  readonly at_ms: number;
  readonly currency: "EUR" | "USD" | "JPY";
  /** In the currency's minor unit; a refund names what it takes back. */
  readonly amount_minor: number;
  readonly refundedAt_ms: number | undefined;
}

export interface World {
  readonly seed: number;
  /** Midnight UTC at the beginning of day 0. */
  readonly begin_ms: number;
  /** Days in which somebody installs; play goes on for one more, so that the first cohort has a D30. */
  readonly installDays: number;
  readonly days: number;
  readonly levels: number;
  readonly players: readonly PlannedPlayer[];
}

export const day_ms = 86_400_000;

/** The date of a day as `YYYY-MM-DD`. */
export function dateOf(world: World, day: number): string {
  return new Date(world.begin_ms + day * day_ms).toISOString().slice(0, 10);
}

/** The day that holds a moment. */
export function dayOf(world: World, at_ms: number): number {
  return Math.floor((at_ms - world.begin_ms) / day_ms);
}
