import type { z } from "zod";
import { addressOf, isTag, tagKey } from "./address.ts";
import { invalidate } from "./invalidate.ts";
import { type Background, type CacheParts, createIsolate, type Isolate } from "./isolate.ts";
import { readThrough } from "./read.ts";
import { type CacheName, definitionOf, type EndingCacheName } from "./table.ts";

export type { Background, CacheParts } from "./isolate.ts";

/** How one value is read. */
export type ReadOptions<Name extends CacheName, Schema extends z.ZodType> = {
  /**
   * What the value is, once it went through JSON: no dates, no maps, nothing that a transformation
   * makes, and not `undefined`. A value that does not come back from JSON through it is not kept.
   */
  readonly schema: Schema;
  /**
   * By what the value can be invalidated: at most 8, the same at every read of a key. Tags are one
   * space for all caches, so `user:42` may stand for entries of several.
   */
  readonly tags?: readonly string[];
} & (Name extends EndingCacheName
  ? {
      /** When the value itself ends, in milliseconds since 1970; it is not kept beyond that. */
      readonly expiresAt_ms: (value: z.output<Schema>) => number;
    }
  : { readonly expiresAt_ms?: never });

/** The named caches, as one request uses them. */
export interface Cache {
  /**
   * The value under a key, from Redis or loaded. A hit costs one Redis command, tags and lease
   * included, because one `MGET` reads entry, lease and tag versions together.
   *
   * Whatever Redis does, the answer is what `load` gives or gave within the cache's time, and comes
   * at most 35 ms later than from `load` alone. One kind of read can be later: one that has seen
   * another isolate hold the lease, and waits for it as long as its own load might have taken; should
   * that holder die, or Redis fail just then, it is late by that wait, at most 1.5 s.
   * @param key up to 200 characters; begin it with the module when several share the cache
   * @param load fetches the value from its source; `undefined` says that there is none. It may be
   *   called when the answer is long given, and its answer may serve others who read the same key
   * @throws what `load` throws, and nothing else
   */
  read<Name extends CacheName, Schema extends z.ZodType>(
    name: Name,
    key: string,
    load: () => Promise<z.output<Schema> | undefined>,
    options: ReadOptions<Name, Schema>,
  ): Promise<z.output<Schema> | undefined>;
  /**
   * Makes all entries under these tags misses, in every isolate, before it resolves. Call it after
   * the change is committed.
   *
   * When Redis does not confirm within 35 ms it goes on trying after the answer, for some seconds.
   * Should that fail too, entries live on, at most until their cache's time is over.
   * @returns whether Redis has confirmed it
   */
  invalidate(tags: readonly string[]): Promise<boolean>;
}

/** The caches of one isolate. */
export interface CacheOfIsolate {
  /** @param background takes what goes on after the answer: `waitUntil` of the request */
  forRequest(background: Background): Cache;
}

/**
 * Makes the caches of one isolate. It remembers how Redis is doing and which reads are in flight,
 * and no value.
 */
export function createCache(parts: CacheParts): CacheOfIsolate {
  const isolate = createIsolate(parts);
  return {
    forRequest: (background) => ({
      read: (name, key, load, options) => read(isolate, background, name, key, load, options),
      invalidate: (tags) => invalidate(isolate, tags.filter(isTag).map(tagKey), background),
    }),
  };
}

async function read<Name extends CacheName, Schema extends z.ZodType>(
  isolate: Isolate,
  background: Background,
  name: Name,
  key: string,
  load: () => Promise<z.output<Schema> | undefined>,
  { schema, tags = [], expiresAt_ms }: ReadOptions<Name, Schema>,
): Promise<z.output<Schema> | undefined> {
  const address = addressOf(name, key, tags);
  if (address === undefined) {
    isolate.counter.cached(name, "bypass");
    return await load();
  }
  const definition = definitionOf(name);
  const parse = (value: unknown) => parsed(schema, value);
  return await readThrough(isolate, {
    ...{ name, definition, address, load, parse, expiresAt_ms, background },
  });
}

/** A schema that throws, as one that is asynchronous does, fits nothing. */
function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> | undefined {
  try {
    return schema.safeParse(value).data;
  } catch {
    return undefined;
  }
}
