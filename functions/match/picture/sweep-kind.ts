import { z } from "@hono/zod-openapi";
import type { Db } from "../../../db/client.ts";
import type { JobEffect } from "../../../db/queries/job-lease.ts";
import { forgetOldMarks } from "../../../db/queries/match-ban-mark.ts";
import { findUnusedPictures, forgetMatchPictures } from "../../../db/queries/match-picture.ts";
import { jobKind } from "../../../platform/jobs/kind.ts";
import { objectName, pictureBucket } from "./bucket.ts";

/** Pictures deleted in one go, and goes in one run; the rest is the next night's. */
const slice_max = 100;
const slices_max = 50;

/**
 * Kinds of jobs that keep the object store free of pictures nobody shows.
 * @param pictures the binding `PICTURES`, which only a run needs
 */
export function matchKinds(db: Db, pictures: unknown) {
  return {
    /**
     * Deletes pictures of people who are gone, and those that were replaced or never shown; and
     * marks of bans whose time is over. Done twice it finds nothing the second time, so it needs no fence.
     */
    "match.sweep-pictures": jobKind<JobEffect>()({
      payload: z.object({}),
      result: z.object({ deleted: z.number().int() }),
      run: async ({ signal, progress }) => {
        await forgetOldMarks(db);
        const bucket = pictureBucket(pictures);
        let deleted = 0;
        for (let slice = 0; slice < slices_max; slice += 1) {
          signal.throwIfAborted();
          const keys = await findUnusedPictures(db, slice_max);
          if (keys.length === 0) break;
          await bucket.delete(keys.map(objectName));
          await forgetMatchPictures(db, keys);
          deleted += keys.length;
          progress((slice + 1) / slices_max, `${deleted} deleted`);
        }
        return { result: { deleted } };
      },
    }),
  };
}
