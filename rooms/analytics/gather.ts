/**
 * Batches that come within a few milliseconds of each other share one row on disk, and are answered
 * when it is there. Only where there is company: a batch that comes alone waits for nothing.
 */
export const gatherLimits = {
  /** How long the first of them waits. */
  wait_ms: 20,
  /** The batch before it came so long ago at most. */
  company_ms: 50,
  /** What waits together, at most: much more than comes in that time, and a bound of memory. */
  batches_max: 100,
  /** A batch so large shares its row with nobody, and so waits for nobody. */
  bytes_max: 16 * 1024,
} as const;

/** What is known when a batch comes. */
export interface GatherFacts {
  /** How long ago the batch before came. */
  readonly since_ms: number;
  readonly batch_bytes: number;
  /** Batches that wait already. */
  readonly waiting: number;
  /** How long the first of them has. */
  readonly waited_ms: number;
}

/** How long a batch may wait for others before it is written. */
export function gatherFor_ms(facts: GatherFacts): number {
  const { wait_ms, company_ms, batches_max, bytes_max } = gatherLimits;
  const isAlone = facts.since_ms > company_ms || facts.batch_bytes > bytes_max;
  const isOver = facts.waiting + 1 >= batches_max || facts.waited_ms >= wait_ms;
  return isAlone || isOver ? 0 : wait_ms;
}
