import { z } from "@hono/zod-openapi";
import type { Db } from "../../db/client.ts";
import { type DeleteMadeBy, sweepIdentity } from "../../db/queries/identity.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { jobKind } from "../../platform/jobs/kind.ts";

const deleted = z.number().int();

/**
 * Kinds of jobs that keep the tables of accounts from growing for ever.
 * @param deleteMadeBy for what guests have made in other modules
 */
export function identityKinds(db: Db, deleteMadeBy: DeleteMadeBy) {
  return {
    /**
     * Deletes expired sessions, tokens and invitations, and guests who have long been gone. Done
     * twice it finds nothing the second time, so it needs no fence.
     */
    "identity.sweep": jobKind<JobEffect>()({
      payload: z.object({ guestIdle_days: z.number().int().min(1).max(3_650) }),
      result: z.object({
        sessions: deleted,
        tokens: deleted,
        invitations: deleted,
        guests: deleted,
      }),
      run: async ({ payload }) => ({
        result: await sweepIdentity(db, payload.guestIdle_days, deleteMadeBy),
      }),
    }),
  };
}

/** What the daily run is given. */
export const identitySweepDefaults = { guestIdle_days: 90 } as const;
