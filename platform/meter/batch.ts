/** What one flush writes: changes to add, each to the number of its name. */
export interface MeterBatch {
  /** By field of the hour's hash. */
  readonly fields: ReadonlyMap<string, number>;
  /** Sockets opened less sockets closed, by `<party>/<room>`. */
  readonly sockets: ReadonlyMap<string, number>;
}

/** Puts a batch where all isolates' numbers come together. */
export interface MeterWriter {
  /** @returns what was certainly not written, undefined when all was; it never throws */
  write(batch: MeterBatch, now_ms: number): Promise<MeterBatch | undefined>;
}

export function isEmptyBatch({ fields, sockets }: MeterBatch): boolean {
  return fields.size + sockets.size === 0;
}
