/** A batch under an idempotency key, as it is remembered. */
export interface KeyedBatch {
  readonly key: string;
  /** Of the batch as it was sent; undefined for batches of before there was one. */
  readonly fingerprint: string | undefined;
  /** What its sender heard, a letter for each event; undefined where that was not kept. */
  readonly said: string | undefined;
}

/**
 * Such a batch as one line on disk. Of old the line was the key alone. Keys come in headers, and no
 * header begins with a tab.
 */
export function keyLineOf({ key, fingerprint, said }: KeyedBatch): string {
  return fingerprint === undefined ? key : `\t${fingerprint}\t${said ?? ""}\t${key}`;
}

export function keyedBatchOf(line: string): KeyedBatch {
  const [, fingerprint, said, key] = /^\t([^\t]*)\t([^\t]*)\t(.*)$/s.exec(line) ?? [];
  if (key === undefined) return { key: line, fingerprint: undefined, said: undefined };
  return { key, fingerprint, said: said === "" ? undefined : said };
}

/** What became of an earlier batch with the same idempotency key, and what was said of it. */
export type Earlier =
  | { readonly type: "new" | "other" }
  | { readonly type: "same"; readonly said: string | undefined };

/**
 * What a buffer remembers of events it has lately taken in, so that it can tell a client that one is
 * a duplicate without asking the database. It forgets the oldest; then the database finds out, and
 * all that changes is the word in the answer.
 */
export class RecentEvents {
  readonly #uuids = new Set<string>();
  readonly #batches = new Map<string, KeyedBatch & { readonly ends: string }>();
  readonly #uuids_max: number;
  readonly #batches_max: number;

  constructor(uuids_max = 20_000, batches_max = 200) {
    this.#uuids_max = uuids_max;
    this.#batches_max = batches_max;
  }

  /** Places of uuids that are known, or stand earlier in the same list. */
  duplicatesIn(uuids: readonly string[]): number[] {
    const own = new Set<string>();
    return uuids.flatMap((uuid, at) => {
      if (this.#uuids.has(uuid) || own.has(uuid)) return [at];
      own.add(uuid);
      return [];
    });
  }

  lookUp({ key, fingerprint }: KeyedBatch, uuids: readonly string[]): Earlier {
    const known = this.#batches.get(key);
    if (known === undefined) return { type: "new" };
    const isSame =
      known.fingerprint === undefined || fingerprint === undefined
        ? known.ends === endsOf(uuids)
        : known.fingerprint === fingerprint;
    return isSame ? { type: "same", said: known.said } : { type: "other" };
  }

  remember(uuids: readonly string[], batch?: KeyedBatch): void {
    for (const uuid of uuids) this.#uuids.add(uuid);
    trim(this.#uuids, this.#uuids_max);
    if (batch === undefined) return;
    this.#batches.set(batch.key, { ...batch, ends: endsOf(uuids) });
    trim(this.#batches, this.#batches_max);
  }
}

function trim(
  kept: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  size_max: number,
): void {
  const keys = kept.keys();
  while (kept.size > size_max) kept.delete(String(keys.next().value));
}

/** What batches are known by that came without a fingerprint: it tells two apart nearly always. */
function endsOf(uuids: readonly string[]): string {
  return `${uuids.length} ${uuids[0] ?? ""} ${uuids.at(-1) ?? ""}`;
}
