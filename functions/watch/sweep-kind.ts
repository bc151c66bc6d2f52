import { z } from "@hono/zod-openapi";
import type { Db } from "../../db/client.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { deleteWatchRoom } from "../../db/queries/watch.ts";
import {
  deleteUnusedWatchRooms,
  findQuietWatchRooms,
  postponeWatchRooms,
} from "../../db/queries/watch-sweep.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import { roomStatsSchema } from "../../protocol/watch/request.ts";
import type { RoomNamespace } from "../env.ts";
import { deleteInSlices } from "../jobs/slices.ts";
import { askRoom } from "../rooms/stub.ts";
import { room_ms_max } from "./standing.ts";

const hours = z
  .number()
  .int()
  .min(1)
  .max(24 * 365);
const count = z.number().int();
const unusedLimits = { slice_max: 500, slices_max: 40 };
/** Quiet rooms that one run asks, each of which wakes for it. */
const asked_max = 50;

/**
 * Kinds of jobs that take away rooms which do not end themselves.
 * @param rooms the namespace of watch rooms, which only a run needs
 */
export function watchKinds(db: Db, rooms: RoomNamespace | undefined) {
  return {
    /**
     * Deletes rooms that nobody entered after they were made; and asks some that nobody was let into
     * for days whether they still are, because a room that expired while Postgres was away has left
     * its row. Done twice it finds nothing the second time, so it needs no fence.
     */
    "watch.sweep": jobKind<JobEffect>()({
      payload: z.object({
        /** Age from which rooms go that nobody entered. */
        unused_hours: hours,
        /** How long nobody was let in before a room is asked; longer than a resume token lives. */
        quiet_hours: hours.min(25),
      }),
      result: z.object({ unused: count, asked: count, over: count }),
      run: async ({ payload, signal, progress }) => {
        if (rooms === undefined) throw new TypeError("there is no namespace of watch rooms");
        const { deleted: unused } = await deleteInSlices(unusedLimits, signal, (limit) =>
          deleteUnusedWatchRooms(db, { hours: payload.unused_hours, limit }),
        );
        progress(0.5, `${unused} unused`);
        const limits = { hours: payload.quiet_hours, limit: asked_max };
        const quiet = await findQuietWatchRooms(db, limits);
        const kept: string[] = [];
        let over = 0;
        for (const id of quiet) {
          signal.throwIfAborted();
          if (!(await isOver(rooms, id))) kept.push(id);
          else over += (await deleteWatchRoom(db, id)) ? 1 : 0;
        }
        await postponeWatchRooms(db, kept);
        return { result: { unused, asked: quiet.length, over } };
      },
    }),
  };
}

/** A room that holds nothing never saw anybody, or is over. One that does not answer may not be. */
async function isOver(rooms: RoomNamespace, id: string): Promise<boolean> {
  try {
    const request = { type: "stats" };
    const stats = await askRoom(rooms, "watch", id, request, roomStatsSchema, room_ms_max);
    return stats.people === 0 && stats.peak === 0;
  } catch {
    return false;
  }
}

/** What the daily run is given. */
export const watchSweepDefaults = { unused_hours: 24, quiet_hours: 48 } as const;
