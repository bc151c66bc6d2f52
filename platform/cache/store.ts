import type { CacheAddress } from "./address.ts";

/** What Redis has at an address at one moment. Undefined is nothing. */
export interface Look {
  readonly entry: unknown;
  readonly lease: string | undefined;
  /** The version of each tag, in the address's order. */
  readonly versions: readonly (string | undefined)[];
}

/** An attempt at the lease of an address. */
export interface Claim {
  /** What to write into it. */
  readonly text: string;
  readonly life_ms: number;
  /** The text of an older lease that does not count any more; otherwise a lease there is respected. */
  readonly over: boolean;
  /** Versions for tags that have none: one for each of the address's tags, undefined where it has. */
  readonly newVersions: readonly (string | undefined)[];
  readonly tagLife_s: number;
}

/** How an attempt went. */
export interface Claimed {
  readonly granted: boolean;
  /** The versions of the tags after it, or undefined when none were missing and so none were read. */
  readonly versions: readonly string[] | undefined;
}

/**
 * Where cached values are kept. Every method throws when the store fails or answers rubbish, and
 * none of them waits or tries again.
 */
export interface CacheStore {
  /** Entry, lease and tags at once: one command, which is all that a hit costs. */
  look(address: CacheAddress): Promise<Look>;
  claim(address: CacheAddress, claim: Claim): Promise<Claimed>;
  /**
   * Keeps an entry for a while.
   * @param leaseLinger_ms when the lease is to end; undefined leaves it alone
   */
  keep(
    address: CacheAddress,
    text: string,
    life_ms: number,
    leaseLinger_ms: number | undefined,
  ): Promise<void>;
  /** Takes the versions of tags away, by which every entry under them is a miss. One command. */
  forget(tagKeys: readonly string[]): Promise<void>;
}
