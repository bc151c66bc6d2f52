import { z } from "zod";

/** A value that tells which one it is: of which key, and its how manieth. */
export const writtenSchema = z.object({ key: z.string(), number: z.number() });
export type Written = z.infer<typeof writtenSchema>;

/** A value's source, which remembers when each number of it came to be. */
export class WrittenSource {
  readonly #since_ms: number[];
  /** The number that readers must at least see, because the invalidation of the last was confirmed. */
  least = 0;
  readonly key: string;
  readonly tags: readonly string[];

  /** @param tags by the first of which a write invalidates it */
  constructor(key: string, tags: readonly string[], now_ms: number) {
    this.key = key;
    this.tags = tags;
    this.#since_ms = [now_ms];
  }

  get number(): number {
    return this.#since_ms.length - 1;
  }

  /** Reads as a query does: at its beginning, however long the answer takes. */
  async load(takeTime: () => Promise<void>): Promise<Written> {
    const { key, number } = this;
    await takeTime();
    return { key, number };
  }

  /** The next number, and then the invalidation. */
  async write(
    now_ms: number,
    invalidate: (tags: readonly string[]) => Promise<boolean>,
  ): Promise<void> {
    this.#since_ms.push(now_ms);
    const { number } = this;
    const confirmed = await invalidate(this.tags.slice(0, 1));
    if (confirmed && this.tags.length > 0) this.least = Math.max(this.least, number);
  }

  /** When a number was overtaken by the next one. */
  until_ms(number: number): number {
    return this.#since_ms[number + 1] ?? Number.POSITIVE_INFINITY;
  }
}

/** One read of a source, and what was known when it began. */
export interface SourceRead {
  readonly source: WrittenSource;
  readonly least: number;
  readonly began_ms: number;
  readonly value: Written | undefined;
}

/**
 * What is wrong with an answer, or undefined when it is right: of its key, not invalidated before
 * the read began, and not older than the cache may show.
 */
export function complaint(
  { source, least, began_ms, value }: SourceRead,
  age_ms_max: number,
): string | undefined {
  if (value?.key !== source.key) return `${source.key} was asked for, and came ${value?.key}`;
  if (value.number < least) return `${value.number} was invalidated before ${least}`;
  if (value.number > source.number) return `${value.number} was never written`;
  const overdue_ms = began_ms - source.until_ms(value.number) - age_ms_max;
  return overdue_ms > 0 ? `${value.number} should have gone ${overdue_ms} ms ago` : undefined;
}
