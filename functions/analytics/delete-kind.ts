import { z } from "@hono/zod-openapi";
import type { Db } from "../../db/client.ts";
import {
  awaitWriters,
  type DeletedGame,
  deleteSlice,
  endDeletion,
  listDeletedGames,
  takenIn,
} from "../../db/queries/analytics-delete.ts";
import type { JobEffect } from "../../db/queries/job-lease.ts";
import { jobKind } from "../../platform/jobs/kind.ts";
import type { RoomNamespace } from "../env.ts";
import type { QueueNext } from "../jobs/queue-next.ts";
import { askBuffer, buffersOf } from "./buffers.ts";

/** Games that one run looks at, rows deleted in one statement, and statements in one run. */
const games_max = 50;
const slice_rows_max = 5_000;
const slices_max = 300;

/**
 * The kind of job that deletes what is left of deleted games.
 * @param buffers the namespace of buffers, which only a run with something to delete needs
 * @param queueNext queues the run that goes on where one ended; without it that is the next night's
 */
export function deletionKinds(
  db: Db,
  { buffers, queueNext }: { readonly buffers?: RoomNamespace; readonly queueNext?: QueueNext },
) {
  return {
    /**
     * Deletes what deleted games took in, slice by slice, and tells their buffers. A game's mark goes
     * last, so that a run which dies is gone on with; done twice it finds nothing the second time.
     */
    "analytics.delete-games": jobKind<JobEffect>()({
      payload: z.object({}),
      result: z.object({
        games: z.number().int(),
        rows: z.number().int(),
        /** Whether the run ended at its limit, and has queued the next. */
        more: z.boolean(),
      }),
      run: async ({ signal, progress, idempotencyKey }) => {
        const found = await listDeletedGames(db, games_max);
        let slices_left = slices_max;
        let rows = 0;
        const failed: unknown[] = [];
        let games = 0;
        for (const game of found) {
          signal.throwIfAborted();
          // Each of them takes a statement at least, to find that nothing is left.
          if (slices_left < takenIn.length) break;
          const deleted = await deleteRows(db, game, slices_left, signal);
          rows += deleted.rows;
          slices_left -= deleted.slices;
          progress(1 - slices_left / slices_max, `${rows} rows deleted`);
          if (!deleted.all) break;
          try {
            await endBuffers(buffers, game);
            await endDeletion(db, game.id);
          } catch (error) {
            // Others do not wait for a buffer that does not answer.
            failed.push(error);
          }
          games += 1;
        }
        const more = games < found.length || found.length === games_max;
        // A run of games whose buffers do not answer must not queue itself for ever.
        if (more && games + rows > failed.length)
          await queueNext?.("analytics.delete-games", {}, idempotencyKey("more"));
        if (failed.length > 0) throw failed[0];
        return { result: { games, rows, more } };
      },
    }),
  };
}

/** @returns how many rows went, in how many statements, and whether that was all of them */
async function deleteRows(
  db: Db,
  { id }: DeletedGame,
  slices_max: number,
  signal: AbortSignal,
): Promise<{ readonly rows: number; readonly slices: number; readonly all: boolean }> {
  await awaitWriters(db, id);
  let rows = 0;
  let slices = 0;
  for (const table of takenIn)
    for (;;) {
      if (slices === slices_max) return { rows, slices, all: false };
      signal.throwIfAborted();
      const deleted = await deleteSlice(db, id, table, slice_rows_max);
      slices += 1;
      rows += deleted;
      if (deleted === 0) break;
    }
  return { rows, slices, all: true };
}

/** Buffers let go of what waits once it is not there to be written, and of nothing else; so all waits. */
async function endBuffers(
  buffers: RoomNamespace | undefined,
  { id, shards_max }: DeletedGame,
): Promise<void> {
  if (buffers === undefined) throw new TypeError("there is no namespace of buffers");
  await Promise.all(
    buffersOf(id, shards_max).map(async (address) => {
      await askBuffer(buffers, address, { type: "configure", config: null });
      await askBuffer(buffers, address, { type: "revive" });
      await askBuffer(buffers, address, { type: "flush" });
    }),
  );
}
