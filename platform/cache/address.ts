import { cacheLimits } from "./limits.ts";
import { type CacheName, definitionOf } from "./table.ts";

/** The keys in Redis of one cached value. */
export interface CacheAddress {
  readonly entry: string;
  readonly lease: string;
  /** In one order, each once, however they were given. */
  readonly tags: readonly string[];
}

/**
 * Where a value is kept, or undefined when its key or tags are beyond the limits and it is not to be
 * kept at all. The version of its cache is part of the address.
 */
export function addressOf(
  name: CacheName,
  key: string,
  tags: readonly string[],
): CacheAddress | undefined {
  const different = [...new Set(tags)].sort();
  const fits = key.length <= cacheLimits.key_length && different.length <= cacheLimits.tags;
  if (!fits || !different.every(isTag)) return undefined;
  const id = `${name}:${definitionOf(name).version}:${key}`;
  return { entry: `cache:${id}`, lease: `cache-lease:${id}`, tags: different.map(tagKey) };
}

/** Whether anything can be kept under a tag. */
export function isTag(tag: string): boolean {
  return tag.length <= cacheLimits.tag_length;
}

export function tagKey(tag: string): string {
  return `cache-tag:${tag}`;
}
