/** One thing to time; the samples of several are taken in turn, so that noise falls on all alike. */
export interface Contender {
  readonly name: string;
  /** One operation, awaited whole. */
  run(): Promise<unknown>;
}

/**
 * Times contenders in turn, in one run.
 * @param rounds measured operations of each; a tenth of that many warm up first
 * @returns for each name its durations in milliseconds, in the order taken
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  for (let round = 0; round < Math.ceil(rounds / 10); round++)
    for (const contender of contenders) await contender.run();
  const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contenders) {
      const began_ms = performance.now();
      await run();
      samples.get(name)?.push(performance.now() - began_ms);
    }
  }
  return samples;
}

/**
 * The value below which a share of the samples lies (nearest rank).
 * @param share from 0 to 1; 0.5 is the median
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(share * sorted.length)));
  return sorted[rank - 1] ?? Number.NaN;
}

/** Rounded to three digits behind the point, as results are printed. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
