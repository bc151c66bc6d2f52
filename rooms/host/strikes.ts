/** Offences of one socket that are not yet forgiven. */
export interface Strikes {
  readonly count: number;
  /** When the newest came, less the part of a forgiveness already served. */
  readonly at_ms: number;
}

export const noStrikes: Strikes = { count: 0, at_ms: 0 };

const forgive_ms = 10_000;

/** One more offence; one earlier is forgiven for every 10 s that passed. */
export function strike(strikes: Strikes, now_ms: number): Strikes {
  const elapsed_ms = Math.max(0, now_ms - strikes.at_ms);
  const forgiven = Math.min(strikes.count, Math.floor(elapsed_ms / forgive_ms));
  const count = strikes.count - forgiven;
  const at_ms = count === 0 ? now_ms : strikes.at_ms + forgiven * forgive_ms;
  return { count: count + 1, at_ms };
}
