import { type Finding, judge } from "./entry.ts";
import { fault, type Reply } from "./guard.ts";
import type { Isolate, Read } from "./isolate.ts";
import type { Look } from "./store.ts";
import { type Budget, late, withinBudget } from "./time.ts";

/**
 * Looks in Redis, once, and says what that means to the read.
 *
 * Reads of one key without tags share a look that is under way. With tags each looks by itself:
 * a shared one might have been answered before an invalidation that has meanwhile been confirmed.
 */
export async function look<T>(
  isolate: Isolate,
  read: Read<T>,
  budget: Budget,
): Promise<Finding<T> | { readonly type: "fault" }> {
  const reply = await sharedLook(isolate, read, budget);
  if (reply.type === "fault") return reply;
  const { address, definition, parse } = read;
  return judge(reply.value, address, definition, parse, isolate.timer.now_ms());
}

async function sharedLook<T>(
  { looks, store, guard, timer }: Isolate,
  { address }: Read<T>,
  budget: Budget,
): Promise<Reply<Look>> {
  const ask = () => guard.ask(() => store.look(address), budget);
  if (address.tags.length > 0) return await ask();
  const flying = looks.find(address.entry);
  if (flying === undefined) {
    const asked = ask();
    looks.add(address.entry, [], asked);
    return await asked;
  }
  const reply = await withinBudget(timer, flying, budget);
  if (reply !== late) return reply;
  looks.drop(address.entry, flying);
  return fault;
}
