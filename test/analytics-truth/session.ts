import type { Random } from "../../platform/testing/random.ts";
import type { AttemptOutcome, PlannedAttempt, PlannedPurchase, PlannedSession } from "./plan.ts";

/** How far a player has come; sessions carry it on. */
export interface Progress {
  level: number;
  /** Attempts at this level so far. */
  attempt: number;
  /** Whether the last level is won. */
  ended: boolean;
}

export interface SessionInput {
  /** Unique in the world. */
  readonly key: string;
  readonly day: number;
  readonly start_ms: number;
  readonly progress: Progress;
  /** Whether it is the player's first one. */
  readonly first: boolean;
}

const levels = 40;
const heartbeat_ms = 60_000;

/** The chance to win an attempt: harder with every level, and two walls. */
export function chanceToWin(level: number): number {
  if (level === 7) return 0.25;
  if (level === 13) return 0.2;
  return 0.92 - level * 0.012;
}

/** Draws one session: attempts one after the other, now and then a purchase, a crash, an error. */
export function planSession(random: Random, input: SessionInput): PlannedSession {
  const { start_ms, progress, key, day, first } = input;
  const crashed = random.next() < 0.06;
  let at_ms = start_ms + 1_000 + random.below(4_000);
  const marks = first ? tutorial(random, at_ms) : [];
  at_ms = (marks.at(-1)?.at_ms ?? at_ms) + 1_000;
  const attempts: PlannedAttempt[] = [];
  const count = 1 + random.below(3);
  for (let nth = 0; nth < count && !progress.ended; nth += 1) {
    const open = crashed && nth === count - 1;
    const attempt = planAttempt(random, progress, at_ms, open);
    attempts.push(attempt);
    at_ms += attempt.duration_ms + 500 + random.below(3_000);
  }
  const errors = crashed || random.next() < 0.01 ? [{ name: errorName(random), at_ms }] : [];
  const purchases = random.next() < 0.04 ? [planPurchase(random, key, at_ms + 100)] : [];
  const end_ms = at_ms + 1_000;
  const heartbeats_ms: number[] = [];
  for (let beat_ms = start_ms + heartbeat_ms; beat_ms < end_ms; beat_ms += heartbeat_ms)
    heartbeats_ms.push(beat_ms);
  return {
    ...{ day, start_ms, heartbeats_ms, attempts, marks, purchases, errors },
    end_ms: crashed ? undefined : end_ms,
  };
}

function tutorial(random: Random, from_ms: number): PlannedSession["marks"] {
  const steps = ["tutorial_begin", "tutorial_move", "tutorial_done"];
  const reached = 1 + (random.next() < 0.93 ? 1 : 0) + (random.next() < 0.88 ? 1 : 0);
  return steps.slice(0, reached).map((name, at) => ({ name, at_ms: from_ms + at * 7_000 }));
}

function planAttempt(
  random: Random,
  progress: Progress,
  start_ms: number,
  open: boolean,
): PlannedAttempt {
  progress.attempt += 1;
  const { level, attempt } = progress;
  const duration_ms = 5_000 + random.below(40_000) + level * 200;
  const score = random.below(1_000);
  const outcome = open ? undefined : drawOutcome(random, level);
  if (outcome === "complete") {
    progress.ended = level === levels;
    progress.level = Math.min(levels, level + 1);
    progress.attempt = 0;
  }
  return { level, attempt, start_ms, outcome, duration_ms, score };
}

function drawOutcome(random: Random, level: number): AttemptOutcome {
  const drawn = random.next();
  if (drawn < chanceToWin(level)) return "complete";
  return random.next() < 0.15 ? "quit" : "fail";
}

const prices = [
  { currency: "EUR", amount_minor: 199 },
  { currency: "EUR", amount_minor: 1_999 },
  { currency: "USD", amount_minor: 499 },
  { currency: "JPY", amount_minor: 600 },
] as const;

function planPurchase(random: Random, key: string, at_ms: number): PlannedPurchase {
  const refunded = random.next() < 0.05;
  return {
    ...random.pick(prices),
    transactionId: `tx-${key}`,
    at_ms,
    refundedAt_ms: refunded ? at_ms + 200 : undefined,
  };
}

function errorName(random: Random): string {
  return random.pick(["out_of_memory", "asset_missing", "network_timeout"]);
}
