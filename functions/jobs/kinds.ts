import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { maintenanceKinds } from "./maintenance.ts";

/** Every kind of job, by name. A module adds its own here. */
export function createJobKinds(db: NeonHttpDatabase) {
  return { ...maintenanceKinds(db) };
}

export type AppJobKinds = ReturnType<typeof createJobKinds>;
