/** A repeatable source of randomness for property tests. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number in [0, below). */
  below(below: number): number;
  /** One of the items, each as likely; throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** Text of up to `length_max` code units, now and then with awkward characters in it. */
  text(length_max: number): string;
}

const awkward = ["\u0000", "\ud800", "\u202e", "é", "😀", '"', "\\", "%", "/", "..", " ", "{", "'"];

/**
 * Seeded randomness: the same seed gives the same run. The generator is mulberry32 (Tommy Ettinger,
 * public domain), which is ample for tests and for nothing else.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  };
  const text = (length_max: number) => {
    let out = "";
    for (let left = below(length_max + 1); left > 0; left -= 1)
      out += next() < 0.15 ? pick(awkward) : String.fromCharCode(32 + below(95));
    return out.slice(0, length_max);
  };
  return { next, below, pick, text };
}

/**
 * Runs a property many times from one seed, and names the seed in the error when it fails.
 * `SEED=<number>` in the environment replays a run.
 * @param runs how many times
 * @param property throws when it does not hold
 */
export async function forAll(
  runs: number,
  property: (random: Random, run: number) => void | Promise<void>,
): Promise<void> {
  const host = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const given = Number(host.process?.env?.SEED);
  const seed = Number.isInteger(given) && given > 0 ? given : Date.now() % 2_147_483_647;
  const random = seededRandom(seed);
  for (let run = 0; run < runs; run += 1) {
    try {
      await property(random, run);
    } catch (error) {
      throw new Error(`run ${run} failed; replay with SEED=${seed}`, { cause: error });
    }
  }
}
