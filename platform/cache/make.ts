import { claim, complete } from "./claim.ts";
import type { Missing } from "./entry.ts";
import { fill } from "./fill.ts";
import type { Claiming, Filled, Isolate, Read } from "./isolate.ts";
import { loadOnly } from "./load.ts";
import { follow, lead, once, shareKey } from "./once.ts";
import { type Budget, late, withinBudget } from "./time.ts";

/**
 * Makes a missing value, once for all reads of this isolate that have seen the same versions of its
 * tags. Versions tell apart reads from before and after an invalidation, so tags get theirs first.
 * @throws what the load throws
 */
export async function make<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  budget: Budget,
): Promise<Filled<T>> {
  const versions = complete(missing);
  // A lease that was seen may be that of a claim of this isolate, whose answer is still to come.
  if (versions === undefined || isolate.claims.find(read.address.entry) !== undefined)
    return await makeWithNewTags(isolate, read, missing, budget);
  const begun = await once(isolate, read, shareKey(read, versions), budget, () =>
    fill(isolate, read, missing, budget),
  );
  return await begun.filling;
}

/**
 * Claims for several reads at once. What a claim has read of the tags may be older than a read that
 * joins it, and so may be a load under these versions; not so when the versions are the claim's own,
 * and not so for the next claim, which is sent when the first is answered.
 */
async function makeWithNewTags<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  budget: Budget,
): Promise<Filled<T>> {
  const { claims, timer } = isolate;
  const { entry, tags } = read.address;
  for (const isSecond of [false, true]) {
    const flying = claims.find(entry);
    if (flying === undefined) {
      const claiming = claimAndFill(isolate, read, missing, budget);
      claims.add(entry, tags, claiming);
      return await fillingOf(claiming);
    }
    const claiming = await withinBudget(timer, flying, budget);
    if (claiming === late) break;
    if (isSecond || claiming.isNew) {
      const begun = await withinBudget(timer, claiming.begun, budget);
      if (begun === late) break;
      const followed = await follow(isolate, read, begun);
      if (followed !== late) return followed;
    }
    claims.drop(entry, flying);
  }
  return await fillingOf(claimAndFill(isolate, read, missing, budget));
}

async function claimAndFill<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  budget: Budget,
): Promise<Claiming<T>> {
  const claimed = await claim(isolate, read, missing, budget);
  if (claimed.type === "fault")
    return { isNew: true, begun: Promise.resolve({ filling: loadOnly(read, "error") }) };
  const key = shareKey(read, claimed.versions);
  const start = () => fill(isolate, read, claimed, budget);
  const begun =
    claimed.lease === "ours"
      ? lead(isolate, read, key, start)
      : once(isolate, read, key, budget, start);
  return { isNew: claimed.isFirst, begun };
}

async function fillingOf<T>(claiming: Promise<Claiming<T>>): Promise<Filled<T>> {
  const { begun } = await claiming;
  return await (await begun).filling;
}
