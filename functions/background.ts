import type { Context } from "hono";
import type { AppEnv } from "./app.ts";

/**
 * What takes work that goes on after the answer (`waitUntil`); undefined where there is no runtime
 * to keep alive, as in tests in Node.
 */
export function backgroundOf(c: Context<AppEnv>): ((work: Promise<unknown>) => void) | undefined {
  try {
    const { executionCtx } = c;
    return (work) => executionCtx.waitUntil(work);
  } catch {
    return undefined;
  }
}
