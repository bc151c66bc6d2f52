import { leaseText, type Missing, type Versions } from "./entry.ts";
import { fault } from "./guard.ts";
import type { Isolate, Read } from "./isolate.ts";
import { cacheLimits } from "./limits.ts";
import type { Budget } from "./time.ts";

/** A missing value whose lease was claimed, here or by somebody else. */
export interface Claimed extends Missing {
  readonly lease: "refused" | "ours";
  readonly versions: Versions;
  /** Whether it was this claim that gave the tags their versions, so that no load can be older. */
  readonly isFirst: boolean;
}

/** Tries for the lease of a missing value, and gives versions to those of its tags that have none. */
export async function claim<T>(
  { guard, store, random, times }: Isolate,
  { address, background }: Read<T>,
  { lease: seen, versions }: Missing,
  budget: Budget,
): Promise<Claimed | typeof fault> {
  const newVersions = versions.map((version) =>
    version === undefined ? newVersion(random) : undefined,
  );
  const wanted = versions.map((version, index) => version ?? newVersions[index] ?? "");
  const options = {
    text: leaseText(address, wanted),
    life_ms: times.lease_ms,
    over: seen === "outdated",
    newVersions,
    tagLife_s: cacheLimits.tagLife_s,
  };
  const reply = await guard.ask(() => store.claim(address, options), budget);
  if (reply.type === "fault") return fault;
  const { granted, versions: given } = reply.value;
  if (given === undefined) return claimed(granted, wanted, false);
  const text = leaseText(address, given);
  const isFirst = text === options.text;
  // Who is first under new versions has the lease, since one that was there before is outdated; and
  // who has it without being first wrote the wrong text. Either is put right meanwhile.
  if (granted !== isFirst) {
    const over = { ...options, text, over: true, newVersions: [] };
    background(guard.askInBackground(() => store.claim(address, over)));
  }
  return claimed(granted || isFirst, given, isFirst);
}

function claimed(isOurs: boolean, versions: Versions, isFirst: boolean): Claimed {
  return { type: "missing", lease: isOurs ? "ours" : "refused", versions, isFirst };
}

/** The versions of the tags, or undefined when one of them has none. */
export function complete({ versions }: Missing): Versions | undefined {
  const known = versions.filter((version) => version !== undefined);
  return known.length === versions.length ? known : undefined;
}

/** A version nobody had before: about 100 random bits. It must not look like JSON. */
function newVersion(random: () => number): string {
  const part = () => Math.floor(random() * 2 ** 52).toString(36);
  return `t${part()}t${part()}`;
}
