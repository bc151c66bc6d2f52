import { claim, complete } from "./claim.ts";
import type { Missing } from "./entry.ts";
import type { Begun, Filled, Isolate, Read } from "./isolate.ts";
import { loadAndKeep, loadOnly } from "./load.ts";
import { look } from "./look.ts";
import { type Budget, pause } from "./time.ts";

/** How long a read still waits for leases, and between its looks. */
interface Patience {
  readonly until_ms: number;
  pause_ms: number;
}

/**
 * Makes a value that Redis does not have, once across isolates: who gets the lease loads, the others
 * wait for what it keeps. A holder that dies lets go by the lease's end. (After the leases of
 * R. Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1, but without a server
 * of its own that would hand them out.)
 *
 * A read waits for a lease only when Redis has been well for as long as a lease lives, and at most
 * `wait_ms`; then it loads by itself, as it does at once when Redis fails.
 */
export async function fill<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  budget: Budget,
): Promise<Begun<T>> {
  const until_ms = isolate.timer.now_ms() + isolate.times.wait_ms;
  return await begin(isolate, read, missing, budget, {
    until_ms,
    pause_ms: isolate.times.poll_ms.first,
  });
}

async function begin<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  budget: Budget,
  patience: Patience,
): Promise<Begun<T>> {
  let now = missing;
  for (;;) {
    if (now.lease === "held") return { filling: whileHeld(isolate, read, now, patience) };
    const isClaimed = now.lease === "ours" || now.lease === "refused";
    const claimed = isClaimed ? now : await claim(isolate, read, now, budget);
    if (claimed.type === "fault") {
      // Whether the lease is ours is not known; it is given back as if it were.
      const keeping = { versions: complete(now), release: true, markFailure: true };
      return { filling: loadAndKeep(isolate, read, keeping, "error") };
    }
    if (claimed.lease === "ours") {
      const keeping = { versions: complete(claimed), release: true, markFailure: true };
      return { filling: loadAndKeep(isolate, read, keeping, "miss") };
    }
    // That a claim was refused does not prove that somebody loads; to see the lease does.
    const rest_ms = nextPause(isolate, patience);
    budget.left_ms -= rest_ms;
    if (isOver(isolate, patience) || budget.left_ms <= 0)
      return { filling: loadWithoutLease(isolate, read, claimed) };
    await pause(isolate.timer, rest_ms);
    const found = await look(isolate, read, budget);
    if (found.type !== "missing") return { filling: otherwiseFound(read, found) };
    now = found;
  }
}

/**
 * Waits for who loads the value, which takes no longer than to load it here; but not for a refresh of
 * this isolate, which may itself be waiting for Redis.
 */
async function whileHeld<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
  patience: Patience,
): Promise<Filled<T>> {
  const isOurs = isolate.refreshes.find(read.address.entry) !== undefined;
  let now = missing;
  while (!isOurs && !isOver(isolate, patience)) {
    await pause(isolate.timer, nextPause(isolate, patience));
    const budget = { left_ms: isolate.times.redis_ms };
    const found = await look(isolate, read, budget);
    if (found.type !== "missing") return await otherwiseFound(read, found);
    if (found.lease !== "held")
      return await (await begin(isolate, read, found, budget, patience)).filling;
    now = found;
  }
  return await loadWithoutLease(isolate, read, now);
}

async function otherwiseFound<T>(
  read: Read<T>,
  found: Exclude<Awaited<ReturnType<typeof look<T>>>, Missing>,
): Promise<Filled<T>> {
  if (found.type === "fault") return await loadOnly(read, "error");
  if (found.type === "unkept") return await loadOnly(read, "bypass");
  return { value: found.value, outcome: "miss" };
}

async function loadWithoutLease<T>(
  isolate: Isolate,
  read: Read<T>,
  missing: Missing,
): Promise<Filled<T>> {
  const keeping = { versions: complete(missing), release: false, markFailure: false };
  return await loadAndKeep(isolate, read, keeping, "miss");
}

function isOver({ health, timer }: Isolate, { until_ms }: Patience): boolean {
  return !health.trusts() || timer.now_ms() >= until_ms;
}

/** Pauses grow, and differ, so that those who wait do not all look at once. */
function nextPause({ random, times }: Isolate, patience: Patience): number {
  const pause_ms = Math.ceil(patience.pause_ms * (0.5 + random() / 2));
  patience.pause_ms = Math.min(times.poll_ms.last, patience.pause_ms * 2);
  return pause_ms;
}
