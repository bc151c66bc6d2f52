import { z } from "zod";
import type { Redis } from "../redis/client.ts";
import type { CacheAddress } from "./address.ts";
import type { CacheStore, Claim, Claimed } from "./store.ts";

/** The commands of Redis that a cache uses. */
export type CacheRedis = Pick<Redis, "mget" | "set" | "del" | "pipeline" | "multi">;

const texts = z.array(z.string().nullable());
const versionsSchema = z.array(z.string());
const oldLease = z.string().nullable();
const ok = z.literal("OK");
const okUnlessThere = ok.nullable();
const count = z.number();

/**
 * A cache's store in Redis, with commands counted as Upstash bills them: each command of a pipeline
 * or a transaction is one, however many keys it has.
 *
 * | what | commands |
 * |---|---|
 * | a look, which is all of a hit | 1: `MGET entry lease tag...` |
 * | a claim | 1: `SET lease ... NX`, or over an outdated lease `SET lease ... GET` |
 * | a claim that gives versions to n tags | n + 2, in a transaction |
 * | keeping a value | 1, and 1 for the lease given back |
 * | forgetting tags | 1: `DEL tag...` |
 *
 * Answers are checked, because what is in front of Redis can say anything.
 */
export function redisStore(redis: CacheRedis): CacheStore {
  return {
    look: async ({ entry, lease, tags }) => {
      const reply: unknown = await redis.mget(entry, lease, ...tags);
      const [found, ...rest] = z
        .array(z.unknown())
        .length(tags.length + 2)
        .parse(reply);
      const [leased, ...versions] = texts.parse(rest);
      return {
        entry: parsedText(found),
        lease: leased ?? undefined,
        versions: versions.map((version) => version ?? undefined),
      };
    },
    claim: async (address, claim) => {
      if (claim.newVersions.some((version) => version !== undefined))
        return await claimWithTags(redis, address, claim);
      const { text, life_ms: px } = claim;
      if (!claim.over) {
        const reply: unknown = await redis.set(address.lease, text, { px, nx: true });
        return { granted: okUnlessThere.parse(reply) !== null, versions: undefined };
      }
      // Of several that find an outdated lease one is the first to replace it, and the others see so.
      const reply: unknown = await redis.set(address.lease, text, { px, get: true });
      return { granted: oldLease.parse(reply) !== text, versions: undefined };
    },
    keep: async ({ entry, lease }, text, life_ms, leaseLinger_ms) => {
      if (leaseLinger_ms === undefined) {
        ok.parse(await redis.set(entry, text, { px: life_ms }));
        return;
      }
      const replies: unknown = await redis
        .pipeline()
        .set(entry, text, { px: life_ms })
        .pexpire(lease, leaseLinger_ms)
        .exec();
      z.tuple([ok, count]).parse(replies);
    },
    forget: async (tagKeys) => {
      count.parse(await redis.del(...tagKeys));
    },
  };
}

/**
 * Gives versions to tags that have none, and takes the lease. In one transaction, so that a lease
 * is never seen before the tags it was taken for.
 */
async function claimWithTags(
  redis: CacheRedis,
  { lease, tags }: CacheAddress,
  { text, life_ms, newVersions, tagLife_s }: Claim,
): Promise<Claimed> {
  const transaction = redis.multi();
  tags.forEach((tag, index) => {
    const version = newVersions[index];
    if (version !== undefined) transaction.set(tag, version, { ex: tagLife_s, nx: true });
  });
  transaction.set(lease, text, { px: life_ms, nx: true });
  transaction.mget(...tags);
  const replies = z
    .array(z.unknown())
    .min(2)
    .parse(await transaction.exec());
  const granted = okUnlessThere.parse(replies.at(-2)) !== null;
  return { granted, versions: versionsSchema.length(tags.length).parse(replies.at(-1)) };
}

/** The client parses JSON by itself, unless it was told not to; text that is none stays text. */
function parsedText(found: unknown): unknown {
  if (typeof found !== "string") return found;
  try {
    return JSON.parse(found);
  } catch {
    return undefined;
  }
}
