import type { Redis } from "../redis/client.ts";
import type { MeterBatch, MeterWriter } from "./batch.ts";
import { hour_ttl_s, hourKey, hourOf, roomsKey, socketsKey } from "./keys.ts";
import { inScope, newScope } from "./scope.ts";

type Entry = readonly [name: string, amount: number];

/** What one command of a flush writes; one that keeps keys alive writes nothing of the batch. */
interface Written {
  readonly field?: Entry;
  readonly sockets?: Entry;
}

/**
 * Writes batches to Redis: one pipeline, each command of which is billed, so that a flush costs as
 * many commands as it has numbers that changed. All of them add, so that it does not matter in
 * which order isolates and rooms are heard. Keys get their time to live once an hour.
 *
 * A flush whose answer is lost is repeated though it may have been written: numbers can then be too
 * high, by what one isolate counted between two flushes. Commands that Redis refuses alone are repeated alone.
 */
export function redisMeterWriter(redis: Pick<Redis, "pipeline">, version: string): MeterWriter {
  /** Keys that got their time to live in this hour; as many as there are parties, and two more. */
  const keptAlive = new Set<string>();
  let keptOf = "";
  return {
    write: async (batch, now_ms) => {
      const hour = hourOf(now_ms);
      const pipeline = redis.pipeline();
      const written: Written[] = [];
      const keys = new Set<string>();
      const add = (key: string, command: unknown, what: Written) => {
        keys.add(key);
        // The client chains: it is one command, whatever this returns.
        if (command !== undefined) written.push(what);
      };
      for (const field of batch.fields)
        add(hourKey(hour), pipeline.hincrby(hourKey(hour), ...field), { field });
      const parties = new Map<string, number>();
      for (const [id, change] of batch.sockets) {
        const [party, room] = partsOf(id);
        const key = roomsKey(version, party);
        add(key, pipeline.zincrby(key, change, room), { sockets: [id, change] });
        parties.set(party, (parties.get(party) ?? 0) + change);
      }
      // If this one alone is refused, the sum is off until the next deploy; the rooms are not.
      for (const total of parties)
        add(socketsKey(version), pipeline.hincrby(socketsKey(version), ...total), {});
      if (keptOf !== hour) keptAlive.clear();
      keptOf = hour;
      for (const key of keys) if (!keptAlive.has(key)) pipeline.expire(key, hour_ttl_s);
      try {
        const results = await inScope(newScope("meter"), () =>
          pipeline.exec<unknown[]>({ keepErrors: true }),
        );
        for (const key of keys) keptAlive.add(key);
        const failed = written.filter((_, index) => results[index]?.error !== undefined);
        return failed.length === 0 ? undefined : batchOf(failed);
      } catch {
        // The client's error repeats the commands; that Redis did not take them is all there is to say.
        return batch;
      }
    },
  };
}

/** The party and the room's own id, out of `<party>/<room>`. */
function partsOf(id: string): readonly [party: string, room: string] {
  const at = id.indexOf("/");
  return [id.slice(0, at), id.slice(at + 1)];
}

function batchOf(written: readonly Written[]): MeterBatch {
  return {
    fields: new Map(written.flatMap(({ field }) => (field ? [field] : []))),
    sockets: new Map(written.flatMap(({ sockets }) => (sockets ? [sockets] : []))),
  };
}
