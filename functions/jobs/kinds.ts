import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { deletionKinds, type QueueNext } from "../analytics/delete-kind.ts";
import { analyticsKinds } from "../analytics/maintenance.ts";
import type { RoomNamespace } from "../env.ts";
import { identityKinds } from "../identity/sweep-kind.ts";
import { matchKinds } from "../match/picture/sweep-kind.ts";
import { watchKinds } from "../watch/sweep-kind.ts";
import { maintenanceKinds } from "./maintenance.ts";

/** Every kind of job, by name. A module adds its own here. */
export function createJobKinds(
  db: NeonHttpDatabase,
  pictures?: unknown,
  watchRooms?: RoomNamespace,
  analytics: { readonly buffers?: RoomNamespace; readonly queueNext?: QueueNext } = {},
) {
  return {
    ...maintenanceKinds(db),
    ...identityKinds(db),
    ...matchKinds(db, pictures),
    ...watchKinds(db, watchRooms),
    ...analyticsKinds(db, analytics.queueNext),
    ...deletionKinds(db, analytics),
  };
}

export type AppJobKinds = ReturnType<typeof createJobKinds>;
