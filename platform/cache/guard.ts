import type { Health } from "./health.ts";
import type { CacheTimes } from "./limits.ts";
import { type Budget, late, type Timer, within } from "./time.ts";

export type Reply<T> = { readonly type: "answer"; readonly value: T } | { readonly type: "fault" };
export const fault = { type: "fault" } as const;

/** Asks Redis so that whatever it does costs no more than the budget and never throws. */
export interface Guard {
  /** Asks on the path of a request, within what is left of its budget. */
  ask<T>(call: () => Promise<T>, budget: Budget): Promise<Reply<T>>;
  /** Asks when nobody waits for it. It says nothing of how quick Redis is, so success proves little. */
  askInBackground<T>(call: () => Promise<T>): Promise<Reply<T>>;
}

export function createGuard(timer: Timer, health: Health, times: CacheTimes): Guard {
  /** The client's errors repeat commands with what is in them; they are told to nobody. */
  const reply = async <T>(call: () => Promise<T>, wait_ms: number) => {
    const asked = settled(call);
    const value = await within(timer, asked, wait_ms);
    // What it does in the end is not known, nor when: not before it ends can the rest be trusted.
    if (value === late) void asked.then(health.abandoned);
    return value;
  };
  return {
    ask: async (call, budget) => {
      const granted_ms = budget.left_ms;
      if (granted_ms <= 0) return fault;
      const began_ms = timer.now_ms();
      const value = await reply(call, granted_ms);
      const spent_ms = Math.max(0, timer.now_ms() - began_ms);
      budget.left_ms = value === late ? 0 : granted_ms - spent_ms;
      if (value !== late && value.type === "answer") health.succeeded();
      // Less than the whole deadline is our own impatience, not a failure of Redis.
      else if (value === late && granted_ms < times.redis_ms) health.abandoned();
      else health.failed();
      return value === late ? fault : value;
    },
    askInBackground: async (call) => {
      const value = await reply(call, times.background_ms);
      if (value !== late && value.type === "answer") return value;
      health.failed();
      return fault;
    },
  };
}

async function settled<T>(call: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { type: "answer", value: await call() };
  } catch {
    return fault;
  }
}
