import { z } from "zod";
import type { CacheAddress } from "./address.ts";
import { cacheLimits } from "./limits.ts";
import type { Look } from "./store.ts";
import type { CacheDefinition } from "./table.ts";

/** The version of each tag of an address, in its order. */
export type Versions = readonly string[];

/** What an entry holds; `unkept` says that there is a value which could not be kept. */
const contentSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("value"), value: z.unknown() }),
  z.object({ type: z.literal("absent") }),
  z.object({ type: z.literal("unkept") }),
]);
export type Content = z.infer<typeof contentSchema>;

/** An entry names its own key, so that an answer meant for another question is not believed. */
const entrySchema = z.object({
  key: z.string(),
  versions: z.array(z.string()),
  freshUntil_ms: z.number(),
  content: contentSchema,
});

/** What a look in Redis means to a read. `undefined` as a value is "there is no such thing". */
export type Finding<T> =
  | { readonly type: "fresh"; readonly value: T | undefined }
  | { readonly type: "stale"; readonly value: T; readonly missing: Missing }
  | { readonly type: "unkept"; readonly missing: Missing }
  | Missing;

export interface Missing {
  readonly type: "missing";
  /**
   * Whether somebody loads the value at this moment, as a look has seen it. An `outdated` lease was
   * taken before the last invalidation. A claim gets `ours` or is `refused`.
   */
  readonly lease: "free" | "held" | "outdated" | "ours" | "refused";
  /** Undefined where a tag has no version yet. */
  readonly versions: readonly (string | undefined)[];
}

/** Parses a value of a cache; undefined when it is not one. */
export type Parse<T> = (value: unknown) => T | undefined;

export function encodeEntry(
  address: CacheAddress,
  versions: Versions,
  freshUntil_ms: number,
  content: Content,
): string {
  const entry: z.infer<typeof entrySchema> = {
    key: address.entry,
    versions: [...versions],
    freshUntil_ms,
    content,
  };
  return JSON.stringify(entry);
}

/** What the holder of a lease writes into it: what it loads, and for which state of the tags. */
export function leaseText(address: CacheAddress, versions: Versions): string {
  return `held:${address.entry}:${versions.join(".")}`;
}

/**
 * Judges what a look has found. Anything that is not wholly right is missing: of another key or
 * shape, with a tag that changed or is gone, or fresh for longer than its cache allows.
 */
export function judge<T>(
  look: Look,
  address: CacheAddress,
  definition: CacheDefinition,
  parse: Parse<T>,
  now_ms: number,
): Finding<T> {
  const missing: Missing = {
    type: "missing",
    lease: leaseStateOf(look, address),
    versions: look.versions,
  };
  const entry = entrySchema.safeParse(look.entry).data;
  if (entry === undefined || entry.key !== address.entry) return missing;
  if (!sameVersions(entry.versions, look.versions)) return missing;
  const left_ms = entry.freshUntil_ms - now_ms;
  if (left_ms > definition.ttl_s * 1000 + cacheLimits.skew_ms) return missing;
  if (entry.content.type !== "value") {
    if (left_ms <= 0) return missing;
    return entry.content.type === "absent"
      ? { type: "fresh", value: undefined }
      : { type: "unkept", missing };
  }
  const value = parse(entry.content.value);
  if (value === undefined || left_ms <= -definition.stale_s * 1000) return missing;
  return left_ms > 0 ? { type: "fresh", value } : { type: "stale", value, missing };
}

function leaseStateOf({ lease, versions }: Look, address: CacheAddress): Missing["lease"] {
  if (lease === undefined) return "free";
  const known = versions.filter((version) => version !== undefined);
  return known.length === versions.length && lease === leaseText(address, known)
    ? "held"
    : "outdated";
}

/** A tag without a version matches nothing, so that a tag Redis lost takes its entries with it. */
function sameVersions(kept: Versions, now: readonly (string | undefined)[]): boolean {
  return kept.length === now.length && kept.every((version, index) => version === now[index]);
}
