import type { Context } from "hono";
import type { AppEnv } from "../app.ts";
import { backgroundOf } from "../background.ts";
import { errorFields, log } from "../log.ts";

/** Does what nobody waits for, after the answer; what fails is logged. */
export function afterAnswer(c: Context<AppEnv>, work: () => Promise<unknown>): void {
  const settled = work().catch((error: unknown) => {
    const { LOG_LEVEL } = c.var.services.settings;
    const fields = { requestId: c.var.requestId, ...errorFields(error) };
    log("warn", "match: something after the answer failed", fields, LOG_LEVEL);
  });
  backgroundOf(c)?.(settled);
}
