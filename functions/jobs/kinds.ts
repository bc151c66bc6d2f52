import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { deleteGamesOf } from "../../db/queries/analytics-owner.ts";
import { deletionKinds } from "../analytics/delete-kind.ts";
import { analyticsKinds } from "../analytics/maintenance.ts";
import type { RoomNamespace } from "../env.ts";
import { identityKinds } from "../identity/sweep-kind.ts";
import { matchKinds } from "../match/picture/sweep-kind.ts";
import { callKinds } from "../match/sweep-kind.ts";
import { watchKinds } from "../watch/sweep-kind.ts";
import { maintenanceKinds } from "./maintenance.ts";
import type { QueueNext } from "./queue-next.ts";

/** Every kind of job, by name. A module adds its own here. */
export function createJobKinds(
  db: NeonHttpDatabase,
  pictures?: unknown,
  watchRooms?: RoomNamespace,
  { buffers, queueNext }: { buffers?: RoomNamespace; queueNext?: QueueNext } = {},
) {
  return {
    ...maintenanceKinds(db),
    ...identityKinds(db, deleteGamesOf),
    ...matchKinds(db, pictures),
    ...watchKinds(db, watchRooms),
    ...callKinds(db, queueNext),
    ...analyticsKinds(db, queueNext),
    ...deletionKinds(db, { ...(buffers && { buffers }), ...(queueNext && { queueNext }) }),
  };
}

export type AppJobKinds = ReturnType<typeof createJobKinds>;
