/**
 * What a buffer remembers of events it has lately taken in, so that it can tell a client that one is
 * a duplicate without asking the database. It forgets the oldest; then the database finds out, and
 * all that changes is the word in the answer.
 */
export class RecentEvents {
  readonly #uuids = new Set<string>();
  readonly #batches = new Map<string, string>();
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

  /** What became of an earlier batch with the same idempotency key. */
  lookUp(key: string, uuids: readonly string[]): "new" | "same" | "other" {
    const known = this.#batches.get(key);
    if (known === undefined) return "new";
    return known === fingerprint(uuids) ? "same" : "other";
  }

  remember(uuids: readonly string[], key?: string): void {
    for (const uuid of uuids) this.#uuids.add(uuid);
    trim(this.#uuids, this.#uuids_max);
    if (key === undefined) return;
    this.#batches.set(key, fingerprint(uuids));
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

/** Two different batches under one key are a mistake of the client's; this finds it nearly always. */
function fingerprint(uuids: readonly string[]): string {
  return `${uuids.length} ${uuids[0] ?? ""} ${uuids.at(-1) ?? ""}`;
}
