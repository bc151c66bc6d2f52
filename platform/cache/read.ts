import { complete } from "./claim.ts";
import type { Filled, Isolate, Read } from "./isolate.ts";
import { loadOnly } from "./load.ts";
import { look } from "./look.ts";
import { make } from "./make.ts";
import { once, shareKey } from "./once.ts";
import { refresh } from "./refresh.ts";
import type { Budget } from "./time.ts";

/**
 * Reads through the cache, and counts how that ended.
 * @throws what the load throws
 */
export async function readThrough<T>(isolate: Isolate, read: Read<T>): Promise<T | undefined> {
  if (!isolate.health.admits()) return await without(isolate, read, "bypass");
  const budget = fullBudget(isolate);
  const found = await look(isolate, read, budget);
  switch (found.type) {
    case "fresh":
      isolate.counter.cached(read.name, "hit");
      return found.value;
    case "stale":
      // Stale while revalidate, as RFC 5861 has it for HTTP.
      isolate.counter.cached(read.name, "stale");
      read.background(refresh(isolate, read, found.missing));
      return found.value;
    case "fault":
      return await without(isolate, read, "error");
    case "unkept":
      return await counted(isolate, read, "bypass", () =>
        sharedLoad(isolate, read, shareKey(read, complete(found.missing) ?? []), budget, "bypass"),
      );
    case "missing":
      return await counted(isolate, read, "miss", () => make(isolate, read, found, budget));
  }
}

/**
 * Answers without Redis. Reads without tags share a load; with tags each loads by itself, since
 * nobody can say whether one under way began before an invalidation.
 */
async function without<T>(
  isolate: Isolate,
  read: Read<T>,
  outcome: Filled<T>["outcome"],
): Promise<T | undefined> {
  const { entry, tags } = read.address;
  return await counted(isolate, read, outcome, () =>
    tags.length > 0
      ? loadOnly(read, outcome)
      : sharedLoad(isolate, read, `${entry} alone`, fullBudget(isolate), outcome),
  );
}

/** Loads for all reads of this isolate that go past the cache at the same time, and to the same key. */
async function sharedLoad<T>(
  isolate: Isolate,
  read: Read<T>,
  key: string,
  budget: Budget,
  outcome: Filled<T>["outcome"],
): Promise<Filled<T>> {
  const start = async () => ({ filling: loadOnly(read, outcome) });
  const begun = await once(isolate, read, key, budget, start);
  return await begun.filling;
}

function fullBudget({ times }: Isolate): Budget {
  return { left_ms: times.redis_ms };
}

/** Counts a read by how it was filled, or as told when its load throws. */
async function counted<T>(
  { counter }: Isolate,
  { name }: Read<T>,
  whenItThrows: Filled<T>["outcome"],
  work: () => Promise<Filled<T>>,
): Promise<T | undefined> {
  let outcome = whenItThrows;
  try {
    const filled = await work();
    outcome = filled.outcome;
    return filled.value;
  } finally {
    counter.cached(name, outcome);
  }
}
