import type { EventStore, QueuedEvent } from "./store.ts";

const table = "events";

/**
 * Keeps events in the browser's IndexedDB, where all tabs of the site share them.
 * @param name of the database: one for each game and player base on the same origin
 * @throws DOMException where the browser refuses, as some do in private windows
 */
export async function indexedDbStore(name: string): Promise<EventStore> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table, { keyPath: "uuid" });
  const db = await resultOf(opening);
  // Another tab with a newer version of this store must not have to wait for this one.
  db.onversionchange = () => db.close();
  const read = () => db.transaction(table).objectStore(table);
  const write = (change: (events: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const transaction = db.transaction(table, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(table));
    });
  return {
    add: (event) => write((events) => events.put(event)),
    oldest: (limit) => resultOf<QueuedEvent[]>(read().getAll(null, limit)),
    remove: (uuids) =>
      write((events) => {
        for (const uuid of uuids) events.delete(uuid);
      }),
    count: () => resultOf(read().count()),
    close: async () => db.close(),
  };
}

function resultOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
