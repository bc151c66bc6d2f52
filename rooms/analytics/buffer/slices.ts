import type { Slice } from "../plan.ts";
import type { Ledger } from "./ledger.ts";
import type { BufferStore } from "./store.ts";

/** Whether a slice is only the first events of a chunk. */
function isPart({ chunks: [first], events }: Slice): boolean {
  return first !== undefined && events < first.events;
}

/** What one statement is to take in. */
export function readSlice(store: BufferStore, slice: Slice) {
  const ids = slice.chunks.map(({ id }) => id);
  const [first] = ids;
  return first !== undefined && isPart(slice)
    ? store.readFirst(first, slice.events)
    : store.read(ids);
}

/** Takes off the disk what the database has. */
export function releaseSlice(store: BufferStore, ledger: Ledger, slice: Slice): void {
  const [first] = slice.chunks;
  if (first !== undefined && isPart(slice)) {
    store.cut(first.id, slice.events);
    ledger.recount();
    return;
  }
  const batches = store.delete(slice.chunks.map(({ id }) => id));
  const bytes = slice.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  ledger.released(batches, slice.events, bytes);
}
