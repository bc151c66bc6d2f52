/** Rows that one statement deletes, and statements of one run. */
export interface SliceLimits {
  readonly slice_max: number;
  readonly slices_max: number;
}

/**
 * Deletes in slices, so that no statement holds locks for long, until nothing is left or a run's limit
 * is reached.
 * @param deleteSome deletes up to so many rows, and says how many it found
 * @param progress told after each slice how much of the limit is used, and how many rows went
 * @returns how many rows went, and whether there may be more
 */
export async function deleteInSlices(
  { slice_max, slices_max }: SliceLimits,
  signal: AbortSignal,
  deleteSome: (limit: number) => Promise<number>,
  progress: (fraction: number, deleted: number) => void = () => {},
): Promise<{ readonly deleted: number; readonly more: boolean }> {
  let deleted = 0;
  for (let slice = 0; slice < slices_max; slice += 1) {
    signal.throwIfAborted();
    const rows = await deleteSome(slice_max);
    deleted += rows;
    progress(slice / slices_max, deleted);
    if (rows < slice_max) return { deleted, more: false };
  }
  return { deleted, more: true };
}
