/** One room as a public list shows it. What is in it is what strangers may know. */
export interface DirectoryEntry {
  readonly id: string;
  readonly title: string;
  /** People in the room at the moment. */
  readonly people: number;
  /** Most people it takes. */
  readonly capacity: number;
  readonly mediaTitle: string;
  readonly locked: boolean;
  readonly hasPassword: boolean;
  /** When something last happened in it, in milliseconds since 1970. */
  readonly activeAt_ms: number;
}

/** A page of a list, the most recently active first. */
export interface DirectoryPage {
  readonly entries: readonly DirectoryEntry[];
  /** Where the next page begins; null when this was the last. Callers take it as it is. */
  readonly nextCursor: string | null;
}

/**
 * The public rooms of one party. It is never the only copy of anything: rooms announce themselves,
 * and an entry of which nothing is heard for a day is gone.
 *
 * Every method throws `DirectoryError` when the store does not answer.
 */
export interface Directory {
  /** Announces a room, or says anew how it is. */
  put(entry: DirectoryEntry): Promise<void>;
  /** Takes a room away; one that is not there is no error. */
  remove(id: string): Promise<void>;
  /**
   * A page of the rooms that were active within a day.
   * @param page `limit` from 1 to 100; `cursor` of the page before, null for the first page
   * @throws RangeError for a limit out of range, or for a cursor that is none
   */
  list(page: { readonly limit: number; readonly cursor: string | null }): Promise<DirectoryPage>;
}

/** The store behind a directory did not do as asked. It says no more: entries hold people's words. */
export class DirectoryError extends Error {
  override readonly name = "DirectoryError";
}

/** What bounds a directory. */
export const directoryLimits = {
  /** Rooms in one party; beyond that those that were active longest ago make way. */
  entries_max: 1_000,
  /** Rooms in one page. */
  page_max: 100,
  /** How long an entry stays without word from its room; as long as an empty room lives. */
  life_s: 24 * 60 * 60,
} as const;

/** A place in the list: behind the room with this id, active at this moment. */
export interface DirectoryCursor {
  readonly activeAt_ms: number;
  readonly id: string;
}

/** The place behind an entry, as text for an address. */
export function cursorBehind({ activeAt_ms, id }: DirectoryCursor): string {
  return `${activeAt_ms}.${id}`;
}

/** The place a text names, or undefined when it names none. */
export function parseDirectoryCursor(text: string): DirectoryCursor | undefined {
  const [, digits, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{4,64})$/.exec(text) ?? [];
  return digits === undefined || id === undefined ? undefined : { activeAt_ms: Number(digits), id };
}
